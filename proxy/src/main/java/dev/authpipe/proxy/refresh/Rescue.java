package dev.authpipe.proxy.refresh;

import java.util.List;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.refresh.RefreshAttempt.State;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.Candidate;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.Leases;
import dev.authpipe.proxy.vault.NewCredential;
import dev.authpipe.proxy.vault.OpenCredential;

/** Puts a kept answer into force. Must never bring back one of an earlier grant. */
@Singleton
final class Rescue {
  private final VaultDatabase database;
  private final CredentialVault vault;
  private final Leases leases;
  private final RefreshAttemptStore attempts;
  private final AuditLog audit;

  Rescue(VaultDatabase database, CredentialVault vault, Leases leases, RefreshAttemptStore attempts, AuditLog audit) {
    this.database = database;
    this.vault = vault;
    this.leases = leases;
    this.attempts = attempts;
    this.audit = audit;
  }

  /** Kept answers of the grant that the credential still is, newest first. */
  List<Candidate> unused(Tx tx, CredentialRow row) {
    return vault.candidates(tx, row.connection()).stream()
        .filter(kept -> attempts.sameGrant(tx, row.connection(), kept.baseGeneration(), row.generation())).toList();
  }

  /** Makes a kept answer the next generation; each is tried once. */
  RenewalOutcome promote(Trip trip, Candidate kept, Sealer sealer) {
    try (OpenCredential opened = vault.openCandidate(kept)) {
      return database.inWorkspace(trip.workspace(), tx -> {
        leases.holds(tx, trip.lease());
        try (NewCredential next = same(opened)) {
          boolean replaced = vault.replace(tx, trip.connection(), trip.generation(), next, sealer);
          vault.used(tx, kept);
          if (replaced) {
            attempts.sent(tx, trip.lease(), trip.generation(), trip.cause());
            attempts.done(tx, trip.attempt(), State.COMMITTED, "candidate", 0, null);
            audit.append(tx,
                trip.event(AuditType.REFRESH_RECOVERED).detail(AuditDetail.GENERATION, trip.generation() + 1).build());
          }
          leases.release(tx, trip.lease());
          return new RenewalOutcome.Moved(trip.generation() + 1);
        }
      });
    }
  }

  /** The same as a credential that is to be stored; the caller's to close. */
  static NewCredential same(OpenCredential opened) {
    SecretText refreshToken = opened.refreshToken();
    return opened.renewed().accessToken(copy(opened.accessToken())).refreshToken(refreshToken == null ? null : copy(refreshToken))
        .accessExpiresAt(opened.accessExpiresAt()).build();
  }

  private static SecretText copy(SecretText text) {
    return SecretText.copyOf(text.exposeUtf8(), 0, text.length());
  }
}
