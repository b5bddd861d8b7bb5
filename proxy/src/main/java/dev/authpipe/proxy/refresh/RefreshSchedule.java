package dev.authpipe.proxy.refresh;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.db.WriteBehind;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.DueCredentials;

/**
 * Renews what nobody asks for in time, and refresh tokens that would end for want of use (docs/refresh-protocol.md, step 11), by the same
 * flights as readers do. Must never be needed: what it leaves out is refreshed when it is asked for. Thread-safe.
 */
@Singleton
public final class RefreshSchedule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RefreshSchedule.class);
  private static final AuditActor SELF = AuditActor.system("schedule");
  private static final Duration LOOK_AGAIN = Duration.ofDays(30);
  private static final int MOST_PLANS = 20;

  private final VaultDatabase database;
  private final DueCredentials due;
  private final Configuration configuration;
  private final Flights flights;
  private final ProviderGate gate;
  private final ScheduleSettings settings;
  private final SchedulePace pace;
  private final Clock clock;
  private final Randomness randomness;
  private final Counter renewed;
  private final Counter failed;
  private final WriteBehind looking;
  private volatile boolean closing;
  private volatile long waiting;
  private volatile long overdueSeconds;

  RefreshSchedule(VaultDatabase database, DueCredentials due, Configuration configuration, Flights flights, ProviderGate gate,
      ScheduleSettings settings, Clock clock, Ticker ticker, Randomness randomness, MeterRegistry metrics) {
    this.database = database;
    this.due = due;
    this.configuration = configuration;
    this.flights = flights;
    this.gate = gate;
    this.settings = settings;
    this.pace = new SchedulePace(settings, ticker);
    this.clock = clock;
    this.randomness = randomness;
    this.looking = new WriteBehind("refresh-schedule", settings.every(), this::pass);
    this.renewed = counter(metrics, "renewed");
    this.failed = counter(metrics, "failed");
    Gauge.builder("authpipe.refresh.ahead.waiting", this, one -> one.waiting)
        .description("Credentials whose time had come at the last look, those with a closed gate included").register(metrics);
    Gauge.builder("authpipe.refresh.ahead.overdue", this, one -> one.overdueSeconds).baseUnit("seconds")
        .description("For how long the first of them had been waiting").register(metrics);
  }

  private static Counter counter(MeterRegistry metrics, String outcome) {
    return Counter.builder("authpipe.refresh.ahead").tag("outcome", outcome)
        .description("Refreshes that this replica made though nobody asked for one").register(metrics);
  }

  /** Begins to look, unless it is switched off. */
  public void start() {
    if (settings.on()) {
      looking.start();
    }
  }

  /** Looks no more. Refreshes under way go on. */
  @Override
  @PreDestroy
  public void close() {
    closing = true;
    looking.close();
  }

  /** One look: sets times for what is new and begins what is due, as far as the limits allow. Blocks for the store only. */
  void pass() {
    if (closing) {
      return;
    }
    Instant now = clock.instant();
    List<DueCredentials.Lot> lots = new ArrayList<>(database.listReachable(dsl -> due.lots(dsl, now)));
    Collections.rotate(lots, (int) (randomness.fraction() * lots.size())); // nobody is always the last
    for (DueCredentials.Lot lot : lots) {
      try {
        work(lot, now);
      } catch (StoreUnavailableException unavailable) {
        LOG.warn("what is due in a workspace cannot be looked at: store unavailable");
      }
    }
    waiting = lots.stream().mapToLong(DueCredentials.Lot::waiting).sum();
    overdueSeconds = lots.stream().map(DueCredentials.Lot::oldest).filter(Objects::nonNull)
        .mapToLong(oldest -> Math.max(0, Duration.between(oldest, now).toSeconds())).max().orElse(0);
  }

  private void work(DueCredentials.Lot lot, Instant now) {
    Integration integration = configuration.integration(lot.workspace(), lot.integration().toString()).orElse(null);
    if (integration == null) {
      return;
    }
    boolean fresh = lot.unplanned() > 0;
    for (int plans = 0; fresh && plans < MOST_PLANS; plans++) {
      fresh = database.inWorkspace(lot.workspace(), tx -> plan(tx, integration, now)) == settings.planned();
    }
    int room = Math.min(gate.roomFor(lot.workspace(), lot.integration()), pace.room(integration));
    if (room > 0) {
      database.inWorkspace(lot.workspace(), tx -> take(tx, integration, now, room)).forEach(row -> begin(row, integration));
    }
  }

  /** Sets times; how many. */
  private int plan(Tx tx, Integration integration, Instant now) {
    List<CredentialRow> rows = due.unplanned(tx, integration.id(), settings.planned());
    for (CredentialRow row : rows) {
      Instant at = time(row, integration);
      due.renewAt(tx, row.connection(), row.generation(), at == null ? now.plus(LOOK_AGAIN) : at);
    }
    return rows.size();
  }

  private @Nullable Instant time(CredentialRow row, Integration integration) {
    return RenewalTime.of(row.issuedAt(), row.accessExpiresAt(), row.refreshExpiresAt(), integration.provider().refresh(),
        randomness.fraction());
  }

  /** Takes what is due from the others; what was only to be looked at again and has no time of its own still is left alone. */
  private List<CredentialRow> take(Tx tx, Integration integration, Instant now, int most) {
    List<CredentialRow> meant = new ArrayList<>();
    for (CredentialRow row : due.due(tx, integration.id(), now, most)) {
      boolean timed = time(row, integration) != null;
      due.renewAt(tx, row.connection(), row.generation(), now.plus(timed ? settings.taken() : LOOK_AGAIN));
      if (timed) {
        meant.add(row);
      }
    }
    return meant;
  }

  private void begin(CredentialRow row, Integration integration) {
    pace.begun(integration);
    flights.join(row, RefreshCause.DUE, SELF).whenComplete((outcome, failure) -> {
      pace.ended(integration);
      count(outcome);
      Duration pause = pause(outcome);
      if (pause.isPositive()) {
        putOff(row, pause);
      }
    });
  }

  private void count(@Nullable RenewalOutcome outcome) {
    if (outcome instanceof RenewalOutcome.Moved) {
      renewed.increment();
    } else if (outcome == null || outcome instanceof RenewalOutcome.Failed) {
      failed.increment();
    }
  }

  /** How long the schedule leaves a credential alone after this; zero: it is renewed, or taken for a while anyway. */
  private static Duration pause(@Nullable RenewalOutcome outcome) {
    return switch (outcome) {
      case RenewalOutcome.Unrenewable _ -> LOOK_AGAIN;
      case RenewalOutcome.Failed(FreshOutcome.Failure failure, Duration pause) -> {
        Duration least = leastPause(failure);
        yield pause.compareTo(least) < 0 ? least : pause;
      }
      case null -> Duration.ZERO;
      case RenewalOutcome.Moved _,RenewalOutcome.Busy _,RenewalOutcome.Again _,RenewalOutcome.NotDue _ -> Duration.ZERO;
    };
  }

  /** What time alone does not mend is looked at seldom. */
  private static Duration leastPause(FreshOutcome.Failure failure) {
    return switch (failure) {
      case FreshOutcome.Backoff _,FreshOutcome.ProviderUnreachable _,FreshOutcome.ProviderTimeout _ -> Duration.ofSeconds(10);
      case FreshOutcome.KeyUnavailable _,FreshOutcome.StoreUnavailable _ -> Duration.ofMinutes(1);
      case FreshOutcome.Misconfigured _,FreshOutcome.Integrity _,FreshOutcome.ReauthRequired _,FreshOutcome.Disconnected _,FreshOutcome.UnknownConnection _ ->
        Duration.ofMinutes(10);
    };
  }

  private void putOff(CredentialRow row, Duration pause) {
    try {
      Instant at = clock.instant().plus(pause);
      database.run(row.workspace(), tx -> due.renewAt(tx, row.connection(), row.generation(), at));
    } catch (StoreUnavailableException unavailable) {
      LOG.debug("a scheduled refresh was not put off: store unavailable");
    }
  }
}
