package dev.authpipe.proxy.connect;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.wire.WorkspaceId;

/** Verifiers, codes and keys of connect attempts; they end with their session. */
@Singleton
final class SealedAttempts implements SealedRows {
  @Override
  public String store() {
    return "vault";
  }

  @Override
  public long sealedOtherwise(Tx tx, KeyId present) {
    return AttemptStore.sealedOtherwise(tx, present);
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present) {
    return 0;
  }
}
