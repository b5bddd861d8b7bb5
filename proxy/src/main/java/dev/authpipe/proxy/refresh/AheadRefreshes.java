package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.time.Instant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * Refreshes ahead of need, in the background, so that nobody waits (step 1). Never blocks, and never does so where a refresh ends the access
 * token that is being handed out. Thread-safe.
 */
@Singleton
final class AheadRefreshes {
  private static final int MOST_QUIET = 100_000;
  private static final Duration LONGEST_QUIET = Duration.ofMinutes(10);
  private static final double TWO_TO_53 = 0x1p53;

  private final Flights flights;
  private final Configuration configuration;
  private final Ticker ticker;
  private final long seed;
  private final Cache<RowKey, Long> quietUntil;

  AheadRefreshes(Flights flights, Configuration configuration, Ticker ticker, Randomness randomness) {
    this.flights = flights;
    this.configuration = configuration;
    this.ticker = ticker;
    this.seed = randomness.uuidV4().getMostSignificantBits();
    this.quietUntil = Caffeine.newBuilder().maximumSize(MOST_QUIET).expireAfterWrite(LONGEST_QUIET).ticker(ticker).build();
  }

  /** Where the credential lies now; the jitter is one value per generation and process, so that replicas do not begin together. */
  RefreshWindow window(CredentialRow row, Instant now, Duration minTtl) {
    return RefreshWindow.at(now, row.issuedAt(), row.accessExpiresAt(), minTtl, jitter(row));
  }

  /** Starts a refresh unless one failed just before. */
  void refresh(CredentialRow row, OpenCredential opened) {
    RowKey key = new RowKey(row.workspace(), row.connection().value());
    Long quiet = quietUntil.getIfPresent(key);
    if (!opened.isRenewable() || (quiet != null && quiet - ticker.read() > 0) || endsTheCurrentOne(row)) {
      return;
    }
    flights.join(row, RefreshCause.DUE, AuditActor.system("refresh")).whenComplete((outcome, failure) -> {
      Duration pause = pause(outcome);
      if (pause.isPositive()) {
        quietUntil.put(key, ticker.read() + pause.toNanos());
      }
    });
  }

  private static Duration pause(@Nullable RenewalOutcome outcome) {
    return switch (outcome) {
      case RenewalOutcome.Moved _ -> Duration.ZERO;
      case RenewalOutcome.Failed(FreshOutcome.Failure _, Duration pause) -> pause;
      case null -> Duration.ofSeconds(1);
      case RenewalOutcome.Busy _,RenewalOutcome.Again _,RenewalOutcome.NotDue _,RenewalOutcome.Unrenewable _ ->
        Duration.ofSeconds(1);
    };
  }

  private boolean endsTheCurrentOne(CredentialRow row) {
    return configuration.integration(row.workspace(), row.integration().toString())
        .map(integration -> integration.provider().refresh().invalidatesAccessToken()).orElse(true);
  }

  private double jitter(CredentialRow row) {
    long mixed = (seed ^ row.connection().value().getLeastSignificantBits() ^ row.generation()) * 0x9E37_79B9_7F4A_7C15L;
    return (mixed >>> 11) / TWO_TO_53;
  }
}
