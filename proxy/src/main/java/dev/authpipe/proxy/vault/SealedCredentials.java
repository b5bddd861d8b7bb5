package dev.authpipe.proxy.vault;

import java.util.Map;
import java.util.function.BooleanSupplier;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.WorkspaceId;

/** Credentials and candidates: each is resealed to the same place and generation, where it still is what was read. */
@Singleton
final class SealedCredentials implements SealedRows {
  private static final Logger LOG = LoggerFactory.getLogger(SealedCredentials.class);
  private static final int PAGE = 200;

  private final VaultDatabase database;
  private final Envelopes envelopes;
  private final CredentialReseal credentials;

  SealedCredentials(VaultDatabase database, @Named("vault") Envelopes envelopes) {
    this.database = database;
    this.envelopes = envelopes;
    this.credentials = new CredentialReseal(database, envelopes);
  }

  @Override
  public String store() {
    return "vault";
  }

  @Override
  public long sealedOtherwise(Tx tx, KeyId present) {
    return CredentialStore.sealedOtherwise(tx, present);
  }

  @Override
  public Map<KeyId, Long> counts(Tx tx) {
    return CredentialStore.counts(tx);
  }

  @Override
  public void each(Tx tx, SealedVisitor visitor) {
    CredentialStore.each(tx, visitor);
  }

  @Override
  public int reseal(WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    int resealed = credentials.walk(workspace, present, stopping);
    for (Candidate one : database.inWorkspace(workspace, tx -> CredentialStore.candidatesSealedOtherwise(tx, present, PAGE))) {
      byte[] after = after(one.place().context(), one.sealed());
      resealed += after == null ? 0 : database.inWorkspace(workspace, tx -> CredentialStore.reseal(tx, one, after));
    }
    return resealed;
  }

  /** Null where it does not belong: it keeps its keyset, and holds up no other. */
  private byte @Nullable [] after(RecordContext context, byte[] sealed) {
    try {
      return envelopes.reseal(context, sealed);
    } catch (IntegrityException foreign) {
      LOG.error("a record of {} does not open and is not resealed: {}", context.workspace(), foreign.getMessage());
      return null;
    }
  }
}
