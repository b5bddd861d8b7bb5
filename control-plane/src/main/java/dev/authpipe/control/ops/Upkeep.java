package dev.authpipe.control.ops;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.annotation.Bean;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.control.analytics.UsageUpkeep;
import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.dataplane.report.ReportUpkeep;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.StoreUnavailableException;
import dev.authpipe.control.http.IdempotentRequests;
import dev.authpipe.control.member.PeopleUpkeep;

/**
 * The hourly work of the control plane: forgets old answers of idempotent requests, what has run out of people, and
 * old usage and reports. Each job writes its start and its end into the plane's
 * log (S45). Replicas may run it at the same time. Never stops because one run failed.
 */
@Singleton
@Bean(preDestroy = "close")
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  private final Database database;
  private final AuditLog audit;
  private final IdempotentRequests idempotent;
  private final PeopleUpkeep people;
  private final UsageUpkeep usage;
  private final ReportUpkeep reports;
  private final Ticker ticker;
  private final ScheduledExecutorService clockwork = Executors
      .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("upkeep").factory());

  Upkeep(Database database, AuditLog audit, IdempotentRequests idempotent, PeopleUpkeep people, UsageUpkeep usage,
      ReportUpkeep reports, Ticker ticker) {
    this.database = database;
    this.audit = audit;
    this.idempotent = idempotent;
    this.people = people;
    this.usage = usage;
    this.reports = reports;
    this.ticker = ticker;
  }

  /** Begins: the first run after ten minutes, so that a start is not slowed. */
  void start() {
    clockwork.scheduleWithFixedDelay(this::run, 10, 60, TimeUnit.MINUTES);
  }

  /** One run. */
  void run() {
    run("idempotent-requests", idempotent::forgetOld);
    run("expired-people", people::run);
    run("old-usage", usage::run);
    run("old-reports", reports::run);
  }

  private void run(String job, Runnable work) {
    long begun = ticker.read();
    try {
      write(AuditEntry.of(AuditType.JOB_STARTED, AuditActor.job(job), AuditObject.job(job)));
      work.run();
      write(AuditEntry.of(AuditType.JOB_COMPLETED, AuditActor.job(job), AuditObject.job(job)).detail(AuditDetail.DURATION_MS,
          Duration.ofNanos(ticker.read() - begun).toMillis()));
    } catch (StoreUnavailableException away) {
      LOG.warn("job {} did not run: the store is not available", job);
    } catch (RuntimeException failure) {
      LOG.error("job {} failed: {}", job, failure.getClass().getName());
      write(AuditEntry.of(AuditType.JOB_FAILED, AuditActor.job(job), AuditObject.job(job)).reason("internal_error"));
    }
  }

  private void write(AuditEntry.Builder entry) {
    database.run(Database.PLANE, tx -> audit.append(tx, entry.build()));
  }

  @Override
  public void close() {
    clockwork.shutdown();
  }
}
