package dev.authpipe.proxy.refresh;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** How often each thing happened in all schedules of one mode. */
final class InterleavedCounts {
  enum What {
    SCHEDULE,
    REFRESH,
    KILL,
    LAPSE,
    DISCONNECT,
    REUSE,
    KEPT,
    ENDED,
    CONCEDED
  }

  private final Map<String, LongAdder> counts = new TreeMap<>();

  void add(Enum<?> what) {
    counts.computeIfAbsent(what.name(), name -> new LongAdder()).increment();
  }

  long of(Enum<?> what) {
    LongAdder count = counts.get(what.name());
    return count == null ? 0 : count.sum();
  }

  @Override
  public String toString() {
    return counts.entrySet().stream().map(count -> count.getKey() + "=" + count.getValue()).collect(Collectors.joining(" "));
  }
}
