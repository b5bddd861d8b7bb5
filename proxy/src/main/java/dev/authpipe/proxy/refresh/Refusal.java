package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.refresh.RefreshAttempt.State;
import dev.authpipe.proxy.retire.ReceivedGrant;
import dev.authpipe.proxy.retire.ReceivedGrants;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.Candidate;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.Leases;

/**
 * Step 7 of docs/refresh-protocol.md: tells what failed for now from what failed for good. Must never ask the end user to connect again before
 * it has looked for a newer generation, a kept answer and a lost one.
 */
@Singleton
final class Refusal {
  private final VaultDatabase database;
  private final CredentialVault vault;
  private final Leases leases;
  private final RefreshAttemptStore attempts;
  private final Rescue rescue;
  private final ReceivedGrants receivedGrants;
  private final AuditLog audit;
  private final RefreshSettings settings;
  private final Randomness randomness;

  Refusal(VaultDatabase database, CredentialVault vault, Leases leases, RefreshAttemptStore attempts, Rescue rescue,
      ReceivedGrants receivedGrants, AuditLog audit, RefreshSettings settings, Randomness randomness) {
    this.database = database;
    this.vault = vault;
    this.leases = leases;
    this.attempts = attempts;
    this.rescue = rescue;
    this.receivedGrants = receivedGrants;
    this.audit = audit;
    this.settings = settings;
    this.randomness = randomness;
  }

  /** What the provider's refusal turned out to mean. */
  private sealed interface Meaning {
    record Moved(long generation) implements Meaning {}

    record Kept(Candidate candidate) implements Meaning {}

    record Repeat() implements Meaning {}

    record Final() implements Meaning {}
  }

  /** The provider refused the refresh token, or the connection's client: for good, unless one of three things explains it. */
  RenewalOutcome refused(Trip trip, Sealer sealer, String code, int status) {
    Meaning meaning = database.inWorkspace(trip.workspace(), tx -> {
      leases.holds(tx, trip.lease());
      Meaning found = meaningOf(tx, trip);
      if (found instanceof Meaning.Final) {
        attempts.done(tx, trip.attempt(), State.FAILED_TERMINAL, code, status, null);
        reauthorize(tx, trip, code, status);
      } else {
        attempts.done(tx, trip.attempt(), State.FAILED_TRANSIENT, code, status, null);
      }
      if (!(found instanceof Meaning.Kept)) {
        leases.release(tx, trip.lease());
      }
      return found;
    });
    return switch (meaning) {
      case Meaning.Moved(long generation) -> new RenewalOutcome.Moved(generation);
      case Meaning.Kept(Candidate candidate) -> promoteOr(trip, candidate, sealer);
      case Meaning.Repeat _ -> new RenewalOutcome.Again(RefreshCause.REPEAT);
      case Meaning.Final _ -> new RenewalOutcome.Failed(new FreshOutcome.ReauthRequired());
    };
  }

  private Meaning meaningOf(Tx tx, Trip trip) {
    CredentialRow row = vault.row(tx, trip.connection()).orElse(null);
    // Of one that has ended the revocation may have been faster at the provider.
    if (row == null || row.status() != ConnectionStatus.ACTIVE || row.generation() != trip.generation()) {
      return new Meaning.Moved(row == null ? trip.generation() : row.generation());
    }
    List<Candidate> kept = rescue.unused(tx, row);
    if (!kept.isEmpty()) {
      return new Meaning.Kept(kept.getFirst());
    }
    Instant unknownAt = trip.history().firstUnknownAt();
    boolean withinGrace = unknownAt != null && trip.profile().rotation() == Rotation.GRACE
        && Duration.between(unknownAt, trip.history().now()).compareTo(trip.profile().grace()) < 0;
    boolean repeated = trip.cause() == RefreshCause.REPEAT || trip.history().repeated();
    return withinGrace && !repeated ? new Meaning.Repeat() : new Meaning.Final();
  }

  private RenewalOutcome promoteOr(Trip trip, Candidate candidate, Sealer sealer) {
    try {
      return rescue.promote(trip, candidate, sealer);
    } catch (IntegrityException _) {
      database.run(trip.workspace(), tx -> {
        vault.used(tx, candidate);
        leases.release(tx, trip.lease());
      });
      return new RenewalOutcome.Again(RefreshCause.REPEAT);
    }
  }

  /** Failed for now: backs off, honouring what the provider asked for. */
  RenewalOutcome failed(Trip trip, String code, int status, Optional<Duration> retryAfter, FreshOutcome.Failure failure) {
    Duration pause = Backoff.after(trip.failures(), randomness.fraction(), retryAfter, settings);
    record(trip, tx -> {
      attempts.done(tx, trip.attempt(), State.FAILED_TRANSIENT, code, status, pause);
      if (trip.row().state() == CredentialState.ACTIVE && !(failure instanceof FreshOutcome.Misconfigured)) {
        vault.state(tx, trip.connection(), trip.generation(), CredentialState.DEGRADED);
      }
      audit.append(tx, failure(trip, code, status, pause).outcome(AuditOutcome.FAILURE).build());
    });
    return new RenewalOutcome.Failed(failure, pause);
  }

  /**
   * The request left and no answer came. {@code none} and {@code grace} try again at once, the first time; {@code strict} never does while the
   * access token lives ({@link Precedent}).
   */
  RenewalOutcome unknown(Trip trip) {
    Rotation rotation = trip.profile().rotation();
    boolean again = rotation != Rotation.STRICT && trip.cause() != RefreshCause.REPEAT && !trip.history().repeated();
    Duration pause = again
        ? Duration.ZERO
        : Backoff.after(trip.failures(), randomness.fraction(), Optional.empty(), settings);
    record(trip, tx -> {
      attempts.done(tx, trip.attempt(), State.UNKNOWN, "no_answer", 0, again ? null : pause);
      vault.state(tx, trip.connection(), trip.generation(),
          rotation == Rotation.NONE ? CredentialState.DEGRADED : CredentialState.UNCERTAIN);
      audit.append(tx, failure(trip, "no_answer", 0, pause).outcome(AuditOutcome.UNKNOWN).build());
    });
    return again
        ? new RenewalOutcome.Again(RefreshCause.REPEAT)
        : new RenewalOutcome.Failed(new FreshOutcome.ProviderTimeout(), pause);
  }

  /** An answer that is no answer; where refresh tokens rotate nobody knows whether ours is spent. */
  RenewalOutcome malformed(Trip trip, int status, boolean rotates) {
    Duration pause = Backoff.after(trip.failures(), randomness.fraction(), Optional.empty(), settings);
    record(trip, tx -> {
      attempts.done(tx, trip.attempt(), rotates ? State.UNKNOWN : State.FAILED_TRANSIENT, "malformed_answer", status, pause);
      vault.state(tx, trip.connection(), trip.generation(), rotates ? CredentialState.UNCERTAIN : CredentialState.DEGRADED);
      audit.append(tx, failure(trip, "malformed_answer", status, pause).outcome(AuditOutcome.FAILURE).build());
    });
    return new RenewalOutcome.Failed(new FreshOutcome.ProviderUnreachable(), pause);
  }

  /** The answer could not be sealed. A stable refresh token is still here; a rotated one is lost and its grant ended at the provider. */
  RenewalOutcome sealRefused(Trip trip, ReceivedGrant received) {
    if (trip.profile().rotation() == Rotation.NONE || received.grant().refreshToken() == null) {
      if (trip.integration().provider().minting() != null && ReceivedGrants.canEndAlone(trip.integration())) {
        receivedGrants.revokeNow(trip.integration(), trip.connection(), received);
      }
      return failed(trip, "seal_refused", 0, Optional.empty(), new FreshOutcome.KeyUnavailable());
    }
    receivedGrants.revokeNow(trip.integration(), trip.connection(), received);
    record(trip, tx -> {
      attempts.done(tx, trip.attempt(), State.FAILED_TERMINAL, "seal_refused", 0, null);
      reauthorize(tx, trip, "seal_refused", 0);
    });
    return new RenewalOutcome.Failed(new FreshOutcome.ReauthRequired());
  }

  /** Nothing worked for longer than the budget, or nothing can be tried. */
  RenewalOutcome exhausted(Tx tx, CredentialRow row, Integration integration, String reason) {
    vault.state(tx, row.connection(), row.generation(), CredentialState.REAUTH_REQUIRED);
    audit.append(tx,
        AuditEntry
            .of(AuditType.REFRESH_REAUTH_REQUIRED, AuditActor.system("refresh"), AuditObject.connection(row.connection()))
            .detail(AuditDetail.INTEGRATION, integration.id()).detail(AuditDetail.PROVIDER, integration.provider().slug())
            .detail(AuditDetail.GENERATION, row.generation()).reason(reason).build());
    return new RenewalOutcome.Failed(new FreshOutcome.ReauthRequired());
  }

  private void reauthorize(Tx tx, Trip trip, String reason, int status) {
    vault.state(tx, trip.connection(), trip.generation(), CredentialState.REAUTH_REQUIRED);
    audit.append(tx, withStatus(trip.event(AuditType.REFRESH_REAUTH_REQUIRED), status)
        .detail(AuditDetail.GENERATION, trip.generation()).reason(reason).build());
  }

  private static AuditEntry.Builder failure(Trip trip, @Nullable String code, int status, Duration pause) {
    return withStatus(trip.event(AuditType.REFRESH_FAILED), status).detail(AuditDetail.GENERATION, trip.generation())
        .detail(AuditDetail.FAILURES, trip.failures()).detail(AuditDetail.RETRY_SECONDS, pause.toSeconds()).reason(code);
  }

  private static AuditEntry.Builder withStatus(AuditEntry.Builder entry, int status) {
    return status == 0 ? entry : entry.detail(AuditDetail.HTTP_STATUS, status);
  }

  /** Records a failure and gives the lease back. What PostgreSQL does not take now stays SENT and becomes UNKNOWN at the next claim. */
  private void record(Trip trip, Consumer<Tx> what) {
    try {
      database.run(trip.workspace(), tx -> {
        leases.holds(tx, trip.lease());
        what.accept(tx);
        leases.release(tx, trip.lease());
      });
    } catch (StoreUnavailableException | KeyUnavailableException _) {
      return;
    }
  }
}
