package dev.authpipe.proxy.ops;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.journal.Journal;
import dev.authpipe.proxy.journal.JournalCounts;

/** What the rescue journal holds and does. Read when metrics are asked for; nothing of it stands between an answer and its commit. */
@Singleton
@Requires(beans = SettingValues.class)
final class JournalMetrics implements MeterBinder {
  private final Journal journal;

  JournalMetrics(Journal journal) {
    this.journal = journal;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, "authpipe.journal.open", "1 while answers are journaled", one -> one.isOpen() ? 1 : 0);
    gauge(registry, "authpipe.journal.entries", "Answers in the journal", Journal::size);
    gauge(registry, "authpipe.journal.unsettled", "Answers in the journal that nobody knows to be committed", Journal::unsettled);
    gauge(registry, "authpipe.journal.bytes", "Size of the journal's files", Journal::bytes);
    gauge(registry, "authpipe.journal.bytes.most", "How large they may become", Journal::mostBytes);
    counter(registry, "authpipe.journal.kept", "Answers that were journaled before their commit", JournalCounts::kept);
    counter(registry, "authpipe.journal.writes", "Times the disk was waited for; fewer than kept where refreshes came together",
        JournalCounts::writes);
    counter(registry, "authpipe.journal.recovered", "Answers of the journal that the store has or got", JournalCounts::recovered);
    counter(registry, "authpipe.journal.given.up.early", "Committed answers that went before their time, to make room",
        JournalCounts::givenUpEarly);
    counter(registry, "authpipe.journal.damaged", "Stretches that were no records, and segments that could not be read",
        JournalCounts::damaged);
    counter(registry, "authpipe.journal.torn", "Segments that ended within a record", JournalCounts::torn);
    counter(registry, "authpipe.journal.refused", "Entries that did not open where they stood", JournalCounts::refused);
    for (JournalCounts.Without reason : JournalCounts.Without.values()) {
      FunctionCounter.builder("authpipe.journal.without", journal.counts(), counts -> counts.committedWithout(reason))
          .tag("reason", reason.name().toLowerCase(Locale.ROOT)).description("Answers that were committed without the journal")
          .register(registry);
    }
  }

  private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Journal> value) {
    Gauge.builder(name, journal, value).description(description).register(registry);
  }

  private void counter(MeterRegistry registry, String name, String description, ToDoubleFunction<JournalCounts> value) {
    FunctionCounter.builder(name, journal.counts(), value).description(description).register(registry);
  }
}
