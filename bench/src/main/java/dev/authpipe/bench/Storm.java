package dev.authpipe.bench;

import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/** Everybody asks for the same access token at the same moment, at several replicas, over real HTTP. */
final class Storm implements AutoCloseable {
  private static final Duration ROUND_MOST = Duration.ofSeconds(40);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final ScriptedAuthorizationServer provider;
  private final List<CallerSocket> callers = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Storm(ScriptedAuthorizationServer provider, List<URI> replicas, String apiKey, int count) throws IOException {
    this.provider = provider;
    for (int i = 0; i < count; i++) {
      callers.add(new CallerSocket(replicas.get(i % replicas.size()), apiKey));
    }
  }

  /**
   * One storm on one connection whose access token has ended. The provider answers when all callers have asked and that long has passed.
   * What each waited beyond is counted from the moment at which the provider was let answer.
   */
  Map<String, Object> round(String connection, Duration latency) throws Exception {
    int before = provider.calls(Call.REFRESH);
    Gate gate = Gate.closed();
    long[] opened = new long[1];
    provider.script().next(Call.REFRESH, heldBy(gate));
    Answers answers = ask("/v1/connections/" + connection + "/token", _ -> {
      LockSupport.parkNanos(latency.toNanos());
      opened[0] = System.nanoTime();
      gate.open();
    });
    long[] waits = answers.ended.clone();
    Arrays.setAll(waits, i -> Math.max(0, waits[i] - opened[0]));
    Arrays.sort(waits);
    return Map.of("provider_calls", provider.calls(Call.REFRESH) - before, "errors", answers.errors.get(), "p50_us",
        waits[waits.length / 2] / 1000, "p99_us", waits[(int) Math.ceil(waits.length * 0.99) - 1] / 1000, "max_us",
        waits[waits.length - 1] / 1000);
  }

  /**
   * Everybody asks for one whose access token ends soon; how many were kept waiting for the provider, which answers when all callers have been, or
   * that long has passed.
   */
  Map<String, Object> early(String connection, Duration patience) throws Exception {
    int before = provider.calls(Call.REFRESH);
    Gate gate = Gate.closed();
    provider.script().next(Call.REFRESH, heldBy(gate));
    long[] opened = new long[1];
    long began = System.nanoTime();
    Answers answers = ask("/v1/connections/" + connection + "/token?min_ttl=30", done -> {
      opened[0] = done.await(patience.toMillis(), TimeUnit.MILLISECONDS) ? Long.MAX_VALUE : System.nanoTime();
      gate.open();
    });
    long end = System.nanoTime() + patience.toNanos();
    while (provider.calls(Call.REFRESH) == before && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK.toNanos()); // it is asked in the background, whenever callers leave the time
    }
    long waited = Arrays.stream(answers.ended).filter(ended -> ended >= opened[0]).count();
    return Map.of("waited", waited, "callers", answers.ended.length, "errors", answers.errors.get(), "provider_calls",
        provider.calls(Call.REFRESH) - before, "last_us", (Arrays.stream(answers.ended).max().orElseThrow() - began) / 1000);
  }

  private interface Meanwhile {
    void run(CountDownLatch done) throws InterruptedException;
  }

  private static final class Answers {
    final long[] ended;
    final AtomicInteger errors = new AtomicInteger();

    Answers(int callers) {
      ended = new long[callers];
    }
  }

  private Answers ask(String path, Meanwhile meanwhile) throws InterruptedException {
    Answers answers = new Answers(callers.size());
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(callers.size());
    for (int i = 0; i < callers.size(); i++) {
      int number = i;
      threads.execute(() -> {
        try {
          go.await();
          if (callers.get(number).get(path).status() != 200) {
            answers.errors.incrementAndGet();
          }
        } catch (IOException | InterruptedException failure) {
          answers.errors.incrementAndGet();
        } finally {
          answers.ended[number] = System.nanoTime();
          done.countDown();
        }
      });
    }
    go.countDown();
    meanwhile.run(done);
    if (!done.await(ROUND_MOST.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("a round did not end");
    }
    return answers;
  }

  @Override
  public void close() {
    callers.forEach(CallerSocket::close);
    threads.close();
  }
}
