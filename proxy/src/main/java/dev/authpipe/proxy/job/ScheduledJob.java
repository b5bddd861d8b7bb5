package dev.authpipe.proxy.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;

/** One job on this replica. Its row decides; what is remembered here only spares looks at it. */
final class ScheduledJob {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduledJob.class);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);
  private static final Duration LAST_RUN = Duration.ofSeconds(10);

  private final String name;
  private final Schedule schedule;
  private final JobRun run;
  private final String owner;
  private final Duration lease;
  private final VaultDatabase vault;
  private final AuditLog audit;
  private final Ticker ticker;
  private volatile @Nullable CountDownLatch running;
  private volatile int failures;
  private volatile long sinceSuccess;
  private @Nullable Instant since;
  private long lookAgainAt;
  private long prolongAt;

  ScheduledJob(String name, Schedule schedule, JobRun run, String owner, Duration lease, VaultDatabase vault, AuditLog audit,
      Ticker ticker) {
    this.name = name;
    this.schedule = schedule;
    this.run = run;
    this.owner = owner;
    this.lease = lease;
    this.vault = vault;
    this.audit = audit;
    this.ticker = ticker;
    this.lookAgainAt = ticker.read();
  }

  int failures() {
    return failures;
  }

  /** Seconds since it was last completed, or since this replica began to look; as of its last look. */
  long sinceSuccess() {
    return sinceSuccess;
  }

  /** Starts a run if it is due and nobody else has it; prolongs one that is under way here. */
  synchronized void look() {
    long now = ticker.read();
    try {
      if (running != null) {
        if (now - prolongAt >= 0) {
          prolongAt = now + (lease.toNanos() / 3);
          vault.run(Database.STORE, tx -> prolong(tx));
        }
      } else if (now - lookAgainAt >= 0) {
        Duration wait = vault.inWorkspace(Database.STORE, this::startIfDue);
        lookAgainAt = now + (wait.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : wait).toNanos();
        if (wait.isZero()) {
          prolongAt = now + (lease.toNanos() / 3);
          start();
        }
      }
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("job {} cannot look: store unavailable", name);
    }
  }

  private void prolong(Tx tx) {
    if (!JobStore.prolong(tx, name, owner, lease)) {
      LOG.warn("job {} ran on past its lease", name);
    }
  }

  /** Zero: this replica has the run now; else how long to wait before looking again. */
  private Duration startIfDue(Tx tx) {
    JobStore.Row row = JobStore.lock(tx, name, schedule.timing().text());
    if (row == null) {
      return Duration.ofSeconds(1);
    }
    Instant began = since == null ? row.now() : since;
    since = began;
    Instant completed = row.completedAt() == null ? began : row.completedAt();
    sinceSuccess = Math.max(0, Duration.between(completed, row.now()).toSeconds());
    int before = row.failures();
    Instant failedAt = row.failedAt();
    Instant leaseUntil = row.leaseUntil();
    if (leaseUntil != null && leaseUntil.isAfter(row.now())) {
      failures = before;
      return Duration.between(row.now(), leaseUntil);
    }
    if (leaseUntil != null) {
      before++;
      failedAt = row.now();
      JobStore.lapse(tx, name, before, "lease_lapsed");
      audit.append(tx, failed(before, "lease_lapsed"));
    }
    failures = before;
    Duration wait = Duration.between(row.now(), schedule.next(row.startedAt(), failedAt, before, began));
    if (wait.isPositive() && !row.wanted()) {
      return wait;
    }
    int carried = Schedule.isLeftFailed(before) ? 0 : before;
    JobStore.start(tx, name, owner, lease, carried);
    audit.append(tx, entry(AuditType.JOB_STARTED).detail(AuditDetail.FAILURES, carried).build());
    failures = carried;
    return Duration.ZERO;
  }

  private void start() {
    CountDownLatch done = new CountDownLatch(1);
    running = done;
    Thread.ofVirtual().name("job-" + name).start(() -> {
      try {
        runOnce();
      } catch (StoreUnavailableException unavailable) {
        LOG.warn("job {} could not record its end: store unavailable", name); // its lease lapses, and then it counts as failed
      } finally {
        running = null;
        done.countDown();
      }
    });
  }

  private void runOnce() {
    long began = ticker.read();
    try {
      run.run();
    } catch (RuntimeException failure) {
      String reason = reason(failure);
      LOG.warn("job {} failed: {}", name, reason);
      int now = failures + 1;
      vault.run(Database.STORE, tx -> {
        if (JobStore.fail(tx, name, owner, now, reason)) {
          audit.append(tx, failed(now, reason));
        }
      });
      failures = now;
      lookSoon();
      return;
    }
    long milliseconds = Math.max(0, TimeUnit.NANOSECONDS.toMillis(ticker.read() - began));
    vault.run(Database.STORE, tx -> {
      if (JobStore.complete(tx, name, owner)) {
        audit.append(tx, entry(AuditType.JOB_COMPLETED).detail(AuditDetail.DURATION_MS, milliseconds).build());
      }
    });
    failures = 0;
    sinceSuccess = 0;
    lookSoon();
  }

  /** Looks at the row again the next time it is asked to. */
  synchronized void lookSoon() {
    lookAgainAt = ticker.read();
  }

  private AuditEntry failed(int count, String reason) {
    AuditEntry.Builder entry = entry(AuditType.JOB_FAILED).outcome(AuditOutcome.FAILURE).reason(reason)
        .detail(AuditDetail.FAILURES, count);
    return Schedule.isLeftFailed(count)
        ? entry.build()
        : entry.detail(AuditDetail.RETRY_SECONDS, schedule.wait(count).toSeconds()).build();
  }

  private AuditEntry.Builder entry(AuditType type) {
    return AuditEntry.of(type, AuditActor.job(name), AuditObject.job(name));
  }

  /** The kind of exception as a code: never its message. */
  private static String reason(RuntimeException failure) {
    String kind = failure.getClass().getSimpleName().replaceFirst("Exception$", "").replaceAll("(?<=[a-z0-9])([A-Z])", "_$1")
        .toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "");
    return kind.matches("[a-z][a-z0-9_]{0,63}") ? kind : "failed";
  }

  void close() {
    CountDownLatch last = running;
    try {
      if (last != null && !last.await(LAST_RUN.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("job {} is cut off; another replica will run it again", name);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
