package dev.authpipe.proxy.refresh;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientProofs;
import dev.authpipe.proxy.clientsecret.TokenOriginChangedException;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.oauth.OAuthClient;
import dev.authpipe.proxy.oauth.TokenOutcome;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.Candidate;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.Lease;
import dev.authpipe.proxy.vault.Leases;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.proxy.vault.RestoredCredential;
import dev.authpipe.proxy.vault.RestoredCredentials;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * The rule of docs/refresh-protocol.md, steps 3 to 7, for one try: claim, read again, leave if it was renewed, commit the intent, call, write.
 * Must never hold a transaction over the call, nor send a refresh token anywhere but to the origin it is sealed to. Blocks.
 */
@Singleton
final class Renewal {
  private final VaultDatabase database;
  private final CredentialVault vault;
  private final Leases leases;
  private final RefreshAttemptStore attempts;
  private final RestoredCredentials restored = new RestoredCredentials();
  private final Configuration configuration;
  private final Asking asking;
  private final ProviderGate gate;
  private final Reception reception;
  private final JournaledAnswers journaled;
  private final Rescue rescue;
  private final Refusal refusal;
  private final RefreshSettings settings;
  private final Clock clock;
  private final Ticker ticker;
  private final Randomness randomness;
  private final String owner;

  Renewal(VaultDatabase database, CredentialVault vault, Leases leases, RefreshAttemptStore attempts, Configuration configuration,
      ClientProofs clientProofs, OAuthClient oauth, ProviderGate gate, Reception reception, JournaledAnswers journaled,
      Rescue rescue, Refusal refusal,
      RefreshSettings settings, Clock clock, Ticker ticker, Randomness randomness) {
    this.database = database;
    this.vault = vault;
    this.leases = leases;
    this.attempts = attempts;
    this.configuration = configuration;
    this.asking = new Asking(clientProofs, oauth);
    this.gate = gate;
    this.reception = reception;
    this.journaled = journaled;
    this.rescue = rescue;
    this.refusal = refusal;
    this.settings = settings;
    this.clock = clock;
    this.ticker = ticker;
    this.randomness = randomness;
    this.owner = "replica-" + randomness.uuidV4();
  }

  /** What the claim's transaction found: a trip to make, or an end. */
  private sealed interface Claim {
    record Held(Trip trip) implements Claim {}

    record Ended(RenewalOutcome outcome) implements Claim {}
  }

  /** Renews the credential if it still has this generation and nothing forbids it. */
  RenewalOutcome renew(WorkspaceId workspace, ConnectionId connection, long generation, RefreshCause cause, AuditActor actor) {
    RenewalOutcome outstanding = journaled.outstanding(workspace, connection, generation);
    if (outstanding != null) {
      return outstanding;
    }
    long claimedAt = ticker.read();
    Claim claim = database.inWorkspace(workspace, tx -> claim(tx, connection, generation, cause, actor, claimedAt));
    return switch (claim) {
      case Claim.Ended(RenewalOutcome outcome) -> outcome;
      case Claim.Held(Trip trip) -> withLease(trip);
    };
  }

  private Claim claim(Tx tx, ConnectionId connection, long generation, RefreshCause cause, AuditActor actor, long claimedAt) {
    Optional<Lease> claimed = leases.claim(tx, connection, owner, randomness.uuidV7(), settings.lease());
    if (claimed.isEmpty()) {
      return new Claim.Ended(new RenewalOutcome.Busy());
    }
    Lease lease = claimed.get();
    attempts.settle(tx, lease);
    Optional<CredentialRow> row = vault.row(tx, connection); // again, now that nobody else may change it
    Claim found = row.isEmpty() || row.get().status() == ConnectionStatus.DISCONNECTED || !row.get().hasCiphertext()
        ? new Claim.Ended(failed(new FreshOutcome.Disconnected()))
        : judge(tx, new Ask(lease, row.get(), generation, cause, actor, claimedAt));
    if (found instanceof Claim.Ended) {
      leases.release(tx, lease);
    }
    return found;
  }

  private record Ask(Lease lease, CredentialRow row, long generation, RefreshCause cause, AuditActor actor, long claimedAt) {}

  private Claim judge(Tx tx, Ask ask) {
    CredentialRow row = ask.row();
    if (row.generation() != ask.generation()) {
      return new Claim.Ended(new RenewalOutcome.Moved(row.generation()));
    }
    Optional<Integration> integration = integration(row);
    if (row.state() == CredentialState.REAUTH_REQUIRED || integration.isEmpty()) {
      return new Claim.Ended(
          failed(integration.isEmpty() ? new FreshOutcome.Misconfigured() : new FreshOutcome.ReauthRequired()));
    }
    Instant expires = row.accessExpiresAt();
    Duration left = expires == null ? null : Duration.between(clock.instant(), expires);
    AttemptHistory history = attempts.history(tx, row.connection(), ask.generation());
    return switch (precedent(tx, ask, integration.get(), left, history)) {
      case Precedent.Go _ -> {
        List<Candidate> kept = rescue.unused(tx, row).stream().filter(c -> c.baseGeneration() == row.generation()).toList();
        yield new Claim.Held(new Trip(ask.lease(), row, history, integration.get(), kept.isEmpty() ? null : kept.getFirst(),
            ask.cause(), ask.actor(), ask.claimedAt()));
      }
      case Precedent.Wait(Duration pause) -> new Claim.Ended(new RenewalOutcome.Failed(new FreshOutcome.Backoff(pause), pause));
      case Precedent.NotDue _ -> new Claim.Ended(new RenewalOutcome.NotDue());
      case Precedent.Terminal _ -> new Claim.Ended(failed(new FreshOutcome.ReauthRequired()));
      case Precedent.Exhausted _ -> new Claim.Ended(refusal.exhausted(tx, row, integration.get(), "budget_exhausted"));
      case Precedent.Unknowable _ -> new Claim.Ended(refusal.exhausted(tx, row, integration.get(), "restored"));
    };
  }

  /** What a restore says comes first: it may forbid what the trips that came back with it allow. */
  private Precedent precedent(Tx tx, Ask ask, Integration integration, @Nullable Duration left, AttemptHistory history) {
    Optional<RestoredCredential> mark = restored.find(tx, ask.row().connection())
        .filter(one -> one.generation() == ask.row().generation());
    if (mark.isPresent()) {
      Precedent said = AfterRestore.judge(mark.get(), integration.provider().refresh(), ask.cause(), left);
      if (said != null) {
        restored.wanted(tx, ask.row().connection());
        return said;
      }
    }
    return Precedent.judge(history, integration.provider().refresh().rotation(), ask.cause(), left, isEndless(integration),
        settings);
  }

  /** Where the integration's own client mints, no end user could mend what fails: it is tried for as long as it takes. */
  private static boolean isEndless(Integration integration) {
    return integration.provider().minting() != null && !integration.provider().connectionsHaveClients();
  }

  private RenewalOutcome withLease(Trip trip) {
    boolean keep = false;
    try (Sealer sealer = vault.hold(trip.workspace()); OpenCredential current = vault.open(trip.row())) {
      RenewalOutcome outcome = trip.candidate() == null
          ? call(trip, current, sealer)
          : rescue.promote(trip, trip.candidate(), sealer);
      keep = true;
      return outcome;
    } catch (KeyUnavailableException _) {
      return failed(new FreshOutcome.KeyUnavailable());
    } catch (IntegrityException _) {
      return failed(new FreshOutcome.Integrity());
    } catch (StoreUnavailableException _) {
      return failed(new FreshOutcome.StoreUnavailable());
    } finally {
      if (!keep) {
        release(trip);
      }
    }
  }

  private RenewalOutcome call(Trip trip, OpenCredential current, Sealer sealer) {
    if (!current.isRenewable()) {
      return released(trip, new RenewalOutcome.Unrenewable());
    }
    Optional<Asking.Ready> opened;
    try {
      opened = trip.integration().asIssued(current.parameters().values(), current.tokenOrigin())
          .filter(issued -> fits(issued, current))
          .flatMap(issued -> asking.ready(trip.integration(), issued, current.tokenOrigin(), current.client()));
    } catch (TokenOriginChangedException _) {
      return released(trip, failed(new FreshOutcome.Misconfigured()));
    }
    if (opened.isEmpty()) { // a configuration that changed since must not carry a secret to another origin
      return released(trip, failed(new FreshOutcome.Misconfigured()));
    }
    try (Asking.Ready ready = opened.get()) {
      if (!intend(trip)) {
        return new RenewalOutcome.Busy();
      }
      if (!isInTime(trip)) {
        return abandon(trip); // we may have slept: by the time bytes arrive another process may hold the lease
      }
      Instant sentAt = clock.instant();
      SecretText refreshToken = current.refreshToken();
      TokenOutcome answer = refreshToken == null
          ? ready.mint(current.requestedScopes(), () -> isInTime(trip))
          : ready.refresh(refreshToken, current.scopes(), () -> isInTime(trip));
      RenewalOutcome outcome = reception.receive(trip, current, sealer, sentAt, answer); // nothing may stand between answer and journal
      gate.heard(trip.workspace(), trip.integration().id(), answer);
      return outcome;
    }
  }

  /** Whether an answer to what is sent now comes while the lease is ours. */
  private boolean isInTime(Trip trip) {
    return ticker.read() - trip.claimedAt() <= settings.pauseLimit().toNanos();
  }

  /** Whether the provider still gives access tokens in the way in which this one was given. */
  private static boolean fits(Integration issued, OpenCredential current) {
    return (issued.provider().minting() != null) == (current.type() == CredentialType.CLIENT_CREDENTIALS);
  }

  /** Step 4, if the lease is still ours. */
  private boolean intend(Trip trip) {
    return database.inWorkspace(trip.workspace(), tx -> {
      boolean held = leases.holds(tx, trip.lease());
      if (held) {
        attempts.sent(tx, trip.lease(), trip.generation(), trip.cause());
      }
      return held;
    });
  }

  private RenewalOutcome abandon(Trip trip) {
    database.run(trip.workspace(), tx -> {
      leases.release(tx, trip.lease());
      attempts.done(tx, trip.attempt(), RefreshAttempt.State.ABANDONED, "paused", 0, null);
    });
    return new RenewalOutcome.Again(trip.cause());
  }

  private Optional<Integration> integration(CredentialRow row) {
    return configuration.integration(row.workspace(), row.integration().toString())
        .filter(one -> one.provider().slug().equals(row.provider()) && one.provider().token() != null);
  }

  private RenewalOutcome released(Trip trip, RenewalOutcome outcome) {
    release(trip);
    return outcome;
  }

  private void release(Trip trip) {
    try {
      database.run(trip.workspace(), tx -> leases.release(tx, trip.lease()));
    } catch (StoreUnavailableException _) {
      return; // it lapses by itself
    }
  }

  private static RenewalOutcome failed(FreshOutcome.Failure failure) {
    return new RenewalOutcome.Failed(failure);
  }
}
