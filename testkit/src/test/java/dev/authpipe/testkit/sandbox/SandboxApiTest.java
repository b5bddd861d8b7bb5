package dev.authpipe.testkit.sandbox;

import static dev.authpipe.testkit.sandbox.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.node.ArrayNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.ManualClock;

class SandboxApiTest {

  private final ScriptedAuthorizationServer server = ScriptedAuthorizationServer
      .start(new AuthorizationServerSettings(ManualClock.atNoon()));
  private final TestClient client = new TestClient(server);
  private String access = "";

  @BeforeEach
  void connect() {
    access = client.connect().path("access_token").asText();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void unknownAndKilledAccessTokensAreRefused() {
    assertThat(client.api("/me", "unknown").statusCode()).isEqualTo(401);
    server.killAccessTokens(server.accounts().getFirst());
    assertThat(client.api("/me", access).statusCode()).isEqualTo(401);
    assertThat(server.requestsTo("/api/me")).hasSize(2);
  }

  @Test
  void apiKeyOpensTheApiInThreeWays() {
    var apiKey = server.createApiKey(server.accounts().get(1));
    var basic = Base64.getEncoder().encodeToString((apiKey.reveal() + ":").getBytes(StandardCharsets.UTF_8));

    assertThat(json(client.api("/me", apiKey)).path("login").asText()).isEqualTo("bruno");
    assertThat(client.send(me().header("X-Api-Key", apiKey.reveal())).statusCode()).isEqualTo(200);
    assertThat(client.send(me().header("Authorization", "Basic " + basic)).statusCode()).isEqualTo(200);
    server.api().deleteApiKey(apiKey);
    assertThat(client.api("/me", apiKey).statusCode()).isEqualTo(401);
  }

  @Test
  void createdIssueIsListed() {
    var created = client.send(request("/issues").POST(BodyPublishers.ofString("{\"title\":\"Login loops\"}")));

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(json(client.api("/issues", access)).path("issues")).hasSize(4);
  }

  @Test
  @Tag("S24")
  void echoTellsExactlyWhatArrivedExceptTheCredential() {
    var echoed = json(
        client.send(request("/echo/a%2Fb//c?q=%20x&&y").header("X-One", "1").method("PATCH", BodyPublishers.ofString("body"))));

    assertThat(echoed.path("method").asText()).isEqualTo("PATCH");
    assertThat(echoed.path("target").asText()).isEqualTo("/api/echo/a%2Fb//c?q=%20x&&y");
    assertThat(echoed.path("body").asText()).isEqualTo("body");
    assertThat((ArrayNode) echoed.path("headers"))
        .anySatisfy(header -> assertThat(header.toString()).isEqualTo("[\"X-One\",\"1\"]"));
    assertThat(echoed.toString()).doesNotContain(access);
  }

  @Test
  @Tag("S26")
  void credentialIsEchoedInEveryDress() {
    var bytes = access.getBytes(StandardCharsets.UTF_8);

    assertThat(client.api("/echo-authorization", access).body()).contains(access);
    assertThat(client.api("/echo-authorization?chunk=3", access).body()).contains(access);
    assertThat(client.api("/echo-authorization?form=base64", access).body()).contains(Base64.getEncoder().encodeToString(bytes));
    assertThat(client.api("/echo-authorization?form=url", access).body()).contains("%73%62%78");
  }

  @Test
  void statusAndRedirectComeAsAsked() {
    var busy = client.api("/status/429?header=Retry-After:%207&body=slow", access);
    assertThat(busy.statusCode()).isEqualTo(429);
    assertThat(busy.headers().firstValue("Retry-After")).hasValue("7");
    assertThat(busy.body()).isEqualTo("slow");
    assertThat(client.api("/redirect?to=https://other.example/x", access).headers().firstValue("Location"))
        .hasValue("https://other.example/x");
  }

  @Test
  void downloadStopsAtItsGate() {
    var gate = Gate.closed();
    server.api().holdDownloadsAfter(100_000, gate);
    var download = CompletableFuture.supplyAsync(() -> client.api("/stream?bytes=1000000&chunked=true", access).body());
    gate.awaitArrivals(1);

    assertThat(server.api().bytesSent()).isBetween(100_000L, 200_000L);
    gate.open();
    assertThat(download.join()).hasSize(1_000_000).startsWith("abcdefghijklmnopqrstuvwxyza");
  }

  @Test
  void headOfAStreamHasNoBody() {
    var head = client.send(request("/stream?bytes=1000").method("HEAD", BodyPublishers.noBody()));

    assertThat(head.headers().firstValue("Content-Length")).hasValue("1000");
    assertThat(client.api("/me", access).statusCode()).isEqualTo(200);
  }

  @Test
  void scriptedApiCallIsAnsweredAsTold() {
    server.script().next(Call.API, Behaviours.answersStatus(502), Behaviours.answersHtml());

    assertThat(client.api("/me", access).statusCode()).isEqualTo(502);
    assertThat(client.api("/stream?bytes=5", access).body()).startsWith("<!doctype html>");
    assertThat(client.api("/stream?bytes=5", access).body()).isEqualTo("abcde");
    assertThat(server.calls(Call.API)).isEqualTo(3);
  }

  @Test
  @Tag("S27")
  void uploadIsReadNoFurtherThanItsGate() {
    var gate = Gate.closed();
    server.api().holdUploadsAfter(1, gate);
    var upload = CompletableFuture
        .supplyAsync(() -> client.send(request("/sink").POST(BodyPublishers.ofByteArray(new byte[32 * 1024 * 1024]))));
    gate.awaitArrivals(1);

    assertThat(server.api().bytesReceived()).isLessThan(64 * 1024);
    gate.open();
    assertThat(json(upload.join()).path("bytes").asLong()).isEqualTo(32 * 1024 * 1024);
    assertThat(server.requestsTo("/api/sink").getFirst().bodyLength()).isEqualTo(32 * 1024 * 1024);
  }

  @Test
  void firstEventArrivesWhileTheRestIsHeld() {
    var gate = Gate.closed();
    server.api().holdEvents(gate);
    var events = CompletableFuture.supplyAsync(() -> client.api("/events?count=3", access).body());
    gate.awaitArrivals(1);
    gate.open();

    assertThat(events.join()).startsWith("id: 1\n").endsWith("data: {\"number\":3}\n\n");
  }

  @Test
  void readerWhoLeavesIsNoticed() {
    var gate = Gate.closed();
    server.api().holdDownloadsAfter(1, gate);
    var download = CompletableFuture.runAsync(() -> client.api("/stream?bytes=100000000", access).body());
    gate.awaitArrivals(1);
    client.abandon();
    gate.open();

    Awaitility.await().until(() -> server.api().streamsBrokenOff() == 1);
    assertThat(download).isCompletedExceptionally();
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(server.apiBase() + pathAndQuery)).header("Authorization", "Bearer " + access);
  }

  private HttpRequest.Builder me() {
    return HttpRequest.newBuilder(URI.create(server.apiBase() + "/me"));
  }
}
