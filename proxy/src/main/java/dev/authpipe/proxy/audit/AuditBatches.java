package dev.authpipe.proxy.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final long NONE = Long.MIN_VALUE;

  private record Key(WorkspaceId workspace, AuditActor caller, ConnectionId connection, AuditType type, AuditOutcome outcome,
      @Nullable String reason) {}

  private final AuditLog log;
  private final VaultDatabase vault;
  private final Ticker ticker;
  private final UUID replica;
  private final Tally<Key> tally = new Tally<>();
  private final AtomicLong owed = new AtomicLong();
  private final Map<WorkspaceId, Long> refusingSince = new ConcurrentHashMap<>();
  private final ReentrantLock writing = new ReentrantLock();
  private final WriteBehind writer = new WriteBehind("audit-batches", EVERY, this::write);
  private volatile long troubleSince = NONE;

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
   * @param type       {@link AuditType#CREDENTIAL_READ} or {@link AuditType#CREDENTIAL_CALLED}
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
    if (refusingSince.isEmpty()) {
      return true;
    }
    Long refusing = refusingSince.get(workspace);
    return refusing == null || ticker.read() - refusing <= PATIENCE.toNanos();
  }

  /** Writes what is owed and stops. */
  @Override
  @PreDestroy
  public void close() {
    writer.close();
  }

  /** Appends what has been counted; what cannot be written stays owed. */
  void write() {
    writing.lock();
    try {
      do {
        writeAll(tally.draw());
      } while (owed.get() >= MOST_CALLS && troubleSince == NONE && refusingSince.isEmpty());
    } finally {
      writing.unlock();
    }
  }

  private void writeAll(List<Tally.Drawn<Key>> drawn) {
    Map<WorkspaceId, List<Tally.Drawn<Key>>> byWorkspace = new HashMap<>();
    drawn.forEach(one -> byWorkspace.computeIfAbsent(one.key().workspace(), _ -> new ArrayList<>()).add(one));
    if (!drawn.isEmpty() && troubleSince == NONE) {
      troubleSince = ticker.read(); // set before the attempt, so that a write that hangs closes the door as well
    }
    try {
      byWorkspace.forEach(this::writeWorkspace);
      troubleSince = NONE;
    } catch (StoreUnavailableException unavailable) {
      throw unavailable; // trouble stays
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
      }
      refusingSince.remove(workspace);
    } catch (StoreUnavailableException unavailable) {
      throw unavailable;
    } catch (RuntimeException refused) {
      LOG.error("the audit log of {} cannot be written: {}", workspace, refused.getClass().getSimpleName());
      refusingSince.putIfAbsent(workspace, ticker.read()); // this workspace's log only: the others go on (S36)
    }
  }

  private AuditEntry.Builder entry(Key key, long calls) {
    return AuditEntry.of(key.type, key.caller, AuditObject.connection(key.connection)).outcome(key.outcome).reason(key.reason)
        .detail(AuditDetail.CALLS, calls).detail(AuditDetail.REPLICA, replica);
  }
}
