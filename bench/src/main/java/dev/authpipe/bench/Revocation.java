package dev.authpipe.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How long after a disconnect was answered each replica still hands the access token out, being asked all the time. */
final class Revocation {
  private static final Duration MOST = Duration.ofSeconds(20);

  private final String apiKey;

  Revocation(String apiKey) {
    this.apiKey = apiKey;
  }

  /** Disconnects at the first replica; nanoseconds after the answer at which each replica handed it out for the last time (0: not any more). */
  Map<String, Object> measure(List<URI> replicas, String connection) throws Exception {
    String path = "/v1/connections/" + connection + "/token";
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor(); Api api = new Api(replicas.getFirst(), apiKey)) {
      List<Future<Long>> last = new ArrayList<>();
      for (URI replica : replicas) {
        CallerSocket caller = new CallerSocket(replica, apiKey);
        if (caller.get(path).status() != 200) {
          throw new IllegalStateException("not connected");
        }
        last.add(threads.submit(() -> lastGood(caller, path)));
      }
      long asked = System.nanoTime();
      api.ask("DELETE", "/v1/connections/" + connection, "");
      long answered = System.nanoTime();
      List<Long> after = new ArrayList<>();
      for (Future<Long> one : last) {
        after.add(Math.max(0, one.get() - answered) / 1000);
      }
      return Map.of("after_answer_us", after, "call_us", (answered - asked) / 1000);
    }
  }

  /** When a good answer came last. */
  private static long lastGood(CallerSocket caller, String path) throws IOException {
    try (caller) {
      long end = System.nanoTime() + MOST.toNanos();
      long good = System.nanoTime();
      while (System.nanoTime() < end) {
        int status = caller.get(path).status();
        if (status != 200) {
          return good;
        }
        good = System.nanoTime();
      }
      throw new IllegalStateException("still handed out");
    }
  }
}
