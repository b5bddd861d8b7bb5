package dev.authpipe.proxy.clientsecret;

import java.util.Map;
import java.util.function.BooleanSupplier;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Client secrets before the present ones: each is resealed to the same version and origin, where it still is what was read. */
@Singleton
final class SealedPreviousSecrets implements SealedRows {
  private final ClientSecretsDatabase database;
  private final Envelopes envelopes;

  SealedPreviousSecrets(ClientSecretsDatabase database, @Named("client_secrets") Envelopes envelopes) {
    this.database = database;
    this.envelopes = envelopes;
  }

  @Override
  public String store() {
    return "client_secrets";
  }

  @Override
  public long sealedOtherwise(Tx tx, KeyId present) {
    return PreviousSecretStore.sealedOtherwise(tx, present);
  }

  @Override
  public Map<KeyId, Long> counts(Tx tx) {
    return PreviousSecretStore.counts(tx);
  }

  @Override
  public void each(Tx tx, SealedVisitor visitor) {
    PreviousSecretStore.each(tx, visitor);
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    Map<IntegrationId, PreviousRow> rows = database.inWorkspace(workspace,
        tx -> PreviousSecretStore.rowsSealedOtherwise(tx, present));
    int resealed = 0;
    for (Map.Entry<IntegrationId, PreviousRow> one : rows.entrySet()) {
      PreviousRow row = one.getValue();
      byte[] after = envelopes.reseal(ClientSecretRow.context(workspace, one.getKey(), row.version(), row.tokenOrigin()),
          row.sealed());
      resealed += database.inWorkspace(workspace, tx -> PreviousSecretStore.reseal(tx, one.getKey(), row.sealed(), after));
    }
    return resealed;
  }
}
