package dev.authpipe.proxy.backup;

import java.time.Duration;
import java.util.UUID;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.backup.BackupSettings.Source;
import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.job.Jobs;

/**
 * Backs up every database once a day, and deletes backups that are too old or too many. One database that cannot be backed up does not keep the others
 * from it. Records each.
 */
@Singleton
@Requires(beans = JobSettings.class)
final class BackupJob {
  static final String NAME = "backup";
  private static final Logger LOG = LoggerFactory.getLogger(BackupJob.class);
  private static final Duration EVERY = Duration.ofDays(1);
  private static final String EXPIRY = "backup-expiry";
  /** Receipts of erasures promise a time to the minute: less than what backups go before it. */
  private static final Duration EXPIRY_EVERY = Duration.ofMinutes(10);

  private final Backups backups;
  private final BackupSettings settings;
  private final BackupRecords records;
  private final Jobs jobs;
  private final MeterRegistry metrics;

  BackupJob(Backups backups, BackupSettings settings, BackupRecords records, Jobs jobs, MeterRegistry metrics) {
    this.backups = backups;
    this.settings = settings;
    this.records = records;
    this.jobs = jobs;
    this.metrics = metrics;
  }

  @EventListener
  void register(StartupEvent started) {
    if (settings.directory() == null) {
      return;
    }
    jobs.register(NAME, EVERY, this::run);
    jobs.register(EXPIRY, EXPIRY_EVERY, this::expire);
    Gauge.builder("authpipe.backup.age", backups, all -> all.age().map(age -> 1.0 * age.toSeconds()).orElse(Double.NaN))
        .baseUnit("seconds").description("Of the newest backup of the database whose newest one is oldest; NaN: one has none")
        .register(metrics);
  }

  /** Deletes what is too old or too many, whether or not there is a newer one. */
  void expire() {
    int deleted = backups.tidy();
    LOG.debug("backups deleted: {}", deleted);
  }

  /** One run. */
  void run() {
    BackupException failed = null;
    for (Source source : backups.sources()) {
      try {
        Backups.Made made = make(source, AuditActor.job(NAME));
        LOG.info("backup of {}: {} rows, {} bytes", source.word(), made.rows(), made.bytes());
      } catch (BackupException failure) {
        LOG.error("no backup of {}: {}", source.word(), failure.getMessage());
        failed = failure;
      }
    }
    if (failed != null) {
      throw failed;
    }
    expire();
  }

  private Backups.Made make(Source source, AuditActor actor) {
    UUID id = backups.id();
    try {
      Backups.Made made = backups.keep(source, id, Backups.Progress.NONE);
      records.made(made, actor);
      return made;
    } catch (BackupException failure) {
      Counter.builder("authpipe.backup.failures").tag("reason", BackupRecords.word(failure.reason()))
          .description("Backups of one database that could not be made").register(metrics).increment();
      records.failed(source, id, failure.reason(), actor);
      throw failure;
    }
  }
}
