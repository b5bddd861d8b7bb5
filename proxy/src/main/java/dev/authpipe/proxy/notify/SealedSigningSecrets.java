package dev.authpipe.proxy.notify;

import java.util.Map;
import java.util.function.BooleanSupplier;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.WorkspaceId;

/** Signing secrets: each is resealed to the same version, where it still is what was read. */
@Singleton
final class SealedSigningSecrets implements SealedRows {
  private static final int BATCH = 100;

  private final VaultDatabase database;
  private final Envelopes envelopes;

  SealedSigningSecrets(VaultDatabase database, @Named("vault") Envelopes envelopes) {
    this.database = database;
    this.envelopes = envelopes;
  }

  @Override
  public String store() {
    return "vault";
  }

  @Override
  public long sealedOtherwise(Tx tx, KeyId present) {
    return SigningSecretStore.sealedOtherwise(tx, present);
  }

  @Override
  public Map<KeyId, Long> counts(Tx tx) {
    return SigningSecretStore.counts(tx);
  }

  @Override
  public void each(Tx tx, SealedVisitor visitor) {
    SigningSecretStore.each(tx, visitor);
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    int resealed = 0;
    for (SigningSecretStore.Row row : database.inWorkspace(workspace,
        tx -> SigningSecretStore.rowsSealedOtherwise(tx, present, BATCH))) {
      byte[] after = envelopes.reseal(row.context(workspace), row.sealed());
      resealed += database.inWorkspace(workspace, tx -> SigningSecretStore.reseal(tx, row, after));
    }
    return resealed;
  }
}
