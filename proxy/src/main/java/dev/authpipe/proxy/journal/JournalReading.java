package dev.authpipe.proxy.journal;

import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.journal.JournalRecovery.Verdict;

/** Has one entry recovered and notes what became of it. Never lets two threads recover the same one. Thread-safe. */
@Singleton
public final class JournalReading {
  private final Journal journal;
  private final JournalAlarm alarm;

  JournalReading(Journal journal, JournalAlarm alarm) {
    this.journal = journal;
    this.alarm = alarm;
  }

  /**
   * Recovers an entry that nobody holds.
   *
   * @throws dev.authpipe.proxy.db.StoreUnavailableException if the store does not answer: the entry is as before
   */
  public Verdict read(JournalEntry entry, JournalRecovery by) {
    if (!entry.beginReading()) {
      return Verdict.LATER;
    }
    try {
      Optional<byte[]> sealed = journal.sealed(entry);
      Verdict verdict = sealed.isEmpty() ? Verdict.REFUSED : by.recover(entry, sealed.get());
      note(entry, verdict);
      return verdict;
    } finally {
      entry.endReading();
    }
  }

  private void note(JournalEntry entry, Verdict verdict) {
    switch (verdict) {
      case COMMITTED -> {
        journal.counts().recovered.increment();
        journal.settled(entry);
      }
      case OVER -> journal.erase(List.of(entry));
      case REFUSED -> {
        alarm.refused(entry);
        journal.erase(List.of(entry));
      }
      case LATER -> journal.left(entry);
    }
  }
}
