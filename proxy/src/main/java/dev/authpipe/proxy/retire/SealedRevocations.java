package dev.authpipe.proxy.retire;

import java.util.Map;
import java.util.function.BooleanSupplier;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.WorkspaceId;

/** Tokens owed to providers; they end when the revocation is confirmed or given up. */
@Singleton
final class SealedRevocations implements SealedRows {
  @Override
  public String store() {
    return "vault";
  }

  @Override
  public long sealedOtherwise(Tx tx, KeyId present) {
    return RevocationStore.sealedOtherwise(tx, present);
  }

  @Override
  public Map<KeyId, Long> counts(Tx tx) {
    return RevocationStore.counts(tx);
  }

  @Override
  public boolean endByThemselves() {
    return true;
  }

  @Override
  public void each(Tx tx, SealedVisitor visitor) {
    RevocationStore.each(tx, visitor);
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    return 0;
  }
}
