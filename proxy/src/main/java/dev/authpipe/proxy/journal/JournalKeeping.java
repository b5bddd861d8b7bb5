package dev.authpipe.proxy.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.journal.JournalRecovery.Standing;
import dev.authpipe.wire.WorkspaceId;

/**
 * Sees to it that nothing stays in the journal longer than it must and nothing in it is forgotten: recovers at the start and after each
 * interruption of the store, erases what has ended or is safe elsewhere. One thread; never in the way of a refresh.
 */
@Singleton
public final class JournalKeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalKeeping.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration LONGEST_START = Duration.ofSeconds(30);
  private static final int PAGE = 1000;

  private final Journal journal;
  private final JournalReading reading;
  private final JournalAlarm alarm;
  private final Map<JournalPurpose, JournalRecovery> recoveries = new EnumMap<>(JournalPurpose.class);
  private final VaultDatabase database;
  private final Notifications notifications;
  private final JournalSettings settings;
  private final Ticker ticker;
  private final Set<RowKey> changed = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private long verifiedIn;
  private long leftAgainAt;
  private long tidyAgainAt;

  JournalKeeping(Journal journal, JournalReading reading, JournalAlarm alarm, List<JournalRecovery> recoveries,
      VaultDatabase database, Notifications notifications, JournalSettings settings, Ticker ticker) {
    this.journal = journal;
    this.reading = reading;
    this.alarm = alarm;
    recoveries.forEach(one -> this.recoveries.put(one.purpose(), one));
    this.database = database;
    this.notifications = notifications;
    this.settings = settings;
    this.ticker = ticker;
    notifications.subscribe("connection", (workspace, id) -> {
      RowKey key = new RowKey(workspace, id);
      if (journal.entries().knows(key)) {
        changed.add(key);
      }
    });
  }

  /**
   * Opens the journal and recovers what is in it, then goes on in the background. Returns when all could be decided once, after 30 s at most.
   *
   * @throws JournalInUseException if another process has the directory
   */
  public void start() {
    if (!journal.isWanted()) {
      LOG.warn(
          "no refresh.journal_directory: an answer of a provider is lost when this process ends before its commit, and with it the grant "
              + "where refresh tokens are used once (docs/refresh-protocol.md)");
      Thread.ofVirtual().name("journal-keeping").start(() -> begin(false));
      return;
    }
    boolean open = journal.open();
    leftAgainAt = ticker.read();
    tidyAgainAt = ticker.read();
    CountDownLatch once = new CountDownLatch(1);
    Thread.ofVirtual().name("journal-keeping").start(() -> {
      try {
        begin(open);
      } finally {
        once.countDown();
      }
      keep();
    });
    try {
      boolean done = once.await(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
      LOG.info("rescue journal: {} entries, {} of them to be recovered{}", journal.size(), journal.unsettled(),
          done ? "" : "; that goes on");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin(boolean open) {
    verifiedIn = notifications.period();
    if (open) {
      guarded(alarm::damaged);
      guarded(this::recoverLeft);
    }
    recoveries.values().forEach(one -> guarded(one::settleInterrupted));
  }

  private void keep() {
    try {
      while (!stopped.await(settings.pass().toMillis(), TimeUnit.MILLISECONDS)) {
        pass();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look at everything that may be left to be done. */
  void pass() {
    if (!journal.isOpen()) {
      reopen();
      return;
    }
    guarded(this::lookAtChanged);
    guarded(this::verifyAfterInterruption);
    if (ticker.read() - leftAgainAt >= 0) {
      guarded(this::recoverLeft);
    }
    if (ticker.read() - tidyAgainAt >= 0) {
      guarded(this::eraseWhatIsElsewhere);
      journal.expire();
      tidyAgainAt = ticker.read() + AGAIN.toNanos();
    }
  }

  /** As {@link #pass}, whatever was to be waited for. */
  void passNow() {
    leftAgainAt = ticker.read();
    tidyAgainAt = ticker.read();
    pass();
  }

  private void reopen() {
    if (ticker.read() - leftAgainAt < 0) {
      return;
    }
    leftAgainAt = ticker.read() + LONGEST_START.toNanos();
    try {
      begin(journal.open());
    } catch (JournalInUseException inUse) {
      LOG.error("{}", inUse.getMessage());
    }
  }

  /** Recovers what nobody holds; what must wait is tried again after 5 s. */
  void recoverLeft() {
    List<JournalEntry> left = journal.entries().left();
    boolean waits = false;
    for (JournalRecovery recovery : recoveries.values()) {
      for (JournalEntry entry : look(left, recovery)) {
        waits |= read(entry, recovery) == JournalRecovery.Verdict.LATER;
      }
    }
    if (waits) {
      leftAgainAt = ticker.read() + AGAIN.toNanos();
    }
  }

  /** One that fails in a way nobody foresaw must not keep the others waiting. */
  private JournalRecovery.Verdict read(JournalEntry entry, JournalRecovery recovery) {
    try {
      return reading.read(entry, recovery);
    } catch (StoreUnavailableException unavailable) {
      throw unavailable;
    } catch (RuntimeException failure) {
      LOG.error("recovering {} failed with {}", entry, failure.getClass().getName());
      return JournalRecovery.Verdict.LATER;
    }
  }

  /** A store that was away may have come back without its last commits. */
  private void verifyAfterInterruption() {
    long period = notifications.period();
    if (period == verifiedIn || !notifications.confirmed()) {
      return;
    }
    verify(journal.entries().settled());
    leftAgainAt = ticker.read();
    verifiedIn = period;
  }

  private void lookAtChanged() {
    List<RowKey> some = List.copyOf(changed);
    verify(
        some.stream().flatMap(key -> journal.entries().of(key).stream()).filter(one -> one.state() == JournalEntry.State.SETTLED)
            .toList());
    some.stream().filter(key -> journal.entries().of(key).stream().noneMatch(one -> one.state() == JournalEntry.State.HELD))
        .forEach(changed::remove);
  }

  /** Settled entries that the store no longer knows are open again. */
  private void verify(List<JournalEntry> settled) {
    for (JournalRecovery recovery : recoveries.values()) {
      for (JournalEntry entry : look(settled, recovery)) {
        JournalRecovery.Verdict verdict = read(entry, recovery);
        LOG.debug("verified {}: {}", entry, verdict);
      }
    }
  }

  /** Notes what the store knows without opening anything; returns the rest. */
  private List<JournalEntry> look(List<JournalEntry> entries, JournalRecovery recovery) {
    List<JournalEntry> open = new ArrayList<>();
    pages(entries, recovery, (workspace, page) -> {
      Map<JournalEntry, Standing> standings = database.inWorkspace(workspace, tx -> recovery.standings(tx, page));
      for (JournalEntry entry : page) {
        switch (standings.getOrDefault(entry, Standing.OPEN)) {
          case COMMITTED -> settle(entry);
          case OVER -> journal.erase(List.of(entry));
          case OPEN -> open.add(entry);
        }
      }
    });
    return open;
  }

  private static void pages(List<JournalEntry> entries, JournalRecovery recovery,
      BiConsumer<WorkspaceId, List<JournalEntry>> work) {
    Map<WorkspaceId, List<JournalEntry>> byWorkspace = entries.stream()
        .filter(one -> one.place().purpose() == recovery.purpose())
        .collect(Collectors.groupingBy(one -> one.place().workspace()));
    Database.each(byWorkspace.keySet(), workspace -> {
      List<JournalEntry> all = byWorkspace.getOrDefault(workspace, List.of());
      for (int from = 0; from < all.size(); from += PAGE) {
        work.accept(workspace, all.subList(from, Math.min(all.size(), from + PAGE)));
      }
    });
  }

  private void settle(JournalEntry entry) {
    if (entry.state() != JournalEntry.State.SETTLED) {
      journal.known(entry);
    }
  }

  /** What a synchronous standby has is safe without the journal. */
  private void eraseWhatIsElsewhere() {
    List<JournalEntry> settled = journal.entries().settled();
    for (JournalRecovery recovery : recoveries.values()) {
      pages(settled, recovery, (workspace, page) -> {
        Map<JournalEntry, Standing> there = database.onStandby(workspace, tx -> recovery.standings(tx, page)).orElse(Map.of());
        journal.erase(page.stream().filter(entry -> there.get(entry) == Standing.COMMITTED).toList());
      });
    }
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (StoreUnavailableException unavailable) {
      LOG.debug("the rescue journal waits for the store");
    } catch (RuntimeException failure) {
      LOG.error("keeping the rescue journal failed with {}", failure.getClass().getName());
    }
  }

  /** Looks no more. */
  @Override
  @PreDestroy
  public void close() {
    stopped.countDown();
  }
}
