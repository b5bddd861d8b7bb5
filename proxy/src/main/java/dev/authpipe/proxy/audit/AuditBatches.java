package dev.authpipe.proxy.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.db.WriteBehind;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Counts token reads and proxied calls of this replica and appends them as one event each per caller, connection and outcome, at most every
 * second or 1,000 calls (S40): that much is lost when the process is killed. Must never be asked for a secret's sake without {@link #open}
 * first (S42). Counting never blocks and takes no lock; it is safe on an event loop.
 */
@Singleton
public final class AuditBatches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditBatches.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MOST_CALLS = 1_000;
  /** Calls that wait to be recorded beyond which nothing more is let through: the log cannot keep up. */
  private static final long MOST_OWED = 100_000;
  private static final int EVENTS_PER_TRANSACTION = 1_000;
  private static final int WORKSPACES_AT_ONCE = 4;
  /** Those that hang included. */
  private static final int WRITERS_MOST = 16;
  /** One after the other, beyond which a round tries no more. */
  private static final int FAILURES_MOST = 4;
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final Duration LAST_ROUND = Duration.ofSeconds(8);
  private static final long NONE = Long.MIN_VALUE;

  private record Key(WorkspaceId workspace, AuditActor caller, ConnectionId connection, AuditType type, AuditOutcome outcome,
      @Nullable String reason) {}

  private final AuditLog log;
  private final VaultDatabase vault;
  private final Ticker ticker;
  private final UUID replica;
  private final Tally<Key> tally = new Tally<>();
  private final AtomicLong owed = new AtomicLong();
  /** Since when nothing was written of what is owed to a workspace's log. */
  private final Map<WorkspaceId, Long> waitingSince = new ConcurrentHashMap<>();
  /** What a writer has, whose counts must not be drawn once more. */
  private final Set<WorkspaceId> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicInteger writers = new AtomicInteger();
  private final ReentrantLock writing = new ReentrantLock();
  private final WriteBehind writer = new WriteBehind("audit-batches", EVERY, this::write);
  /** Since when the store itself takes nothing. */
  private volatile long troubleSince = NONE;
  private volatile boolean closing;
  private int rounds; // of the thread that writes

  /** Counts for this replica, which gets a random id; the ticker reads monotonic nanoseconds. */
  public AuditBatches(AuditLog log, VaultDatabase vault, Ticker ticker, Randomness randomness) {
    this.log = log;
    this.vault = vault;
    this.ticker = ticker;
    this.replica = randomness.uuidV4();
  }

  /** Starts writing in the background. */
  @PostConstruct
  public void start() {
    writer.start();
  }

  /**
   * Counts one call.
   *
   * @param caller     who called
   * @param connection with which connection
   * @param type       {@link AuditType#CREDENTIAL_READ}, {@link AuditType#CREDENTIAL_CALLED} or {@link AuditType#CREDENTIAL_ECHOED}
   * @param outcome    how it went
   * @param reason     a registered code, or null
   */
  public void count(WorkspaceId workspace, AuditActor caller, ConnectionId connection, AuditType type, AuditOutcome outcome,
      @Nullable String reason) {
    tally.add(new Key(workspace, caller, connection, type, outcome, reason));
    if (owed.incrementAndGet() == MOST_CALLS) {
      writer.nudge();
    }
  }

  /**
   * Records one call before it is answered: for workspaces with {@code strict} audit. Blocks; when it throws, the call must not be answered.
   *
   * @throws StoreUnavailableException if the event could not be written
   */
  public void writeNow(WorkspaceId workspace, AuditActor caller, ConnectionId connection, AuditType type, AuditOutcome outcome,
      @Nullable String reason, @Nullable String requestId) {
    vault.run(workspace, tx -> log.append(tx,
        entry(new Key(workspace, caller, connection, type, outcome, reason), 1).requestId(requestId).build()));
  }

  /** Whether calls of the workspace can be recorded: false after 2 s of failing or hanging writes, and while too much is owed. */
  public boolean open(WorkspaceId workspace) {
    long since = troubleSince;
    if ((since != NONE && ticker.read() - since > PATIENCE.toNanos()) || owed.get() > MOST_OWED) {
      return false;
    }
    if (waitingSince.isEmpty()) {
      return true;
    }
    Long waiting = waitingSince.get(workspace);
    return waiting == null || ticker.read() - waiting <= PATIENCE.toNanos();
  }

  /** Writes what is owed and stops. */
  @Override
  @PreDestroy
  public void close() {
    closing = true;
    writer.close();
  }

  /** Appends what has been counted; what cannot be written stays owed. Waits a little for logs that take their time, and not for them to end. */
  void write() {
    writing.lock();
    try {
      do {
        Set<WorkspaceId> busy = Set.copyOf(underWay); // before the draw: whoever is not in it any more has said what he wrote
        writeAll(tally.draw().stream().filter(one -> !busy.contains(one.key().workspace())).toList());
      } while (owed.get() >= MOST_CALLS && troubleSince == NONE && waitingSince.isEmpty());
    } finally {
      writing.unlock();
    }
  }

  private void writeAll(List<Tally.Drawn<Key>> drawn) {
    Map<WorkspaceId, List<Tally.Drawn<Key>>> byWorkspace = new HashMap<>();
    drawn.forEach(one -> byWorkspace.computeIfAbsent(one.key().workspace(), _ -> new ArrayList<>()).add(one));
    long began = ticker.read();
    byWorkspace.keySet().forEach(workspace -> waitingSince.putIfAbsent(workspace, began)); // one that is not reached shuts its own door too
    RuntimeException failed = writeBeside(byWorkspace);
    if (failed != null) {
      throw failed;
    }
  }

  /**
   * Several workspaces at a time: each is a commit of its own, and one after the other a thousand workspaces take seconds, in which what is owed grows
   * to where nothing is let through. A log that hangs keeps its writer, and the next round goes on without both.
   *
   * @return what went wrong first, as far as that is known when the round ends
   */
  private @Nullable RuntimeException writeBeside(Map<WorkspaceId, List<Tally.Drawn<Key>>> byWorkspace) {
    int begun = Math.min(Math.min(WORKSPACES_AT_ONCE, byWorkspace.size()), WRITERS_MOST - writers.get());
    if (begun <= 0) {
      return null;
    }
    List<WorkspaceId> order = new ArrayList<>(byWorkspace.keySet());
    Collections.rotate(order, rounds++); // so that the same ones do not stand behind those that fail each time
    underWay.addAll(order);
    Queue<WorkspaceId> waiting = new ConcurrentLinkedQueue<>(order);
    AtomicInteger failures = new AtomicInteger();
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(begun);
    for (int i = 0; i < begun; i++) {
      writers.incrementAndGet();
      Thread.ofVirtual().name("audit-log").start(() -> {
        for (WorkspaceId next = waiting.poll(); next != null; next = waiting.poll()) {
          try {
            if (failures.get() < FAILURES_MOST) {
              writeWorkspace(next, Objects.requireNonNull(byWorkspace.get(next)));
              failures.set(0);
            }
          } catch (RuntimeException unavailable) {
            failures.incrementAndGet();
            if (failure.compareAndSet(null, unavailable)) {
              noteTrouble(); // here, for the round may be over before the store has failed to answer
            }
          } finally {
            underWay.remove(next);
          }
        }
        writers.decrementAndGet();
        done.countDown();
      });
    }
    await(done);
    return failure.get();
  }

  private void await(CountDownLatch done) {
    try {
      boolean all = done.await(closing ? LAST_ROUND.toMillis() : ROUND.toMillis(), TimeUnit.MILLISECONDS);
      if (!all) {
        LOG.debug("some audit logs take their time");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Everybody's door is shut when it is the store that is away, and not a cell of it. */
  private void noteTrouble() {
    long asked = ticker.read();
    try {
      vault.run(Database.STORE, _ -> {});
      troubleSince = NONE;
    } catch (RuntimeException away) {
      if (troubleSince == NONE) {
        troubleSince = asked;
      }
    }
  }

  private void writeWorkspace(WorkspaceId workspace, List<Tally.Drawn<Key>> drawn) {
    try {
      for (int from = 0; from < drawn.size(); from += EVENTS_PER_TRANSACTION) {
        List<Tally.Drawn<Key>> part = drawn.subList(from, Math.min(drawn.size(), from + EVENTS_PER_TRANSACTION));
        vault.run(workspace, tx -> part.forEach(one -> log.append(tx, entry(one.key(), one.calls()).build())));
        part.forEach(one -> {
          one.written();
          owed.addAndGet(-one.calls());
        });
        waitingSince.put(workspace, ticker.read()); // a log that takes part after part is slow, and neither fails nor hangs
        troubleSince = NONE;
      }
      waitingSince.remove(workspace);
    } catch (StoreUnavailableException unavailable) {
      throw unavailable;
    } catch (RuntimeException refused) {
      troubleSince = NONE; // the store has answered
      LOG.error("the audit log of {} cannot be written: {}", workspace, refused.getClass().getSimpleName()); // the others go on (S36)
    }
  }

  private AuditEntry.Builder entry(Key key, long calls) {
    return AuditEntry.of(key.type, key.caller, AuditObject.connection(key.connection)).outcome(key.outcome).reason(key.reason)
        .detail(AuditDetail.CALLS, calls).detail(AuditDetail.REPLICA, replica);
  }
}
