package dev.authpipe.proxy.notify;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.WebhookEndpoint;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.notify.DeliveryStore.Backlog;
import dev.authpipe.wire.WorkspaceId;

/**
 * Looks for what is due and has it tried, on every replica, a few at a time for each endpoint: one that does not answer holds up its own events
 * and no others. Begins when the listeners are open and the configuration is in force.
 */
@Singleton
@Requires(beans = JobSettings.class)
public final class DeliveryWorker implements ApplicationEventListener<ServerStartupEvent>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryWorker.class);
  private static final int MOST_ENDPOINTS = 20_000;
  /** How many looks an endpoint is left alone for that cannot be told now. */
  private static final int QUIET_LOOKS = 10;
  private static final Duration COUNT_EVERY = Duration.ofSeconds(15);

  private final VaultDatabase database;
  private final Configuration configuration;
  private final DeliveryTry tries;
  private final NotifySettings settings;
  private final Clock clock;
  private final Ticker ticker;
  private final Bell bell;
  private final Semaphore atOnce;
  private final Map<RowKey, Semaphore> slots = new ConcurrentHashMap<>();
  private final Map<RowKey, Long> quietUntil = new ConcurrentHashMap<>();
  private final AtomicReference<Backlog> backlog = new AtomicReference<>(new Backlog(0, 0, null));
  private volatile boolean stopping;
  private volatile @Nullable Thread loop;
  private long countAt;

  DeliveryWorker(VaultDatabase database, Configuration configuration, DeliveryTry tries, NotifySettings settings, Clock clock,
      Ticker ticker, Bell bell) {
    this.database = database;
    this.configuration = configuration;
    this.tries = tries;
    this.settings = settings;
    this.clock = clock;
    this.ticker = ticker;
    this.bell = bell;
    this.atOnce = new Semaphore(settings.atOnce());
    this.countAt = ticker.read();
  }

  /** Events that wait, of all workspaces, as of a few seconds ago. */
  public long pending() {
    return backlog.get().pending();
  }

  /** Events that can be replayed. */
  public long dead() {
    return backlog.get().dead();
  }

  /** Age of the oldest event that waits, in seconds; 0: none. */
  public long oldestSeconds() {
    Instant oldest = backlog.get().oldest();
    return oldest == null ? 0 : Math.max(0, Duration.between(oldest, clock.instant()).toSeconds());
  }

  @Override
  public void onApplicationEvent(ServerStartupEvent event) {
    loop = Thread.ofVirtual().name("webhooks").start(this::loop);
  }

  private void loop() {
    while (!stopping) {
      try {
        look();
      } catch (StoreUnavailableException unavailable) {
        LOG.warn("webhooks cannot be looked for: store unavailable");
      } catch (RuntimeException failure) {
        LOG.error("webhooks could not be looked for: {}", failure.getClass().getName());
      }
      try {
        bell.await(settings.look());
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  private void look() {
    for (RowKey due : database.listReachable(dsl -> DeliveryStore.due(dsl, clock.instant(), MOST_ENDPOINTS))) {
      Long quiet = quietUntil.get(due);
      if (!stopping && (quiet == null || ticker.read() - quiet >= 0)) {
        quietUntil.remove(due);
        configuration.workspace(due.workspace())
            .flatMap(one -> one.webhooks().stream().filter(w -> w.id().value().equals(due.id())).findFirst())
            .ifPresent(endpoint -> beginOrLeave(due, endpoint));
      }
    }
    if (ticker.read() - countAt >= 0) {
      countAt = ticker.read() + COUNT_EVERY.toNanos();
      backlog.set(database.listReachable(dsl -> List.of(DeliveryStore.backlog(dsl))).stream()
          .reduce(new Backlog(0, 0, null), DeliveryWorker::sum));
    }
  }

  /** What fails for one endpoint is left alone for a while and holds up no other. */
  private void beginOrLeave(RowKey due, WebhookEndpoint endpoint) {
    try {
      begin(due, endpoint);
    } catch (RuntimeException failure) {
      LOG.error("events for {} could not be taken: {}", endpoint.id(), failure.getClass().getName());
      leave(due);
    }
  }

  private void leave(RowKey due) {
    quietUntil.put(due, ticker.read() + settings.look().multipliedBy(QUIET_LOOKS).toNanos());
  }

  /** Begins as many tries as there are slots for. */
  private void begin(RowKey due, WebhookEndpoint endpoint) {
    Semaphore each = slots.computeIfAbsent(due, _ -> new Semaphore(settings.atOnceEach()));
    int mine = each.drainPermits();
    int all = Math.min(mine, atOnce.availablePermits());
    if (all == 0 || !atOnce.tryAcquire(all)) {
      each.release(mine);
      return;
    }
    each.release(mine - all);
    int begun = 0;
    try {
      DeliveryTry.Batch batch = database.inWorkspace(due.workspace(), tx -> tries.claim(tx, endpoint, all));
      if (batch.isEmpty()) {
        leave(due); // no secret, disabled, or another replica has them
      }
      for (DeliveryTry.Letter letter : batch.letters()) {
        begun++;
        Thread.ofVirtual().name("webhook").start(() -> attempt(due.workspace(), batch, letter, each));
      }
    } finally {
      each.release(all - begun);
      atOnce.release(all - begun);
    }
  }

  private void attempt(WorkspaceId workspace, DeliveryTry.Batch batch, DeliveryTry.Letter letter, Semaphore each) {
    try {
      tries.run(workspace, batch, letter);
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("{} could not be marked: store unavailable; it is sent again", letter.claimed().id());
    } catch (RuntimeException failure) {
      LOG.error("{} could not be tried: {}", letter.claimed().id(), failure.getClass().getName());
    } finally {
      each.release();
      atOnce.release();
      bell.ring();
    }
  }

  private static Backlog sum(Backlog one, Backlog other) {
    Instant first = one.oldest();
    Instant second = other.oldest();
    return new Backlog(one.pending() + other.pending(), one.dead() + other.dead(),
        first == null ? second : second == null || first.isBefore(second) ? first : second);
  }

  /** Begins no more tries; what is under way ends by itself, or is sent again by another replica. */
  @Override
  @PreDestroy
  public void close() {
    stopping = true;
    bell.ring();
    Thread running = loop;
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(5));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
