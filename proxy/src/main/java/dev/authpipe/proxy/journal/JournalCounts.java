package dev.authpipe.proxy.journal;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a journal did since the start, for metrics. Never per tenant. */
public final class JournalCounts {
  /** Why an answer was committed without the journal. */
  public enum Without {
    /** What is not settled fills it. */
    FULL,
    /** The disk refused. */
    DISK,
    /** The disk did not answer in time; the entry may still arrive. */
    SLOW,
    /** It could not be sealed. */
    SEAL
  }

  private final Map<Without, LongAdder> without = new EnumMap<>(Without.class);
  final LongAdder kept = new LongAdder();
  final LongAdder writes = new LongAdder();
  final LongAdder damaged = new LongAdder();
  final LongAdder torn = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder givenUpEarly = new LongAdder();
  final LongAdder recovered = new LongAdder();

  JournalCounts() {
    for (Without reason : Without.values()) {
      without.put(reason, new LongAdder());
    }
  }

  void without(Without reason) {
    LongAdder adder = without.get(reason);
    if (adder != null) {
      adder.increment();
    }
  }

  /** Answers that were committed without. */
  public long committedWithout(Without reason) {
    LongAdder adder = without.get(reason);
    return adder == null ? 0 : adder.sum();
  }

  /** Answers kept. */
  public long kept() {
    return kept.sum();
  }

  /** Times the disk was waited for; less than what was kept where refreshes came together. */
  public long writes() {
    return writes.sum();
  }

  /** Stretches of segments that were no records, and segments that could not be read. */
  public long damaged() {
    return damaged.sum();
  }

  /** Segments that ended in the middle of a record. */
  public long torn() {
    return torn.sum();
  }

  /** Entries that did not open. */
  public long refused() {
    return refused.sum();
  }

  /** Settled entries that went before their time, to make room. */
  public long givenUpEarly() {
    return givenUpEarly.sum();
  }

  /** Entries that were of use. */
  public long recovered() {
    return recovered.sum();
  }
}
