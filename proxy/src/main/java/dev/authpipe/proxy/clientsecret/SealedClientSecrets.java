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

/** Client secrets: each is resealed to the same version and origin, where it still is what was read. */
@Singleton
final class SealedClientSecrets implements SealedRows {
  private final ClientSecretsDatabase database;
  private final Envelopes envelopes;

  SealedClientSecrets(ClientSecretsDatabase database, @Named("client_secrets") Envelopes envelopes) {
    this.database = database;
    this.envelopes = envelopes;
  }

  @Override
  public String store() {
    return "client_secrets";
  }

  @Override
  public long sealedOtherwise(Tx tx, KeyId present) {
    return ClientSecretStore.sealedOtherwise(tx, present);
  }

  @Override
  public Map<KeyId, Long> counts(Tx tx) {
    return ClientSecretStore.counts(tx);
  }

  @Override
  public void each(Tx tx, SealedVisitor visitor) {
    ClientSecretStore.each(tx, visitor);
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    Map<IntegrationId, ClientSecretRow> rows = database.inWorkspace(workspace,
        tx -> ClientSecretStore.rowsSealedOtherwise(tx, present));
    int resealed = 0;
    for (Map.Entry<IntegrationId, ClientSecretRow> one : rows.entrySet()) {
      ClientSecretRow row = one.getValue();
      byte[] after = envelopes.reseal(ClientSecretRow.context(workspace, one.getKey(), row.version(), row.tokenOrigin()),
          row.sealed());
      resealed += database.inWorkspace(workspace, tx -> ClientSecretStore.reseal(tx, one.getKey(), row.sealed(), after));
    }
    return resealed;
  }
}
