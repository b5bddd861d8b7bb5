package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.oauth.TokenOutcome;
import dev.authpipe.proxy.refresh.RefreshAttempt.State;
import dev.authpipe.proxy.retire.ReceivedGrant;
import dev.authpipe.proxy.retire.ReceivedGrants;
import dev.authpipe.proxy.retire.RevocationReason;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.Leases;
import dev.authpipe.proxy.vault.NewCredential;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * Steps 6 and 7 of docs/refresh-protocol.md: what becomes of an answer. Must never throw a received refresh token away: it is stored, kept as a
 * candidate, or owed to the provider's revocation endpoint.
 */
@Singleton
final class Reception {
  private static final Duration COMMIT_PAUSE = Duration.ofMillis(200);

  private final VaultDatabase database;
  private final CredentialVault vault;
  private final Leases leases;
  private final RefreshAttemptStore attempts;
  private final Refusal refusal;
  private final ReceivedGrants receivedGrants;
  private final AuditLog audit;
  private final JournaledAnswers journaled;
  private final RefreshSettings settings;
  private final Ticker ticker;

  Reception(VaultDatabase database, CredentialVault vault, Leases leases, RefreshAttemptStore attempts, Refusal refusal,
      ReceivedGrants receivedGrants, AuditLog audit, JournaledAnswers journaled, RefreshSettings settings, Ticker ticker) {
    this.database = database;
    this.vault = vault;
    this.leases = leases;
    this.attempts = attempts;
    this.refusal = refusal;
    this.receivedGrants = receivedGrants;
    this.audit = audit;
    this.journaled = journaled;
    this.settings = settings;
    this.ticker = ticker;
  }

  /** @param sentAt wall time just before the request left: lifetimes count from there, so that they never come out too long */
  RenewalOutcome receive(Trip trip, OpenCredential current, Sealer sealer, Instant sentAt, TokenOutcome answer) {
    return switch (answer) {
      case TokenOutcome.Granted(TokenGrant grant) -> {
        try (grant) {
          yield granted(trip, current, sealer, sentAt, grant);
        }
      }
      case TokenOutcome.Refused(String code, int status) -> trip.isFinal(code)
          ? refusal.refused(trip, sealer, code, status)
          : refusal.failed(trip, code, status, Optional.empty(), new FreshOutcome.Misconfigured());
      case TokenOutcome.Misconfigured(String code, int status) ->
        refusal.failed(trip, code, status, Optional.empty(), new FreshOutcome.Misconfigured());
      case TokenOutcome.Transient(String code, int status, Optional<Duration> retryAfter) ->
        refusal.failed(trip, code, status, retryAfter, new FreshOutcome.ProviderUnreachable());
      case TokenOutcome.NotSent _ ->
        refusal.failed(trip, "not_sent", 0, Optional.empty(), new FreshOutcome.ProviderUnreachable());
      case TokenOutcome.Unknown _ -> refusal.unknown(trip);
      case TokenOutcome.Malformed(String _, int status, List<TokenGrant> received) ->
        malformed(trip, current, sealer, sentAt, status, received);
    };
  }

  private RenewalOutcome granted(Trip trip, OpenCredential current, Sealer sealer, Instant sentAt, TokenGrant grant) {
    try (NewCredential next = next(current, sentAt, grant, grant.lifetime());
        JournaledAnswers.Hand hand = journaled.keep(trip, next, sealer, grant.refreshToken() != null, false)) {
      Offer offer = new Offer(next, ReceivedGrant.of(grant, current), hand,
          ticker.read() + settings.commitPatience().toNanos());
      return offered(trip, offer, sealer);
    }
  }

  /** An answer that the store is to take, as long as somebody has the patience. */
  private record Offer(NewCredential next, ReceivedGrant received, JournaledAnswers.Hand hand, long deadline) {}

  private RenewalOutcome offered(Trip trip, Offer offer, Sealer sealer) {
    while (true) {
      try {
        return offer.hand().settle(commit(trip, offer.next(), sealer, offer.received()));
      } catch (StoreUnavailableException unavailable) {
        if (ticker.read() - offer.deadline() >= 0 || !pause()) {
          return new RenewalOutcome.Failed(new FreshOutcome.StoreUnavailable());
        }
      } catch (KeyUnavailableException _) {
        return sealAnew(trip, offer);
      }
    }
  }

  /** The keyset was held too long: it is taken anew, else the answer waits in the journal; without one it cannot be kept. */
  private RenewalOutcome sealAnew(Trip trip, Offer offer) {
    try (Sealer again = vault.hold(trip.workspace())) {
      return offered(trip, offer, again);
    } catch (KeyUnavailableException _) {
      return offer.hand().isKept()
          ? new RenewalOutcome.Failed(new FreshOutcome.KeyUnavailable())
          : refusal.sealRefused(trip, offer.received());
    }
  }

  private RenewalOutcome commit(Trip trip, NewCredential next, Sealer sealer, ReceivedGrant received) {
    return database.inWorkspace(trip.workspace(), tx -> {
      leases.holds(tx, trip.lease()); // the lease's row is always locked before the credential's
      if (!vault.replace(tx, trip.connection(), trip.generation(), next, sealer)) {
        return lost(tx, trip, next, sealer, received);
      }
      attempts.done(tx, trip.attempt(), State.COMMITTED, null, 0, null);
      attempts.prune(tx, trip.connection(), settings.attemptsKept());
      audit.append(tx, trip.event(AuditType.REFRESH_SUCCEEDED).detail(AuditDetail.GENERATION, trip.generation() + 1)
          .detail(AuditDetail.ROTATED, received.grant().refreshToken() != null)
          .detail(AuditDetail.FORCED, trip.cause() == RefreshCause.FORCED).build());
      leases.release(tx, trip.lease());
      return new RenewalOutcome.Moved(trip.generation() + 1);
    });
  }

  /** The compare-and-set lost: to another refresh of the same grant, to a new grant, or to a disconnect. */
  private RenewalOutcome lost(Tx tx, Trip trip, NewCredential next, Sealer sealer, ReceivedGrant received) {
    Optional<CredentialRow> live = vault.row(tx, trip.connection())
        .filter(row -> row.status() == ConnectionStatus.ACTIVE && row.hasCiphertext());
    if (live.isPresent() && attempts.sameGrant(tx, trip.connection(), trip.generation(), live.get().generation())) {
      vault.saveCandidate(tx, trip.connection(), trip.attempt(), trip.generation(), next, sealer);
      attempts.done(tx, trip.attempt(), State.RECEIVED, "candidate", 0, null);
    } else {
      receivedGrants.owe(tx, sealer, trip.integration(), trip.connection(), received, RevocationReason.LATE_ANSWER);
      attempts.done(tx, trip.attempt(), State.ABANDONED, "late", 0, null);
    }
    leases.release(tx, trip.lease());
    return live.isPresent()
        ? new RenewalOutcome.Moved(live.get().generation())
        : new RenewalOutcome.Failed(new FreshOutcome.Disconnected());
  }

  /**
   * An answer that cannot be accepted but, where refresh tokens rotate, may hold the only one that still works: it is kept as a candidate whose
   * access token counts as expired. Nothing is revoked, for that would end the grant which the connection lives on.
   */
  private RenewalOutcome malformed(Trip trip, OpenCredential current, Sealer sealer, Instant sentAt, int status,
      List<TokenGrant> received) {
    TokenGrant only = received.size() == 1 ? received.getFirst() : null;
    boolean rotates = trip.profile().rotation() != Rotation.NONE;
    try {
      if (rotates && only != null && only.refreshToken() != null) {
        keep(trip, current, sealer, sentAt, only);
      }
      if (current.type() == CredentialType.CLIENT_CREDENTIALS && ReceivedGrants.canEndAlone(trip.integration())) {
        received.forEach(grant -> giveBack(trip, sealer, ReceivedGrant.of(grant, current)));
      }
      return refusal.malformed(trip, status, rotates);
    } finally {
      received.forEach(TokenGrant::close);
    }
  }

  /** What was minted lives beside what the connection uses, and nobody would know of it. */
  private void giveBack(Trip trip, Sealer sealer, ReceivedGrant received) {
    try {
      database.run(trip.workspace(), tx -> receivedGrants.owe(tx, sealer, trip.integration(), trip.connection(), received,
          RevocationReason.MALFORMED_ANSWER));
    } catch (StoreUnavailableException | KeyUnavailableException _) {
      receivedGrants.revokeNow(trip.integration(), trip.connection(), received);
    }
  }

  private void keep(Trip trip, OpenCredential current, Sealer sealer, Instant sentAt, TokenGrant grant) {
    try (NewCredential next = next(current, sentAt, grant, Duration.ZERO);
        JournaledAnswers.Hand hand = journaled.keep(trip, next, sealer, true, true)) {
      database.run(trip.workspace(), tx -> {
        leases.holds(tx, trip.lease());
        boolean live = vault.row(tx, trip.connection())
            .filter(row -> row.status() == ConnectionStatus.ACTIVE && row.hasCiphertext()).isPresent();
        if (live) {
          vault.saveCandidate(tx, trip.connection(), trip.attempt(), trip.generation(), next, sealer);
        }
      });
      RenewalOutcome kept = hand.settle(new RenewalOutcome.Again(trip.cause()));
      assert kept != null;
    } catch (StoreUnavailableException | KeyUnavailableException _) {
      return; // left to the journal
    }
  }

  private static NewCredential next(OpenCredential current, Instant sentAt, TokenGrant grant, @Nullable Duration lifetime) {
    NewCredential.Builder next = current.renewed().accessToken(copy(grant.accessToken())).tokenType(grant.tokenType())
        .scopes(
            grant.scopesOr(current.type() == CredentialType.CLIENT_CREDENTIALS ? current.requestedScopes() : current.scopes()))
        .issuedAt(sentAt)
        .accessExpiresAt(lifetime == null ? null : sentAt.plus(lifetime));
    SecretText rotated = grant.refreshToken();
    Duration refreshLifetime = grant.refreshLifetime();
    if (rotated != null) {
      next.refreshToken(copy(rotated)).refreshExpiresAt(refreshLifetime == null ? null : sentAt.plus(refreshLifetime));
    } else if (refreshLifetime != null) {
      next.refreshExpiresAt(sentAt.plus(refreshLifetime));
    }
    return next.build();
  }

  private static SecretText copy(SecretText text) {
    return SecretText.copyOf(text.exposeUtf8(), 0, text.length());
  }

  private static boolean pause() {
    try {
      return !new CountDownLatch(1).await(COMMIT_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
