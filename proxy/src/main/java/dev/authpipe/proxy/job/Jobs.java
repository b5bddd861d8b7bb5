package dev.authpipe.proxy.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.db.Database;
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

  /**
   * What is known of one job.
   *
   * @param schedule as the replica that looked last has it
   * @param running  whether some replica runs it now
   * @param failures in a row
   * @param reason   of the last failure, as a code
   * @param wanted   whether a run was asked for and has not begun
   */
  public record Status(String name, @Nullable String schedule, boolean running, @Nullable Instant startedAt,
      @Nullable Instant completedAt,
      @Nullable Instant failedAt, int failures, @Nullable String reason, boolean wanted) {}

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
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a job has a lower-case name");
    }
    ScheduledJob job = new ScheduledJob(name,
        new Schedule(settings.timings().getOrDefault(name, new Timing.Every(every)), settings.retry()), run, owner,
        settings.lease(), vault, audit,
        ticker);
    if (jobs.putIfAbsent(name, job) != null) {
      throw new IllegalArgumentException("there is a job " + name + " already");
    }
    Gauge.builder("authpipe.job.failures", job, ScheduledJob::failures).tag("job", name)
        .description("failures in a row; more than 3: left failed until its next interval").register(metrics);
    Gauge.builder("authpipe.job.age", job, ScheduledJob::sinceSuccess).tag("job", name).baseUnit("seconds")
        .description("since it was last completed by any replica").register(metrics);
  }

  /** What is known of all jobs, whoever runs them. */
  public List<Status> list() {
    return vault.inWorkspace(Database.STORE, JobStore::all);
  }

  /** Asks the replicas for a run as soon as one looks, which this one does at once; false: no replica has ever had such a job. */
  public boolean want(String name) {
    boolean wanted = vault.inWorkspace(Database.STORE, tx -> JobStore.want(tx, name));
    ScheduledJob own = jobs.get(name);
    if (own != null) {
      own.lookSoon();
    }
    return wanted;
  }

  /**
   * Starts looking for due work.
   *
   * @throws IllegalArgumentException if a schedule was given for a job that there is not
   */
  public void start() {
    settings.timings().keySet().stream().filter(name -> !jobs.containsKey(name)).findFirst().ifPresent(name -> {
      throw new IllegalArgumentException(
          "jobs.schedules: there is no job " + name + "; there are: " + new TreeSet<>(jobs.keySet()));
    });
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
