package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.NoAnswerException;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;

/** Proxied calls in the JDK's own types. */
class ProviderHttpTest {

  private static final ConnectionId ID = new ConnectionId("conn_01");
  private static final EndUserId ADA = new EndUserId("ada");

  private final ContractServer server = new ContractServer();
  private final ProviderCalls calls = server.client().providerCalls();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void requestTravelsWithItsBodyAndTheAnswerShowsNoApiKey() {
    server.on("PUT /v1/proxy/conn_01/a%2Fb", exchange -> ContractServer.reply(exchange, 201, "text/plain",
        new String(exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)));
    HttpRequest request = HttpRequest.newBuilder(calls.uri(ID, "/a%2Fb?q=%C3%BC&x+y")).header("Accept-Language", "de")
        .PUT(BodyPublishers.ofString("grün")).build();

    HttpResponse<String> answer = calls.send(ADA, request, BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("grün");
    ContractServer.Seen seen = server.only();
    assertThat(seen.rawTarget()).isEqualTo("/v1/proxy/conn_01/a%2Fb?q=%C3%BC&x+y");
    assertThat(seen.header("Authorization")).isEqualTo("Bearer " + ContractServer.API_KEY.reveal());
    assertThat(seen.header("Authpipe-end-user")).isEqualTo("ada");
    assertThat(seen.header("Accept-language")).isEqualTo("de");
    assertThat(seen.headers()).doesNotContainKey("Upgrade");
    assertThat(answer.request().headers().map()).doesNotContainKey("Authorization");
    assertThat(answer.previousResponse()).isEmpty();
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

    HttpResponse<InputStream> answer = calls.send(ADA, HttpRequest.newBuilder(calls.uri(ID, "/stream")).build(),
        BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      assertThat(body.read()).isEqualTo('a');
      firstWasRead.countDown();
      assertThat(body.readAllBytes()).containsExactly('b');
    }
  }

  @Test
  void refusalOfTheProxyIsThrownAndNeverReachesTheHandler() {
    server.on("GET /v1/proxy/conn_01/x", exchange -> {
      exchange.getResponseHeaders().set("Authpipe-Error", "reauth_required");
      ContractServer.reply(exchange, 424, "application/problem+json", ContractServer.problem(424, "reauth_required"));
    });
    HttpRequest request = HttpRequest.newBuilder(calls.uri(ID, "/x")).build();

    assertThatThrownBy(() -> calls.send(ADA, request, head -> {
      throw new AssertionError("the handler met a refusal");
    })).isInstanceOfSatisfying(ConnectionUnusableException.class, e -> assertThat(e.requestId()).contains("req_1"));
    assertThatThrownBy(() -> calls.sendAsync(ADA, request, BodyHandlers.ofString()).join())
        .isInstanceOf(CompletionException.class).hasCauseInstanceOf(ConnectionUnusableException.class);
  }

  @Test
  void refusalOfTheProviderIsAnAnswer() {
    server.on("GET /v1/proxy/conn_01/x", exchange -> ContractServer.reply(exchange, 503, "text/plain", "theirs"));

    assertThat(calls.send(ADA, HttpRequest.newBuilder(calls.uri(ID, "/x")).build(), BodyHandlers.ofString()).body())
        .isEqualTo("theirs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "Authpipe-End-User", "Proxy-Authorization"})
  @Tag("S24")
  void headerThatIsNotTheCallersIsRefused(String name) {
    HttpRequest request = HttpRequest.newBuilder(calls.uri(ID, "/x")).header(name, "v").build();

    assertThatThrownBy(() -> calls.send(ADA, request, BodyHandlers.discarding())).isInstanceOf(IllegalArgumentException.class);
    assertThat(server.seen()).isEmpty();
  }

  @Test
  @Tag("S24")
  void addressElsewhereNeverGetsTheApiKey() {
    for (URI elsewhere : new URI[]{URI.create("https://evil.example/v1/proxy/conn_01/x"),
        server.address().resolve("/elsewhere"), URI.create("http://127.0.0.1:1/v1/proxy/conn_01/x")}) {
      assertThatThrownBy(() -> calls.send(ADA, HttpRequest.newBuilder(elsewhere).build(), BodyHandlers.discarding()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> calls.uri(ID, "no-slash")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void endUserWhomAHeaderCannotCarryIsRefusedInsteadOfMisnamed() {
    EndUserId somebody = new EndUserId("ädä");

    assertThatThrownBy(() -> calls.send(somebody, HttpRequest.newBuilder(calls.uri(ID, "/x")).build(), BodyHandlers.discarding()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProviderRequest.get(somebody, "/x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void silentProviderEndsInTheRequestsOwnTimeout() {
    CountDownLatch done = new CountDownLatch(1);
    server.on("GET /v1/proxy/conn_01/x", exchange -> await(done));
    HttpRequest request = HttpRequest.newBuilder(calls.uri(ID, "/x")).timeout(Duration.ofMillis(200)).build();

    assertThatThrownBy(() -> calls.send(ADA, request, BodyHandlers.discarding()))
        .isInstanceOfSatisfying(NoAnswerException.class, e -> assertThat(e.timedOut()).isTrue());
    done.countDown();
  }

  @Test
  void transportThatCarriesNoSuchRequestsSaysSo() {
    ProviderCalls own = server.builder().transport(request -> {
      throw new IOException("nothing is sent");
    }).build().providerCalls();

    assertThatThrownBy(() -> own.send(ADA, HttpRequest.newBuilder(own.uri(ID, "/x")).build(), BodyHandlers.discarding()))
        .isInstanceOf(UnsupportedOperationException.class);
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
}
