package dev.authpipe.proxy.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.benmanes.caffeine.cache.Ticker;

/** Readers of access tokens at a fixed rate, whatever the answers take: each reads a connection at one of the replicas, in turn. */
final class SteadyReaders implements AutoCloseable {
  private final ScheduledExecutorService pace = Executors
      .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Reading> readings = new ConcurrentLinkedQueue<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final long begunAt = Ticker.systemTicker().read();

  /**
   * One answer.
   *
   * @param askedAt    nanoseconds of the system's ticker
   * @param answeredAt the same
   * @param replica    which of the callers
   * @param status     of the answer; 0: none came
   * @param code       the error's, or empty
   */
  record Reading(long askedAt, long answeredAt, int replica, int status, String code) {
    long nanos() {
      return answeredAt - askedAt;
    }
  }

  SteadyReaders(List<ContractClient> callers, List<String> connections, int perSecond) {
    pace.scheduleAtFixedRate(() -> {
      int turn = asked.getAndIncrement();
      readers.execute(() -> read(callers.get(turn % callers.size()), turn % callers.size(),
          connections.get(turn / callers.size() % connections.size())));
    }, 0, TimeUnit.SECONDS.toNanos(1) / perSecond, TimeUnit.NANOSECONDS);
  }

  private void read(ContractClient caller, int replica, String connection) {
    long at = Ticker.systemTicker().read();
    int status = 0;
    String code = "";
    try {
      ContractAnswer answer = caller.accessToken(connection);
      status = answer.status();
      code = status == 200 ? "" : answer.code();
    } catch (RuntimeException none) {
      code = none.getClass().getSimpleName();
    }
    readings.add(new Reading(at, Ticker.systemTicker().read(), replica, status, code));
  }

  int asked() {
    return asked.get();
  }

  /** Whether the last five seconds were served, each call in less than a second. */
  boolean isSteady() {
    long now = Ticker.systemTicker().read();
    List<Reading> last = between(now - TimeUnit.SECONDS.toNanos(5), now);
    return now - begunAt > TimeUnit.SECONDS.toNanos(6) && !last.isEmpty()
        && last.stream().allMatch(one -> one.status() == 200 && one.nanos() < TimeUnit.SECONDS.toNanos(1));
  }

  /** The readings that were asked for in this time. */
  List<Reading> between(long from, long until) {
    return readings.stream().filter(one -> one.askedAt >= from && one.askedAt < until).toList();
  }

  List<Reading> all() {
    return new ArrayList<>(readings);
  }

  /** The median time of an answer, in microseconds. */
  static long medianMicros(List<Reading> some) {
    long[] sorted = some.stream().mapToLong(Reading::nanos).sorted().toArray();
    return TimeUnit.NANOSECONDS.toMicros(sorted[sorted.length / 2]);
  }

  @Override
  public void close() {
    pace.shutdown();
    readers.close();
  }
}
