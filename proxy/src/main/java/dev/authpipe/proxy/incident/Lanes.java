package dev.authpipe.proxy.incident;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on steps side by side, so many for each provider and so many in all. A provider that fails several times in a row is left alone for this
 * time, so that one that hangs does not hold up the others.
 */
final class Lanes {
  private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final int perProvider;
  private final int inAll;

  Lanes(int perProvider, int inAll) {
    this.perProvider = perProvider;
    this.inAll = inAll;
  }

  private record Lane(Queue<IncidentStore.Due> queue, AtomicInteger failures) {}

  /**
   * Works until every lane is empty, given up or told to stop.
   *
   * @param work      whether the provider did what it was asked
   * @param stopping  looked at before each step
   * @param meanwhile done every two seconds, whatever the providers do
   * @param givenUp   told of each provider that is left alone
   */
  void run(List<IncidentStore.Due> due, Predicate<IncidentStore.Due> work, BooleanSupplier stopping, Runnable meanwhile,
      Consumer<String> givenUp) {
    Map<String, Lane> lanes = new LinkedHashMap<>();
    due.forEach(one -> lanes
        .computeIfAbsent(one.provider(), name -> new Lane(new ConcurrentLinkedQueue<>(), new AtomicInteger())).queue().add(one));
    Semaphore atOnce = new Semaphore(inAll);
    List<Lane> workers = lanes.values().stream()
        .flatMap(lane -> Stream.generate(() -> lane).limit(Math.min(perProvider, lane.queue().size()))).toList();
    CountDownLatch working = new CountDownLatch(workers.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      workers.forEach(lane -> threads.execute(() -> {
        try {
          drain(lane, work, stopping, atOnce);
        } finally {
          working.countDown();
        }
      }));
      while (!working.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        meanwhile.run();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    lanes.forEach((provider, lane) -> {
      if (lane.failures().get() >= perProvider) {
        givenUp.accept(provider);
      }
    });
  }

  private void drain(Lane lane, Predicate<IncidentStore.Due> work, BooleanSupplier stopping, Semaphore atOnce) {
    while (lane.failures().get() < perProvider && !stopping.getAsBoolean()) {
      IncidentStore.Due one = lane.queue().poll();
      if (one == null) {
        return;
      }
      boolean worked = false;
      try {
        atOnce.acquire();
        try {
          worked = work.test(one);
        } finally {
          atOnce.release();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException failure) {
        LOG.warn("a step is tried again later: {}", failure.getClass().getName());
      }
      if (worked) {
        lane.failures().set(0);
      } else {
        lane.failures().incrementAndGet();
      }
    }
  }
}
