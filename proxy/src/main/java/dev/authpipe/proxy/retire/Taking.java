package dev.authpipe.proxy.retire;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.vault.Candidate;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.wire.ConnectionId;

/**
 * Moves the tokens of a disconnected connection into sealed revocations and erases them from the credential, in one transaction. What was moved
 * is sealed to its new place: put back, it does not open (S51).
 */
@Singleton
final class Taking {
  private final VaultDatabase database;
  private final CredentialVault vault;
  private final RevocationStore store;
  private final AuditLog audit;
  private final Randomness randomness;

  Taking(VaultDatabase database, CredentialVault vault, RevocationStore store, AuditLog audit, Randomness randomness) {
    this.database = database;
    this.vault = vault;
    this.store = store;
    this.audit = audit;
    this.randomness = randomness;
  }

  private record Found(@Nullable CredentialRow row, List<Candidate> candidates) {}

  /**
   * Takes over; {@code PENDING} when tokens are now owed to the provider.
   *
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the key cannot be used now: nothing was moved, nothing can be used
   */
  RevocationState take(Revocation one) {
    ConnectionId connection = one.connection();
    Found found = connection == null
        ? new Found(null, List.of())
        : database.inWorkspace(one.workspace(),
            tx -> new Found(vault.row(tx, connection).orElse(null), vault.candidates(tx, connection)));
    CredentialRow row = found.row();
    if (connection == null || row == null || !row.hasCiphertext() || row.status() == ConnectionStatus.ACTIVE) {
      return end(one, RevocationState.GAVE_UP, "nothing_left", null);
    }
    List<OwedTokens> owed = new ArrayList<>();
    try (Sealer sealer = vault.hold(one.workspace())) {
      boolean oauth = open(row, found.candidates(), owed);
      if (!oauth) {
        return end(one, RevocationState.NOT_SUPPORTED, "not_supported", connection);
      }
      database.run(one.workspace(), tx -> move(tx, one, owed, sealer, connection));
      return RevocationState.PENDING;
    } catch (IntegrityException _) {
      return end(one, RevocationState.GAVE_UP, "integrity_error", connection); // unusable for everybody: erase what stands there
    } finally {
      owed.forEach(OwedTokens::close);
    }
  }

  private boolean open(CredentialRow row, List<Candidate> candidates, List<OwedTokens> owed) {
    try (OpenCredential opened = vault.open(row)) {
      if (opened.type() != CredentialType.OAUTH2 && opened.type() != CredentialType.CLIENT_CREDENTIALS) {
        return false;
      }
      owed.add(OwedTokens.of(opened));
    }
    for (Candidate candidate : candidates) {
      try (OpenCredential opened = vault.openCandidate(candidate)) {
        owed.add(OwedTokens.of(opened));
      }
    }
    return true;
  }

  private void move(Tx tx, Revocation one, List<OwedTokens> owed, Sealer sealer, ConnectionId connection) {
    store.taken(tx, one.id(), sealed(one, owed.getFirst(), sealer));
    for (OwedTokens kept : owed.subList(1, owed.size())) {
      UUID id = randomness.uuidV7();
      Revocation more = new Revocation(one.workspace(), id, connection, one.integration(), one.provider(), one.account(),
          one.erasure(), one.reason(), RevocationState.PENDING, true, 0, one.createdAt());
      store.add(tx, more, sealed(more, kept, sealer));
    }
    erase(tx, one, connection);
  }

  private RevocationState end(Revocation one, RevocationState state, String outcome, @Nullable ConnectionId erased) {
    database.run(one.workspace(), tx -> {
      store.end(tx, one.id(), state, outcome);
      if (erased != null) {
        erase(tx, one, erased);
      }
    });
    return state;
  }

  private void erase(Tx tx, Revocation one, ConnectionId connection) {
    vault.erase(tx, connection);
    audit.append(tx, AuditEntry.of(AuditType.CREDENTIAL_ERASED, AuditActor.system("retire"), AuditObject.connection(connection))
        .detail(AuditDetail.INTEGRATION, one.integration()).detail(AuditDetail.PROVIDER, one.provider()).build());
  }

  private static byte[] sealed(Revocation one, OwedTokens owed, Sealer sealer) {
    try (SecretBytes plain = owed.encode()) {
      return sealer.seal(one.context(), plain);
    }
  }
}
