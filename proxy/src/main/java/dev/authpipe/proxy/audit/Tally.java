package dev.authpipe.proxy.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts per key that are drawn off and confirmed when written. Counting takes no lock; what was drawn but not confirmed is drawn again, and
 * nothing is lost or counted twice. Drawing is for one thread at a time.
 *
 * @param <K> what is counted apart
 */
final class Tally<K> {
  /** Rounds without a count after which a counter is set aside, and rounds it is watched then for a count that came late. */
  private static final int IDLE_ROUNDS = 2;
  private static final int WATCHED_ROUNDS = 60;

  /** A count that is owed to the log. */
  static final class Drawn<K> {
    private final K key;
    private final Counter counter;
    private final long calls;

    private Drawn(K key, Counter counter, long calls) {
      this.key = key;
      this.counter = counter;
      this.calls = calls;
    }

    K key() {
      return key;
    }

    long calls() {
      return calls;
    }

    void written() {
      counter.written.addAndGet(calls);
    }
  }

  private static final class Counter {
    private final AtomicLong counted = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private int idleRounds;
  }

  private record SetAside<K>(K key, Counter counter) {}

  private final ConcurrentMap<K, Counter> counters = new ConcurrentHashMap<>();
  private final List<SetAside<K>> aside = new ArrayList<>();

  void add(K key) {
    Counter counter = counters.get(key);
    if (counter == null) {
      counter = counters.computeIfAbsent(key, _ -> new Counter());
    }
    counter.counted.incrementAndGet();
  }

  List<Drawn<K>> draw() {
    List<Drawn<K>> owed = new ArrayList<>();
    aside.removeIf(late -> drawn(late.key, late.counter, owed) >= WATCHED_ROUNDS);
    counters.forEach((key, counter) -> {
      if (drawn(key, counter, owed) > IDLE_ROUNDS) {
        counters.remove(key);
        aside.add(new SetAside<>(key, counter)); // somebody may still hold it who has not counted yet
      }
    });
    return owed;
  }

  private int drawn(K key, Counter counter, List<Drawn<K>> owed) {
    long calls = counter.counted.get() - counter.written.get();
    if (calls == 0) {
      return ++counter.idleRounds;
    }
    counter.idleRounds = 0;
    owed.add(new Drawn<>(key, counter, calls));
    return 0;
  }
}
