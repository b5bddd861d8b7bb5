package dev.authpipe.proxy.egress;

import static dev.authpipe.testkit.http2.RawHttp2Connection.ACK;
import static dev.authpipe.testkit.http2.RawHttp2Connection.CONTINUATION;
import static dev.authpipe.testkit.http2.RawHttp2Connection.DATA;
import static dev.authpipe.testkit.http2.RawHttp2Connection.END_HEADERS;
import static dev.authpipe.testkit.http2.RawHttp2Connection.END_STREAM;
import static dev.authpipe.testkit.http2.RawHttp2Connection.GOAWAY;
import static dev.authpipe.testkit.http2.RawHttp2Connection.HEADERS;
import static dev.authpipe.testkit.http2.RawHttp2Connection.PADDED;
import static dev.authpipe.testkit.http2.RawHttp2Connection.PING;
import static dev.authpipe.testkit.http2.RawHttp2Connection.PUSH_PROMISE;
import static dev.authpipe.testkit.http2.RawHttp2Connection.SETTINGS;
import static dev.authpipe.testkit.http2.RawHttp2Connection.WINDOW_UPDATE;
import static dev.authpipe.testkit.http2.RawHttp2Connection.block;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.HttpMethod;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.egress.OutboundException.Failure;
import dev.authpipe.testkit.TestCertificates;
import dev.authpipe.testkit.http2.RawHttp2Connection;
import dev.authpipe.testkit.http2.RawHttp2Connection.Frame;
import dev.authpipe.testkit.http2.RawHttp2Server;

/** Streams towards a provider, frame by frame, and providers that mean harm. */
@Tag("S27")
class Http2UpstreamTest {
  private static final String NAME = "provider.example";
  private static final int WINDOW = 256 * 1024;
  private static final int FLOOD = 400_000;
  private static final TestCertificates CERTIFICATES = TestCertificates.create();

  @TempDir
  Path folder;

  private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private Http2Limits limits = new Http2Limits(1, 100, 4, Duration.ofSeconds(30), WINDOW, 64 * 1024, 16, Duration.ofMinutes(5),
      Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
  @SuppressWarnings("NullAway.Init") // begun by each test
  private RawHttp2Server provider;
  @SuppressWarnings("NullAway.Init")
  private UpstreamConnections connections;
  @SuppressWarnings("NullAway.Init")
  private UpstreamKind kind;

  @AfterEach
  void close() throws Exception {
    provider.close();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).await();
  }

  private void provider(RawHttp2Server.Script script) throws Exception {
    provider = RawHttp2Server.start(CERTIFICATES.issue(NAME).context(), script);
    URI origin = URI.create("https://" + NAME + ":" + provider.port());
    Path authority = Files.writeString(folder.resolve("authority.pem"), CERTIFICATES.authorityPem());
    EgressSettings settings = new EgressSettings(List.of(), List.of(), List.of(authority), Set.of(origin), Duration.ofSeconds(20),
        4,
        Duration.ofSeconds(30), 1);
    connections = new UpstreamConnections(new Dialer(settings, _ -> List.of(InetAddress.getLoopbackAddress())), settings, limits);
    kind = new UpstreamKind(Origin.of(origin), TlsVersion.TLS_1_3, HttpOffer.UP_TO_2);
  }

  private static void skipUntil(RawHttp2Connection connection, Predicate<Frame> wanted) throws IOException {
    boolean found = false;
    while (!found) {
      found = wanted.test(connection.read());
    }
  }

  private RecordedCall call(String path) {
    return RecordedCall.start(connections, kind, loop, HttpMethod.GET, path, true);
  }

  private RecordedCall idler(String path) {
    return RecordedCall.start(connections, kind, loop, HttpMethod.GET, path, false);
  }

  @Test
  void anAnswerOfAllItsPartsArrives() throws Exception {
    provider((connection, _) -> {
      connection.settings();
      Frame head = connection.await(HEADERS);
      connection.write(HEADERS, END_HEADERS, head.stream(), block(false, ":status", "103", "link", "</a>"));
      connection.ok(head.stream(), false, "x-one", "1", "content-length", "6");
      connection.data(head.stream(), false, "abc".getBytes(StandardCharsets.US_ASCII));
      connection.write(DATA, PADDED, head.stream(), (byte) 2, (byte) 'd', (byte) 'e', (byte) 'f', (byte) 0, (byte) 0);
      connection.write(HEADERS, END_HEADERS | END_STREAM, head.stream(), block(false, "x-check", "ok"));
      connection.await(GOAWAY);
    });
    RecordedCall call = call("/");
    assertThat(call.text()).isEqualTo("abcdef");
    assertThat(call.interim).containsExactly(103);
    assertThat(call.head.get().headers().get("x-one")).isEqualTo("1");
    assertThat(call.ended.get().get("x-check")).isEqualTo("ok");
  }

  @Test
  void aCallerWhoTakesNothingHoldsOneWindowAndStopsNoOtherStream() throws Exception {
    AtomicLong flooded = new AtomicLong();
    CompletableFuture<Integer> asked = new CompletableFuture<>();
    provider((connection, _) -> {
      connection.settings();
      Frame stalled = connection.await(HEADERS);
      connection.ok(stalled.stream(), false);
      for (; flooded.get() < WINDOW; flooded.addAndGet(16 * 1024)) {
        connection.data(stalled.stream(), false, new byte[16 * 1024]);
      }
      Frame other = connection.await(HEADERS);
      connection.ok(other.stream(), false);
      int room = WINDOW;
      for (int i = 0; i < 64; i++) { // four windows, for this caller takes them
        while (room < 16 * 1024) {
          Frame update = connection.await(WINDOW_UPDATE);
          room += update.stream() == other.stream() ? update.number() : 0;
        }
        connection.data(other.stream(), false, new byte[16 * 1024]);
        room -= 16 * 1024;
      }
      connection.data(other.stream(), true);
      while (true) {
        Frame update = connection.await(WINDOW_UPDATE);
        if (update.stream() == stalled.stream()) {
          asked.complete(update.number());
          connection.data(stalled.stream(), true, (byte) 1);
        }
      }
    });
    RecordedCall stalled = idler("/stalled");
    assertThat(stalled.head).succeedsWithin(Duration.ofSeconds(30));
    await().until(() -> flooded.get() == WINDOW);
    RecordedCall other = call("/other");
    assertThat(other.ended).succeedsWithin(Duration.ofSeconds(30));
    assertThat(other.received()).isEqualTo(1024 * 1024);
    assertThat(stalled.received()).isZero();
    assertThat(asked).as("the provider was not asked for more").isNotDone();
    stalled.eat();
    assertThat(asked).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(WINDOW);
    assertThat(stalled.ended).succeedsWithin(Duration.ofSeconds(30));
    assertThat(stalled.received()).isEqualTo(WINDOW + 1);
  }

  /** What a provider can do to one answer: it fails, and others on the same connection do not. */
  enum Malformed {
    SHORTER_THAN_ANNOUNCED,
    LONGER_THAN_ANNOUNCED,
    NOTHING_OF_WHAT_WAS_ANNOUNCED,
    TWO_LENGTHS,
    NO_LENGTH,
    LINE_BREAK,
    ZERO_BYTE,
    DATA_FIRST,
    SWITCH,
    NO_STATUS,
    BAD_STATUS,
    TRAILERS_WITHOUT_END;

    void send(RawHttp2Connection to, int stream) throws IOException {
      switch (this) {
        case SHORTER_THAN_ANNOUNCED -> {
          to.ok(stream, false, "content-length", "5");
          to.data(stream, true, (byte) 1);
        }
        case LONGER_THAN_ANNOUNCED -> {
          to.ok(stream, false, "content-length", "1");
          to.data(stream, true, (byte) 1, (byte) 2);
        }
        case NOTHING_OF_WHAT_WAS_ANNOUNCED -> to.ok(stream, true, "content-length", "5");
        case TWO_LENGTHS -> to.ok(stream, true, "content-length", "1", "content-length", "2");
        case NO_LENGTH -> to.ok(stream, true, "content-length", "-1");
        case LINE_BREAK -> to.ok(stream, true, "x-a", "1\r\nset-cookie: session=theirs");
        case ZERO_BYTE -> to.ok(stream, true, "x-a", "1\0");
        case DATA_FIRST -> to.data(stream, true, (byte) 1);
        case SWITCH -> to.write(HEADERS, END_HEADERS, stream, block(false, ":status", "101"));
        case NO_STATUS -> to.write(HEADERS, END_HEADERS | END_STREAM, stream, block(false, "x-a", "1"));
        case BAD_STATUS -> to.write(HEADERS, END_HEADERS | END_STREAM, stream, block(false, ":status", "2x0"));
        case TRAILERS_WITHOUT_END -> {
          to.ok(stream, false);
          to.ok(stream, false);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("S25")
  void aMalformedAnswerBreaksItsCallAndNoOther(Malformed malformed) throws Exception {
    provider((connection, _) -> {
      connection.settings();
      Frame good = connection.await(HEADERS);
      Frame bad = connection.await(HEADERS);
      malformed.send(connection, bad.stream());
      connection.await(RawHttp2Connection.RST_STREAM);
      connection.ok(good.stream(), true);
      connection.await(GOAWAY);
    });
    RecordedCall good = call("/good");
    assertThat(good.attached).succeedsWithin(Duration.ofSeconds(30));
    RecordedCall bad = call("/bad");
    assertThat(bad.broken).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(Upstream.Loss.UNKNOWN);
    assertThat(bad.ended).isNotDone();
    assertThat(good.ended).succeedsWithin(Duration.ofSeconds(30));
  }

  /** What a provider can do to a whole connection: it is ended, and nothing grows. */
  enum Hostile {
    PUSH,
    PUSH_BEFORE_SETTINGS,
    LARGE_HEAD,
    CONTINUATIONS,
    EMPTY_CONTINUATIONS,
    PINGS,
    SETTINGS_FLOOD,
    WINDOW_UPDATES,
    PADDING,
    EMPTY_DATA,
    INTERIM_ANSWERS,
    UNKNOWN_FRAMES,
    DATA_AFTER_THE_END,
    WINDOW_OVERFLOW,
    BEYOND_THE_WINDOW;

    void send(RawHttp2Connection to, int stream) throws IOException {
      if (this != PUSH_BEFORE_SETTINGS) {
        to.settings();
      }
      switch (this) {
        case PUSH -> {
          skipUntil(to, frame -> frame.type() == SETTINGS && (frame.flags() & ACK) != 0);
          to.write(PUSH_PROMISE, END_HEADERS, stream, promise());
        }
        case PUSH_BEFORE_SETTINGS ->
          to.write(PUSH_PROMISE, END_HEADERS, stream, promise());
        case LARGE_HEAD -> {
          to.write(HEADERS, 0, stream, block(true, "x-a", "a".repeat(16_000)));
          for (int i = 0; i < 30; i++) {
            to.write(CONTINUATION, 0, stream, block(false, "x-a", "a".repeat(16_000)));
          }
        }
        case CONTINUATIONS -> {
          to.write(HEADERS, 0, stream, (byte) 0x88);
          to.flood(FLOOD, CONTINUATION, 0, stream, block(false, "a", "b"));
        }
        case EMPTY_CONTINUATIONS -> {
          to.write(HEADERS, 0, stream, (byte) 0x88);
          to.flood(FLOOD, CONTINUATION, 0, stream);
        }
        case PINGS -> to.flood(FLOOD, PING, ACK, 0, new byte[8]);
        case SETTINGS_FLOOD -> to.flood(FLOOD, SETTINGS, 0, 0, (byte) 0, (byte) 4, (byte) 0, (byte) 0, (byte) -1, (byte) -1);
        case WINDOW_UPDATES -> to.flood(FLOOD, WINDOW_UPDATE, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
        case PADDING -> {
          byte[] padded = new byte[257];
          padded[0] = (byte) 255;
          to.ok(stream, false);
          to.flood(FLOOD, DATA, PADDED, stream, padded);
        }
        case EMPTY_DATA -> {
          to.ok(stream, false);
          to.flood(FLOOD, DATA, 0, stream);
        }
        case INTERIM_ANSWERS -> to.flood(FLOOD, HEADERS, END_HEADERS, stream, block(false, ":status", "102"));
        case UNKNOWN_FRAMES -> to.flood(FLOOD, 200, 0, 0, new byte[1_000]);
        case DATA_AFTER_THE_END -> {
          to.ok(stream, true);
          to.flood(FLOOD, DATA, 0, stream, new byte[100]);
        }
        case WINDOW_OVERFLOW -> to.windowUpdate(0, Integer.MAX_VALUE);
        case BEYOND_THE_WINDOW -> {
          to.ok(stream, false);
          for (int i = 0; i < 1_000; i++) {
            to.data(stream, false, new byte[16 * 1024]);
          }
        }
      }
    }

    private static byte[] promise() {
      byte[] request = block(false, ":method", "GET", ":scheme", "https", ":authority", NAME, ":path", "/pushed");
      return ByteBuffer.allocate(4 + request.length).putInt(2).put(request).array();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostileProviderLosesItsConnection(Hostile hostile) throws Exception {
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    provider((connection, _) -> {
      Frame head = connection.await(HEADERS);
      try {
        hostile.send(connection, head.stream());
        connection.await(GOAWAY);
        ended.complete(true);
      } catch (IOException cut) {
        ended.complete(true);
      }
    });
    RecordedCall call = hostile == Hostile.BEYOND_THE_WINDOW ? idler("/") : call("/");
    assertThat(call.attached).succeedsWithin(Duration.ofSeconds(30));
    assertThat(ended).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
    await().until(() -> provider.openConnections() == 0);
    assertThat(call.received()).isLessThanOrEqualTo(WINDOW);
    if (hostile != Hostile.DATA_AFTER_THE_END) {
      assertThat(call.broken).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(Upstream.Loss.UNKNOWN);
    }
  }

  @Test
  void aProviderThatStreamsALotIsNotHostile() throws Exception {
    provider((connection, _) -> {
      connection.settings();
      Frame head = connection.await(HEADERS);
      connection.ok(head.stream(), false);
      int room = WINDOW;
      for (int sent = 0; sent < 20_000; sent++) { // events of 100 bytes, twice the limit in frame headers alone
        while (room < 100) {
          Frame update = connection.await(WINDOW_UPDATE);
          room += update.stream() == head.stream() ? update.number() : 0;
        }
        connection.data(head.stream(), false, new byte[100]);
        room -= 100;
      }
      connection.data(head.stream(), true);
      connection.await(GOAWAY);
    });
    RecordedCall call = call("/");
    assertThat(call.ended).succeedsWithin(Duration.ofSeconds(30));
    assertThat(call.received()).isEqualTo(2_000_000);
  }

  @Test
  void aCallBeyondAllLimitsIsRefusedInTime() throws Exception {
    limits = new Http2Limits(1, 100, 1, Duration.ofSeconds(5), WINDOW, 64 * 1024, 16, Duration.ofMinutes(5),
        Duration.ofMinutes(1),
        Duration.ofMinutes(1), Duration.ofMinutes(1));
    provider((connection, _) -> {
      connection.settings(3, 1);
      connection.await(HEADERS);
      connection.await(GOAWAY);
    });
    RecordedCall first = call("/");
    assertThat(first.attached).succeedsWithin(Duration.ofSeconds(30));
    RecordedCall waiting = call("/");
    for (RecordedCall refused : List.of(call("/"), waiting)) { // one that cannot wait, and one that waited
      assertThatThrownBy(() -> refused.attached.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class).cause()
          .isInstanceOfSatisfying(OutboundException.class, failed -> assertThat(failed.failure()).isEqualTo(Failure.BUSY));
      assertThat(waiting.attached.isDone()).isEqualTo(refused.equals(waiting));
    }
    assertThat(provider.connections()).isEqualTo(1);
  }

  @Test
  void manyCallersWhoLeaveDoNotEndTheConnectionOfOthers() throws Exception {
    int leaving = 1_000;
    provider((connection, _) -> {
      connection.settings();
      Frame staying = connection.await(HEADERS);
      for (int i = 0; i < leaving; i++) {
        connection.await(RawHttp2Connection.RST_STREAM);
      }
      connection.ok(staying.stream(), true);
      connection.await(GOAWAY);
    });
    RecordedCall staying = call("/staying");
    assertThat(staying.attached).succeedsWithin(Duration.ofSeconds(30));
    for (int i = 0; i < leaving; i++) {
      RecordedCall call = call("/leaving");
      assertThat(call.attached).succeedsWithin(Duration.ofSeconds(30));
      call.abort();
    }
    assertThat(staying.ended).succeedsWithin(Duration.ofSeconds(30));
    assertThat(provider.connections()).isEqualTo(1);
  }

  @Test
  @Tag("S22")
  void anOldConnectionTakesNoMoreCallsAndEndsWithItsLast() throws Exception {
    limits = new Http2Limits(4, 100, 4, Duration.ofSeconds(5), WINDOW, 64 * 1024, 16, Duration.ofMillis(1), Duration.ofMinutes(1),
        Duration.ofMinutes(1), Duration.ofMinutes(1));
    CompletableFuture<Boolean> second = new CompletableFuture<>();
    provider((connection, number) -> {
      connection.settings();
      Frame head = connection.await(HEADERS);
      if (number == 1) {
        second.join();
      } else {
        second.complete(true);
      }
      connection.ok(head.stream(), true);
      connection.await(GOAWAY);
    });
    RecordedCall first = call("/");
    Upstream old = first.attached.get(30, TimeUnit.SECONDS);
    assertThat(loop.schedule(() -> {
      Upstream again = connections.idle(kind);
      if (again != null) {
        again.abort();
      }
      return again == null;
    }, 2_500, TimeUnit.MILLISECONDS).get()).as("whether it is taken out within two looks at it").isTrue();
    assertThat(call("/").ended).succeedsWithin(Duration.ofSeconds(30));
    assertThat(first.ended).succeedsWithin(Duration.ofSeconds(30));
    assertThat(old.reused()).isFalse();
    assertThat(provider.connections()).isEqualTo(2);
    await().until(() -> provider.openConnections() == 0);
  }

  @Test
  void aSilentConnectionIsAskedAndEndedWhenNobodyIsThere() throws Exception {
    limits = new Http2Limits(1, 100, 4, Duration.ofSeconds(5), WINDOW, 64 * 1024, 16, Duration.ofMinutes(5),
        Duration.ofMinutes(1),
        Duration.ofMillis(100), Duration.ofMillis(500));
    CompletableFuture<Boolean> pinged = new CompletableFuture<>();
    provider((connection, _) -> {
      connection.settings();
      connection.await(HEADERS);
      skipUntil(connection, frame -> frame.type() == PING);
      pinged.complete(true);
      skipUntil(connection, frame -> frame.type() == GOAWAY); // says nothing
    });
    RecordedCall call = call("/");
    assertThat(pinged).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
    assertThat(call.broken).succeedsWithin(Duration.ofSeconds(15)).isEqualTo(Upstream.Loss.UNKNOWN);
  }

  @Test
  @Tag("S27")
  void aProviderThatAnswersWithoutReadingOnKeepsNoStream() throws Exception {
    CompletableFuture<Integer> reset = new CompletableFuture<>();
    provider((connection, _) -> {
      connection.settings(3, 1); // one at a time
      Frame upload = connection.await(HEADERS);
      connection.ok(upload.stream(), true);
      reset.complete(connection.await(RawHttp2Connection.RST_STREAM).stream() - upload.stream());
      connection.ok(connection.await(HEADERS).stream(), true);
      connection.await(GOAWAY);
    });
    RecordedCall upload = RecordedCall.start(connections, kind, loop, "/upload", new byte[100_000]); // the provider's window is 65,535
    upload.ended.get(30, TimeUnit.SECONDS);
    assertThat(reset.get(20, TimeUnit.SECONDS)).isZero();
    call("/").ended.get(20, TimeUnit.SECONDS);
    assertThat(provider.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @Tag("S29")
  void whatTheProviderNeverBeganIsToldApart(int processed) throws Exception {
    provider((connection, _) -> {
      connection.settings();
      Frame head = connection.await(HEADERS);
      connection.goAway(processed == 1 ? head.stream() : 0, 0);
      if (processed == 0) {
        connection.await(GOAWAY);
      }
    });
    assertThat(call("/").broken).succeedsWithin(Duration.ofSeconds(30))
        .isEqualTo(processed == 1 ? Upstream.Loss.UNKNOWN : Upstream.Loss.UNPROCESSED);
  }

  @Test
  void aProviderThatWantsHttp11GetsIt() throws Exception {
    provider((connection, _) -> {
      connection.settings();
      Frame head = connection.await(HEADERS);
      connection.reset(head.stream(), 13);
      connection.await(GOAWAY);
    });
    assertThat(call("/").broken).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(Upstream.Loss.UNPROCESSED);
    assertThat(call("/").broken).succeedsWithin(Duration.ofSeconds(30)).as("this one speaks nothing else")
        .isEqualTo(Upstream.Loss.UNKNOWN);
    assertThat(provider.connections()).as("connections of HTTP/2").isEqualTo(1);
  }
}
