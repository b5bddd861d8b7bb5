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
import dev.authpipe.wire.WorkspaceId;

/** Private keys: each is resealed to the same version and origin, where it still is what was read. */
@Singleton
final class SealedClientKeys implements SealedRows {
  private final ClientSecretsDatabase database;
  private final Envelopes envelopes;

  SealedClientKeys(ClientSecretsDatabase database, @Named("client_secrets") Envelopes envelopes) {
    this.database = database;
    this.envelopes = envelopes;
  }

  @Override
  public String store() {
    return "client_secrets";
  }

  @Override
  public long sealedOtherwise(Tx tx, KeyId present) {
    return ClientKeyStore.sealedOtherwise(tx, present);
  }

  @Override
  public Map<KeyId, Long> counts(Tx tx) {
    return ClientKeyStore.counts(tx);
  }

  @Override
  public void each(Tx tx, SealedVisitor visitor) {
    ClientKeyStore.each(tx, visitor);
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    int resealed = 0;
    for (ClientKeyRow row : database.inWorkspace(workspace, tx -> ClientKeyStore.rowsSealedOtherwise(tx, present))) {
      byte[] after = envelopes.reseal(
          ClientKeyRow.context(workspace, row.integration(), row.version(), row.tokenOrigin()), row.sealed());
      resealed += database.inWorkspace(workspace, tx -> ClientKeyStore.reseal(tx, row, after));
    }
    return resealed;
  }
}
