package dev.authpipe.proxy.job;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.db.WriteBehind;
import dev.authpipe.proxy.secret.Randomness;

/**
 * Runs scheduled work once per cluster: a lease in PostgreSQL by the database's clock decides which replica runs it. Must never run a job on
 * two replicas at a time as long as each can reach the store. Start, completion and failure are recorded (S45). Thread-safe.
 */
@Singleton
public final class Jobs implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  private final VaultDatabase vault;
  private final AuditLog audit;
  private final Ticker ticker;
  private final JobSettings settings;
  private final MeterRegistry metrics;
  private final String owner;
  private final Map<String, ScheduledJob> jobs = new ConcurrentHashMap<>();
  private final WriteBehind looking;

  /** Shares work among replicas; each has a random name. */
  public Jobs(VaultDatabase vault, AuditLog audit, Ticker ticker, Randomness randomness, MeterRegistry metrics,
      JobSettings settings) {
    this.vault = vault;
    this.audit = audit;
    this.ticker = ticker;
    this.settings = settings;
    this.metrics = metrics;
    this.owner = randomness.uuidV4().toString();
    this.looking = new WriteBehind("jobs", settings.look(), this::look);
  }

  /**
   * Registers work.
   *
   * @param name  lower-case words joined by hyphens, unique
   * @param every time between the starts of two runs
   * @throws IllegalArgumentException if the name is wrong or taken
   */
  public void register(String name, Duration every, JobRun run) {
    if (!NAME.matcher(name).matches() || !every.isPositive()) {
      throw new IllegalArgumentException("a job has a lower-case name and an interval");
    }
    ScheduledJob job = new ScheduledJob(name, new Schedule(every, settings.retry()), run, owner, settings.lease(), vault, audit,
        ticker);
    if (jobs.putIfAbsent(name, job) != null) {
      throw new IllegalArgumentException("there is a job " + name + " already");
    }
    Gauge.builder("authpipe.job.failures", job, ScheduledJob::failures).tag("job", name)
        .description("failures in a row; more than 3: left failed until its next interval").register(metrics);
  }

  /** Starts looking for due work. */
  public void start() {
    looking.start();
  }

  /** Starts what is due and prolongs what runs. */
  void look() {
    jobs.values().forEach(ScheduledJob::look);
  }

  /** Looks no more and waits for running jobs, 10 s at most. */
  @Override
  @PreDestroy
  public void close() {
    looking.close();
    jobs.values().forEach(ScheduledJob::close);
  }
}
