package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import com.github.benmanes.caffeine.cache.Ticker;
import org.awaitility.Awaitility;

import dev.authpipe.proxy.http.RawClient;

/**
 * Callers at several replicas, each on a connection of its own that it never repeats a request on: token reads, proxied calls, and now and then a
 * refresh. They ask at a fixed rate, whatever the answers take; who is late goes on at once. Every answer but 2xx counts as failed, and so does
 * every connection that ends.
 */
final class RequestLoad implements AutoCloseable {
  private static final int CALLERS = 16;
  private static final int REFRESH_EVERY = 50;

  private final Ticker ticker = Ticker.systemTicker();
  private final String authorization;
  private final List<String> connections;
  private final List<String> refreshed;
  private final long pauseNanos;
  private final AtomicBoolean going = new AtomicBoolean(true);
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong refreshes = new AtomicLong();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<CompletableFuture<Void>> callers = new ArrayList<>();
  private final long began = ticker.read();

  /**
   * Begins to call.
   *
   * @param replicas    their API listeners
   * @param perSecond   calls of all callers together
   * @param connections whose access tokens are read, and through which the provider is called
   * @param refreshed   those of them that are refreshed as well
   */
  RequestLoad(List<URI> replicas, String authorization, int perSecond, List<String> connections, List<String> refreshed) {
    this.authorization = authorization;
    this.connections = List.copyOf(connections);
    this.refreshed = List.copyOf(refreshed);
    this.pauseNanos = Duration.ofSeconds(1).toNanos() * CALLERS / perSecond;
    for (int i = 0; i < CALLERS; i++) {
      int caller = i;
      callers.add(CompletableFuture.runAsync(() -> run(caller, replicas.get(caller % replicas.size())), threads));
    }
  }

  private void run(int caller, URI replica) {
    try (RawClient client = new RawClient(replica.getPort())) {
      long next = ticker.read() + pauseNanos * caller / CALLERS;
      for (int i = caller; going.get(); i++) {
        for (long wait = next - ticker.read(); wait > 0; wait = next - ticker.read()) {
          LockSupport.parkNanos(wait);
        }
        next += pauseNanos;
        call(client, replica, caller, i);
      }
    } catch (IOException ended) {
      failed.add("the connection of caller " + caller + " ended at call " + calls + ": " + ended);
    }
  }

  private void call(RawClient client, URI replica, int caller, int turn) throws IOException {
    boolean refreshing = turn % REFRESH_EVERY == 0;
    String connection = refreshing
        ? refreshed.get(turn / REFRESH_EVERY % refreshed.size())
        : connections.get(turn % connections.size());
    String line = refreshing
        ? "POST /v1/connections/" + connection + "/refresh"
        : turn % 2 == 0 ? "GET /v1/connections/" + connection + "/token" : "GET /v1/proxy/" + connection + "/me";
    RawClient.Reply reply = client
        .send((line + " HTTP/1.1\r\nHost: " + replica.getAuthority() + "\r\nAuthorization: " + authorization
            + (refreshing ? "\r\nContent-Length: 0" : "") + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1))
        .reply();
    if (reply.status() / 100 != 2) {
      failed.add("caller %d, %s: %d %s".formatted(caller, line, reply.status(), reply.header("authpipe-error")
          + reply.body().replaceAll("(?s).*\"code\":\"([a-z_]+)\".*", " $1")));
    }
    calls.incrementAndGet();
    refreshes.addAndGet(refreshing ? 1 : 0);
  }

  /** Waits until so many more calls were answered, none of them wrongly. */
  void goOn(int more) {
    long target = calls.get() + more;
    Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(20))
        .until(() -> calls.get() >= target || !failed.isEmpty());
    assertThat(failed).isEmpty();
  }

  /** Calls answered so far. */
  long calls() {
    return calls.get();
  }

  /** Refreshes among them. */
  long refreshes() {
    return refreshes.get();
  }

  /** Calls a second so far. */
  double rate() {
    return calls.get() * 1e9 / (ticker.read() - began);
  }

  List<String> failed() {
    return List.copyOf(failed);
  }

  @Override
  public void close() {
    going.set(false);
    callers.forEach(CompletableFuture::join);
    threads.close();
  }
}
