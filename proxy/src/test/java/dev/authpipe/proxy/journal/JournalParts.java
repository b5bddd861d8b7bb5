package dev.authpipe.proxy.journal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.Randomness;

/** The room as one replica has it, wired by hand for tests. Passes are made by the test, one by one. */
public final class JournalParts implements AutoCloseable {
  private final Journal journal;
  private final JournalReading reading;
  private final JournalAlarm alarm;
  private final JournalSettings settings;
  private @Nullable JournalKeeping keeping;

  /** @param directory null: none */
  public JournalParts(@Nullable Path directory, VaultDatabase database, AuditLog audit, Clock clock, Randomness randomness) {
    settings = new JournalSettings(directory, 1 << 20, JournalSettings.HORIZON, Duration.ofSeconds(10), Duration.ofDays(1));
    journal = new Journal(settings, clock, randomness, Ticker.systemTicker());
    alarm = new JournalAlarm(database, audit, journal);
    reading = new JournalReading(journal, alarm);
  }

  /** Says who recovers, and opens what is there without recovering it. */
  public void open(List<JournalRecovery> recoveries, VaultDatabase database, Notifications notifications) {
    boolean open = journal.open();
    assert !open || journal.isWanted();
    keeping = new JournalKeeping(journal, reading, alarm, recoveries, database, notifications, settings, Ticker.systemTicker());
  }

  public Journal journal() {
    return journal;
  }

  public JournalReading reading() {
    return reading;
  }

  /** What a start does before anybody is served. */
  public void start() {
    keeping().start();
  }

  /** What the background does, once, as if everything that it waits for had passed. */
  public void pass() {
    keeping().passNow();
  }

  private JournalKeeping keeping() {
    return java.util.Objects.requireNonNull(keeping, "opened first");
  }

  @Override
  public void close() {
    if (keeping != null) {
      keeping.close();
    }
    journal.close();
  }
}
