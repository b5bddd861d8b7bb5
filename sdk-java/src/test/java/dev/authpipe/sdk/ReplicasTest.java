package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.error.NoAnswerException;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;

class ReplicasTest {

  private static final ConnectionId ID = new ConnectionId("conn_01");
  private static final EndUserId ADA = new EndUserId("ada");
  private static final String CONNECTION = "{\"id\":\"conn_01\",\"integration\":\"slack\",\"end_user\":\"ada\",\"status\":\"active\"}";

  private final ContractServer one = server();
  private final ContractServer two = server();
  private final Authpipe authpipe = Authpipe.at(List.of(one.address(), two.address()), ContractServer.API_KEY)
      .pause(duration -> {}).build();

  private static ContractServer server() {
    return new ContractServer().onJson("GET /v1/connections/conn_01", 200, CONNECTION)
        .onJson("POST /v1/connections/conn_01/refresh", 200, "{\"outcome\":\"refreshed\",\"generation\":2}")
        .on("GET /v1/proxy/conn_01/x", exchange -> ContractServer.reply(exchange, 200, "text/plain", "ok"));
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  /** Closes the one that is asked at present, and answers the other. */
  private ContractServer closeThePresentOne() {
    authpipe.connections().get(ID);
    boolean first = !one.seen().isEmpty();
    (first ? one : two).close();
    return first ? two : one;
  }

  @Test
  void callsStayWithOneThatAnswers() {
    for (int i = 0; i < 5; i++) {
      authpipe.connections().get(ID);
    }

    assertThat(List.of(one.seen().size(), two.seen().size())).containsExactlyInAnyOrder(5, 0);
  }

  @Test
  void whatWasNeverSentGoesToTheNextOneWhateverItIs() {
    ContractServer other = closeThePresentOne();

    assertThat(authpipe.connections().refresh(ID).generation()).isEqualTo(2);
    assertThat(other.seen()).hasSize(1);
  }

  @Test
  void proxiedCallThatWasNeverSentGoesToTheNextOne() {
    ContractServer other = closeThePresentOne();

    try (ProviderResponse response = authpipe.providerCalls().send(ID, ProviderRequest.get(ADA, "/x").build())) {
      assertThat(response.text(10)).isEqualTo("ok");
    }
    assertThat(other.seen()).hasSize(1);
  }

  @Test
  void addressOfAnyReplicaServesForAll() {
    HttpRequest request = HttpRequest.newBuilder(authpipe.providerCalls().uri(ID, "/x")).build();
    ContractServer other = closeThePresentOne();

    assertThat(authpipe.providerCalls().send(ADA, request, BodyHandlers.ofString()).body()).isEqualTo("ok");
    assertThat(other.seen()).hasSize(1);
  }

  @Test
  void proxiedCallThatMayHaveBeenSentIsNotSentAgain() {
    one.on("POST /v1/proxy/conn_01/broken", ReplicasTest::breakOff);
    two.on("POST /v1/proxy/conn_01/broken", ReplicasTest::breakOff);

    assertThatThrownBy(() -> authpipe.providerCalls().send(ID, ProviderRequest.of("POST", ADA, "/broken").build()))
        .isInstanceOf(dev.authpipe.sdk.error.AuthpipeException.class);
    assertThat(one.seen().size() + two.seen().size()).isEqualTo(1);
  }

  @Test
  void withAllOfThemGoneTheCallFails() {
    closeThePresentOne().close();

    assertThatThrownBy(() -> authpipe.connections().get(ID)).isInstanceOf(NoAnswerException.class);
    assertThatThrownBy(() -> authpipe.providerCalls().send(ID, ProviderRequest.get(ADA, "/x").build()))
        .isInstanceOf(NoAnswerException.class);
  }

  @Test
  void anyAddressThatWouldShowTheApiKeyIsRefused() {
    assertThatThrownBy(() -> Authpipe.at(List.of(one.address(), URI.create("http://authpipe.internal")), ContractServer.API_KEY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Authpipe.at(List.of(), ContractServer.API_KEY)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void breakOff(com.sun.net.httpserver.HttpExchange exchange) {
    exchange.close();
  }
}
