package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.util.internal.PlatformDependent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.proxy.catalog.ApiProfile.Timeouts;
import dev.authpipe.proxy.http.RawClient;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.LoopbackServer;

/** Large bodies pass in constant memory, and a side that does not read stops the other (S27). */
@Tag("S27")
@Isolated // measures the process's memory
class ForwardStreamTest {
  private static final long LENGTH = 200L << 20;
  private static final long LOOKED_AT_EVERY = 64L << 20;
  private static final long ALLOWED_GROWTH = 24L << 20;

  @Test
  void twoHundredMegabytesEachWayLeaveMemoryFlat() throws Exception {
    assertFlat(LENGTH);
  }

  @Test
  @Tag("long")
  @Timeout(300)
  void twoGigabytesEachWayLeaveMemoryFlat() throws Exception {
    assertFlat(2L << 30);
  }

  /** A busy machine needs longer for gigabytes than the probe usually waits. */
  private static ForwardProbe patient(ForwardProbe probe) {
    probe.profile = ForwardProbe.profile(
        new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMinutes(5)));
    return probe;
  }

  /** Looks at memory while the bytes are under way. */
  void assertFlat(long length) throws Exception {
    try (LoopbackServer provider = LoopbackServer.start(ForwardStreamTest::stream);
        ProviderDoor door = door(provider);
        TestServer proxy = TestServer.start(patient(door.probe("/")));
        RawClient client = new RawClient(proxy.settings.api().port())) {
      client.send(ForwardCallTest.get("/small")).reply(); // everything is loaded before memory is looked at
      long before = memory();
      long most = 0;
      client.send("POST " + ForwardCallTest.path("/up") + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n");
      byte[] block = new byte[64 * 1024];
      for (long sent = 0; sent < length; sent += block.length) {
        client.send(block);
        most = sent % LOOKED_AT_EVERY == 0 ? Math.max(most, memory()) : most;
      }
      assertThat(client.reply().body()).isEqualTo(Long.toString(length));
      client.send(ForwardCallTest.get("/down?" + length));
      assertThat(client.reply(true).header("Content-Length")).isEqualTo(Long.toString(length));
      for (long read = 0; read < length; read += LOOKED_AT_EVERY) {
        long part = Math.min(LOOKED_AT_EVERY, length - read);
        assertThat(read(client.in(), part)).isEqualTo(part);
        most = Math.max(most, memory());
      }
      assertThat(most - before).isLessThan(ALLOWED_GROWTH);
    }
  }

  @Test
  void aCallerWhoDoesNotReadStopsTheProvider() throws Exception {
    AtomicLong written = new AtomicLong();
    try (LoopbackServer provider = LoopbackServer.start(exchange -> {
      try (OutputStream out = exchange.streamFixed(200, List.of(), LENGTH)) {
        byte[] block = new byte[64 * 1024];
        while (written.get() < LENGTH) {
          out.write(block);
          written.addAndGet(block.length);
        }
      }
    });
        ProviderDoor door = door(provider);
        TestServer proxy = TestServer.start(door.probe("/"));
        RawClient client = new RawClient(proxy.settings.api().port())) {
      client.socket().setReceiveBufferSize(64 * 1024);
      client.send(ForwardCallTest.get("/small")).reply(true);
      long before = memory();
      await().pollInterval(Duration.ofMillis(300)).atMost(Duration.ofSeconds(30)).until(() -> standsStill(written));
      assertThat(written.get()).isLessThan(LENGTH / 2);
      assertThat(memory() - before).isLessThan(ALLOWED_GROWTH);
      assertThat(read(client.in(), LENGTH)).isEqualTo(LENGTH);
    }
  }

  @Test
  void aProviderThatDoesNotReadStopsTheCaller() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicLong sent = new AtomicLong();
    try (LoopbackServer provider = LoopbackServer.start(exchange -> {
      try {
        goOn.await(60, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      stream(exchange);
    });
        ProviderDoor door = door(provider);
        TestServer proxy = TestServer.start(door.probe("/"));
        RawClient client = new RawClient(proxy.settings.api().port())) {
      client.send("POST " + ForwardCallTest.path("/up") + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + LENGTH + "\r\n\r\n");
      long before = memory();
      Thread sender = Thread.ofVirtual().start(() -> {
        byte[] block = new byte[64 * 1024];
        try {
          while (sent.get() < LENGTH) {
            client.send(block);
            sent.addAndGet(block.length);
          }
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      });
      await().pollInterval(Duration.ofMillis(300)).atMost(Duration.ofSeconds(30)).until(() -> standsStill(sent));
      assertThat(sent.get()).isLessThan(LENGTH / 2);
      assertThat(memory() - before).isLessThan(ALLOWED_GROWTH);
      goOn.countDown();
      client.socket().setSoTimeout(120_000); // the whole body goes before the answer comes
      assertThat(client.reply().body()).isEqualTo(Long.toString(LENGTH));
      sender.join();
    }
  }

  ProviderDoor door(LoopbackServer provider) {
    return ProviderDoor.http1(provider);
  }

  private long last = -1;

  private boolean standsStill(AtomicLong counter) {
    long now = counter.get();
    boolean same = now > 0 && now == last;
    last = now;
    return same;
  }

  private static void stream(Exchange exchange) throws IOException {
    switch (exchange.request().rawPath()) {
      case "/up" -> exchange.answer(Answer.text(200, Long.toString(read(exchange.body(), Long.MAX_VALUE))));
      case "/down" -> {
        long length = Long.parseLong(exchange.request().rawQuery());
        try (OutputStream out = exchange.streamFixed(200, List.of(), length)) {
          byte[] block = new byte[64 * 1024];
          for (long written = 0; written < length; written += block.length) {
            out.write(block);
          }
        }
      }
      default -> exchange.answer(Answer.of(200));
    }
  }

  private static long read(InputStream in, long length) throws IOException {
    byte[] block = new byte[64 * 1024];
    long seen = 0;
    while (seen < length) {
      int more = in.read(block, 0, (int) Math.min(block.length, length - seen));
      if (more < 0) {
        break;
      }
      seen += more;
    }
    return seen;
  }

  /** Live heap and direct memory. */
  private static long memory() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + Math.max(0, PlatformDependent.usedDirectMemory());
  }
}
