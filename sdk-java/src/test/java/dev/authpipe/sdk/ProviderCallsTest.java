package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.UnexpectedAnswerException;
import dev.authpipe.sdk.transport.RequestBody;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;

class ProviderCallsTest {

  private static final ConnectionId ID = new ConnectionId("conn_01");
  private static final EndUserId ADA = new EndUserId("ada");

  private final ContractServer server = new ContractServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @Tag("S24")
  void pathAndQueryTravelByteForByte() {
    server.on("GET /v1/proxy/conn_01/a%2Fb/~c;d", exchange -> ContractServer.reply(exchange, 200, "text/plain", "ok"));
    ProviderRequest request = ProviderRequest.get(ADA, "/a%2Fb/~c;d?q=%C3%BC&empty=&x+y")
        .query("since", "2026-11-23T10:00:00+01:00")
        .header("Accept-Language", "de")
        .build();

    try (ProviderResponse response = server.client().providerCalls().send(ID, request)) {
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text(10)).isEqualTo("ok");
    }

    ContractServer.Seen seen = server.only();
    assertThat(seen.rawTarget())
        .isEqualTo("/v1/proxy/conn_01/a%2Fb/~c;d?q=%C3%BC&empty=&x+y&since=2026-11-23T10%3A00%3A00%2B01%3A00");
    assertThat(seen.header("Authpipe-end-user")).isEqualTo("ada");
    assertThat(seen.header("Accept-language")).isEqualTo("de");
    assertThat(seen.headers()).doesNotContainKey("Upgrade");
  }

  @Test
  void refusalOfTheProviderIsAnAnswerNotAnException() {
    server.on("GET /v1/proxy/conn_01/x", exchange -> ContractServer.reply(
        exchange, 424, "application/problem+json", "{\"code\":\"the provider's own\"}"));

    try (ProviderResponse response = server.client().providerCalls().send(ID, ProviderRequest.get(ADA, "/x").build())) {
      assertThat(response.status()).isEqualTo(424);
      assertThat(response.text(100)).contains("the provider's own");
    }
  }

  @Test
  void refusalOfTheProxyIsThrown() {
    server.on("GET /v1/proxy/conn_01/x", exchange -> {
      exchange.getResponseHeaders().set("Authpipe-Error", "reauth_required");
      ContractServer.reply(
          exchange, 424, "application/problem+json", ContractServer.problem(424, "reauth_required"));
    });

    assertThatThrownBy(() -> server.client().providerCalls().send(ID, ProviderRequest.get(ADA, "/x").build()))
        .isInstanceOfSatisfying(ConnectionUnusableException.class, e -> assertThat(e.code())
            .isEqualTo(ErrorCode.REAUTH_REQUIRED));
  }

  @Test
  void headerAloneNamesTheRefusalOfAHeadRequest() {
    server.on("HEAD /v1/proxy/conn_01/x", exchange -> {
      exchange.getResponseHeaders().set("Authpipe-Error", "disconnected");
      exchange.sendResponseHeaders(424, -1);
      exchange.close();
    });

    assertThatThrownBy(() -> server.client().providerCalls().send(ID, ProviderRequest.of("HEAD", ADA, "/x").build()))
        .isInstanceOfSatisfying(ConnectionUnusableException.class, e -> assertThat(e.code())
            .isEqualTo(ErrorCode.DISCONNECTED));
  }

  @Test
  void answerStreamsWhileTheProviderIsStillSending() throws IOException {
    CountDownLatch firstWasRead = new CountDownLatch(1);
    server.on("GET /v1/proxy/conn_01/stream", exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write('a');
        out.flush();
        await(firstWasRead);
        out.write('b');
      }
    });

    try (ProviderResponse response = server.client().providerCalls().send(ID, ProviderRequest.get(ADA, "/stream").build())) {
      assertThat(response.body().read()).isEqualTo('a');
      firstWasRead.countDown();
      assertThat(response.body().read()).isEqualTo('b');
      assertThat(response.body().read()).isEqualTo(-1);
    }
  }

  @Test
  void uploadStreamsAndIsNeverHeldAsAWhole() {
    CountDownLatch serverHasTheFirstMegabyte = new CountDownLatch(1);
    long length = 64L << 20;
    server.on("POST /v1/proxy/conn_01/upload", exchange -> {
      long received = 0;
      byte[] block = new byte[64 * 1024];
      for (int n; (n = exchange.getRequestBody().read(block)) >= 0; received += n) {
        if (received > 1 << 20) {
          serverHasTheFirstMegabyte.countDown();
        }
      }
      ContractServer.reply(exchange, 200, "text/plain", Long.toString(received));
    });
    RequestBody body = RequestBody.ofStream(() -> new GatedStream(length, serverHasTheFirstMegabyte), RequestBody.UNKNOWN_LENGTH);

    try (ProviderResponse response = server.client().providerCalls()
        .send(ID, ProviderRequest.post(ADA, "/upload", body).header("Content-Type", "text/csv").build())) {
      assertThat(response.text(100)).isEqualTo(Long.toString(length));
    }
  }

  @Test
  void bodyOfKnownLengthIsAnnounced() {
    server.on("POST /v1/proxy/conn_01/upload", exchange -> {
      String length = exchange.getRequestHeaders().getFirst("Content-Length");
      exchange.getRequestBody().readAllBytes();
      ContractServer.reply(exchange, 200, "text/plain", length);
    });

    try (ProviderResponse response = server.client().providerCalls()
        .send(ID, ProviderRequest.post(ADA, "/upload", RequestBody.ofText("grün")).build())) {
      assertThat(response.text(10)).isEqualTo("5");
    }
  }

  @Test
  void providerThatStopsInTheMiddleEndsInATimeout() {
    CountDownLatch done = new CountDownLatch(1);
    server.on("GET /v1/proxy/conn_01/stall", exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('a');
      exchange.getResponseBody().flush();
      await(done);
    });
    ProviderRequest request = ProviderRequest.get(ADA, "/stall").totalTimeout(Duration.ofMillis(400)).build();

    try (ProviderResponse response = server.client().providerCalls().send(ID, request)) {
      assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(HttpTimeoutException.class);
    }
    done.countDown();
  }

  @Test
  void textBeyondTheCallersLimitIsRefused() {
    server.on("GET /v1/proxy/conn_01/x", exchange -> ContractServer.reply(exchange, 200, "text/plain", "12345"));

    try (ProviderResponse response = server.client().providerCalls().send(ID, ProviderRequest.get(ADA, "/x").build())) {
      assertThatThrownBy(() -> response.text(4)).isInstanceOf(UnexpectedAnswerException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "authpipe-end-user", "Host", "Content-Length", "Transfer-Encoding",
      "Proxy-Authorization", "Expect"})
  @Tag("S24")
  void headerThatIsNotTheCallersIsRefused(String name) {
    assertThatThrownBy(() -> ProviderRequest.get(ADA, "/x").header(name, "v"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "", "//\r\n", "/a b", "/a#b", "/%zz"})
  void pathThatIsNotOneIsRefused(String path) {
    assertThatThrownBy(() -> ProviderRequest.get(ADA, path)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody came");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Zeros whose second half is given out only after the other side has taken part of the first. */
  private static final class GatedStream extends InputStream {
    private final long length;
    private final CountDownLatch gate;
    private long given;

    GatedStream(long length, CountDownLatch gate) {
      this.length = length;
      this.gate = gate;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] buffer, int offset, int wanted) {
      if (given >= length / 2) {
        await(gate);
      }
      int now = (int) Math.min(wanted, length - given);
      given += now;
      return now == 0 ? -1 : now;
    }
  }
}
