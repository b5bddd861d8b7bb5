package dev.authpipe.proxy.forward;

import static dev.authpipe.testkit.http2.RawHttp2Connection.DATA;
import static dev.authpipe.testkit.http2.RawHttp2Connection.GOAWAY;
import static dev.authpipe.testkit.http2.RawHttp2Connection.HEADERS;
import static dev.authpipe.testkit.http2.RawHttp2Connection.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.testkit.http2.RawHttp2Connection.Frame;
import dev.authpipe.testkit.http2.RawHttp2Server;

/** Providers that speak HTTP/2 as RFC 9113 allows: what they refuse is called again, and what they may have done is not. */
class Http2ProviderTest {
  private static final int REFUSED_STREAM = 7;
  private static final int INTERNAL_ERROR = 2;
  private static final int CANCEL = 8;
  private static final int MAX_CONCURRENT_STREAMS = 3;
  @TempDir
  Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();

  private record Setup(ProviderDoor provider, ForwardProbe probe, TestServer proxy, HttpClient client) {
    CompletableFuture<HttpResponse<String>> call(String method, String rest, String body) {
      URI uri = URI.create("https://127.0.0.1:" + proxy.settings.api().port() + ForwardCallTest.path(rest));
      BodyPublisher published = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
      return client.sendAsync(HttpRequest.newBuilder(uri).method(method, published).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> answer(String method, String rest, String body) throws Exception {
      return call(method, rest, body).get(30, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  /** The caller speaks HTTP/2 as well: all its calls are on one event loop, and so on one connection to the provider. */
  private Setup setup(RawHttp2Server.Script script) throws Exception {
    ProviderDoor provider = ProviderDoor.http2(script);
    open.add(provider);
    ForwardProbe probe = provider.probe("/");
    SecureCaller caller = SecureCaller.start(folder, probe);
    open.add(caller);
    return new Setup(provider, probe, caller.proxy(), caller.client());
  }

  @Test
  @Tag("S29")
  void aHundredCallsSurviveTheEndOfTheirConnectionAndNoneIsMadeTwice() throws Exception {
    int calls = 100;
    int begun = 40;
    BlockingQueue<String> carriedOut = new LinkedBlockingQueue<>();
    Setup setup = setup((provider, number) -> {
      provider.settings();
      if (number > 1) {
        for (Frame head = provider.await(HEADERS);; head = provider.await(HEADERS)) {
          carriedOut.add(provider.fields(head).path().toString());
          provider.ok(head.stream(), true);
        }
      }
      List<Frame> heads = new ArrayList<>();
      while (heads.size() < calls) {
        heads.add(provider.await(HEADERS));
      }
      provider.goAway(heads.get(begun - 1).stream(), 0);
      for (Frame head : heads.subList(0, begun)) { // these were begun before, and end after
        carriedOut.add(provider.fields(head).path().toString());
        provider.ok(head.stream(), true);
      }
      provider.await(GOAWAY);
    });
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      answers.add(setup.call("POST", "/" + i, "x"));
    }
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer).succeedsWithin(Duration.ofSeconds(30)).returns(200, HttpResponse::statusCode);
    }
    assertThat(carriedOut).hasSize(calls).doesNotHaveDuplicates();
    assertThat(setup.provider.openConnections()).as("connections there were").isEqualTo(2);
  }

  @Test
  @Tag("S29")
  void aRefusedStreamIsCalledAgainWhateverTheMethodAndAResetOneIsNot() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Setup setup = setup((provider, _) -> {
      provider.settings();
      for (Frame head = provider.await(HEADERS);; head = provider.await(HEADERS)) {
        String path = provider.fields(head).path().toString();
        int call = calls.incrementAndGet();
        if (path.equals("/refused") && call % 2 == 1) {
          provider.reset(head.stream(), REFUSED_STREAM);
        } else if (path.equals("/reset")) {
          provider.reset(head.stream(), INTERNAL_ERROR);
        } else if (path.equals("/always")) {
          provider.reset(head.stream(), REFUSED_STREAM);
        } else {
          provider.ok(head.stream(), true);
        }
      }
    });
    assertThat(setup.answer("POST", "/refused", "order").statusCode()).isEqualTo(200);
    assertThat(calls.getAndSet(0)).isEqualTo(2);
    HttpResponse<String> reset = setup.answer("POST", "/reset", "order");
    assertThat(reset.statusCode()).isEqualTo(502);
    assertThat(reset.headers().firstValue("Authpipe-Error")).contains("provider_unreachable");
    assertThat(calls.getAndSet(0)).as("the provider may have acted").isEqualTo(1);
    assertThat(setup.answer("POST", "/always", "order").headers().firstValue("Authpipe-Error")).contains("provider_unreachable");
    assertThat(calls).as("there is an end to it").hasValue(4);
  }

  @Test
  @Tag("S27")
  void aCallerWhoLeavesEndsItsStreamAndNoOther() throws Exception {
    CompletableFuture<Integer> cancelled = new CompletableFuture<>();
    CountDownLatch both = new CountDownLatch(2);
    Setup setup = setup((provider, number) -> {
      assertThat(number).isEqualTo(1);
      provider.settings();
      Frame leaving = provider.await(HEADERS);
      both.countDown();
      Frame staying = provider.await(HEADERS);
      both.countDown();
      Frame reset = provider.await(RST_STREAM);
      cancelled.complete(reset.stream() == leaving.stream() ? reset.number() : -1);
      provider.ok(staying.stream(), true);
      provider.await(GOAWAY);
    });
    CompletableFuture<HttpResponse<String>> leaving = setup.call("GET", "/leaving", "");
    await().until(() -> both.getCount() == 1);
    CompletableFuture<HttpResponse<String>> staying = setup.call("GET", "/staying", "");
    assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
    leaving.cancel(true);
    assertThat(cancelled).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(CANCEL);
    assertThat(staying).succeedsWithin(Duration.ofSeconds(30)).returns(200, HttpResponse::statusCode);
  }

  @Test
  void anAnswerThatNeedsNoMoreOfTheRequestArrivesAndTheRestIsNotSent() throws Exception {
    CompletableFuture<Integer> cancelled = new CompletableFuture<>();
    Setup setup = setup((provider, _) -> {
      provider.settings();
      Frame head = provider.await(HEADERS);
      provider.await(DATA);
      provider.ok(head.stream(), false, "content-length", "8");
      provider.data(head.stream(), true, "too much".getBytes(StandardCharsets.US_ASCII)); // half closed: it would still listen
      cancelled.complete(provider.await(RST_STREAM).number());
      Frame next = provider.await(HEADERS);
      provider.ok(next.stream(), true);
      provider.await(GOAWAY);
    });
    HttpResponse<String> answer = setup.answer("POST", "/large", "x".repeat(1_000_000));
    assertThat(answer.body()).isEqualTo("too much");
    assertThat(cancelled).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(CANCEL);
    assertThat(setup.answer("GET", "/next", "").statusCode()).isEqualTo(200);
    assertThat(setup.provider.openConnections()).as("connections there were").isEqualTo(1);
  }

  @Test
  @Tag("S27")
  void moreCallsThanAConnectionTakesGetAnotherAndThenWait() throws Exception {
    CountDownLatch full = new CountDownLatch(24);
    AtomicInteger early = new AtomicInteger();
    Setup setup = setup((provider, _) -> {
      provider.settings(MAX_CONCURRENT_STREAMS, 3);
      Deque<Integer> under = new ArrayDeque<>();
      while (under.size() < 3) {
        under.add(provider.await(HEADERS).stream());
        full.countDown();
      }
      awaitQuietly(full);
      early.addAndGet(under.size());
      while (!under.isEmpty()) {
        provider.ok(under.removeFirst(), true);
      }
      while (true) {
        provider.ok(provider.await(HEADERS).stream(), true);
      }
    });
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 72; i++) { // 8 connections of 3 streams, three times over
      answers.add(setup.call("POST", "/" + i, "x".repeat(100)));
    }
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer).succeedsWithin(Duration.ofSeconds(30)).returns(200, HttpResponse::statusCode);
    }
    assertThat(early).hasValue(24);
    assertThat(setup.provider.openConnections()).as("connections there were").isEqualTo(8);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Tag("S24")
  void theHeadIsWhatHttp2AsksForAndTheCredentialIsNeverIndexed() throws Exception {
    CompletableFuture<Http2Headers> seen = new CompletableFuture<>();
    CompletableFuture<byte[]> block = new CompletableFuture<>();
    Setup setup = setup((provider, _) -> {
      provider.settings();
      Frame head = provider.await(HEADERS);
      block.complete(head.bytes());
      seen.complete(provider.fields(head));
      assertThat(head.ends()).as("no body, no frame for it").isTrue();
      provider.ok(head.stream(), true);
      provider.await(GOAWAY);
    });
    assertThat(setup.answer("GET", "/a%20b?q=%2F&x=1+2&empty=", "").statusCode()).isEqualTo(200);
    Http2Headers head = seen.get(30, TimeUnit.SECONDS);
    assertThat(head.path().toString()).isEqualTo("/a%20b?q=%2F&x=1+2&empty=");
    assertThat(head.authority().toString()).isEqualTo(setup.provider.origin().getAuthority());
    assertThat(head.scheme().toString()).isEqualTo("https");
    assertThat(head.get("authorization").toString()).isEqualTo("Bearer at-1");
    assertThat(head.names()).map(CharSequence::toString).doesNotContain("host", "connection", "transfer-encoding",
        "x-http2-scheme");
    // authorization is entry 23 of the static table: 0001 and the index in four bits and more (RFC 7541 section 6.2.3)
    assertThat(HexFormat.of().formatHex(block.get())).contains("1f08");
  }
}
