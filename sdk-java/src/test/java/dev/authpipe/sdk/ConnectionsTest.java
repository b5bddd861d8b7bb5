package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.error.UnexpectedAnswerException;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.ConnectionStatus;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IntegrationName;
import dev.authpipe.sdk.value.IssuedAccessToken;
import dev.authpipe.sdk.value.ProbeOutcome;
import dev.authpipe.sdk.value.RefreshOutcome;
import dev.authpipe.sdk.value.RefreshReport;

class ConnectionsTest {

  private static final ConnectionId ID = new ConnectionId("conn_01");
  private static final EndUserId ADA = new EndUserId("ada & co");

  private final ContractServer server = new ContractServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private static String connection(String id) {
    return "{\"id\":\"" + id + "\",\"integration\":\"slack\",\"end_user\":\"ada & co\",\"status\":\"active\"}";
  }

  @Test
  void listWalksEveryPageAndAsksForThemOneByOne() {
    server.onJson("GET /v1/connections", 200, "{\"data\":[" + connection("conn_1") + "," + connection("conn_2")
        + "],\"next_cursor\":\"c/1\"}")
        .onJson("GET /v1/connections", 200, "{\"data\":[],\"next_cursor\":\"c/2\"}")
        .onJson("GET /v1/connections", 200, "{\"data\":[" + connection("conn_3") + "],\"next_cursor\":null}");
    ConnectionFilter filter = ConnectionFilter.of(ADA)
        .withIntegration(new IntegrationName("slack"))
        .withStatus(ConnectionStatus.ACTIVE);

    Iterator<Connection> connections = server.client().connections().list(filter).iterator();

    assertThat(server.seen()).isEmpty();
    assertThat(connections.next().id().value()).isEqualTo("conn_1");
    assertThat(server.only().rawTarget())
        .isEqualTo("/v1/connections?integration=slack&end_user=ada%20%26%20co&status=active&limit=100");
    assertThat(connections).toIterable().extracting(each -> each.id().value()).containsExactly("conn_2", "conn_3");
    assertThat(server.seen()).hasSize(3);
    assertThat(server.seen().get(1).rawTarget()).endsWith("&cursor=c%2F1");
  }

  @Test
  void listThatDoesNotMoveOnEndsInAnErrorInsteadOfForEver() {
    server.onJson("GET /v1/connections", 200, "{\"data\":[],\"next_cursor\":\"same\"}");

    assertThatThrownBy(() -> server.client().connections().list(ConnectionFilter.all()).iterator().hasNext())
        .isInstanceOf(UnexpectedAnswerException.class);
    assertThat(server.seen()).hasSize(2);
  }

  @Test
  void statusOfTomorrowSurvives() {
    server.onJson("GET /v1/connections/conn_01", 200, connection("conn_01").replace("active", "on_holiday"));

    assertThat(server.client().connections().get(ID).status()).isEqualTo(new ConnectionStatus("on_holiday"));
  }

  @Test
  @Tag("S32")
  void accessTokenReadNamesTheEndUserAndPrintsMasked() {
    server.onJson("GET /v1/connections/conn_01/token", 200, """
        {"access_token":"at-secret","token_type":"Bearer","expires_at":"2026-11-23T11:00:00.5+01:00",\
        "scopes":["a","b"],"generation":7}""");

    IssuedAccessToken issued = server.client().connections().accessToken(ID, ADA, Duration.ofMinutes(2));

    assertThat(server.only().rawTarget())
        .isEqualTo("/v1/connections/conn_01/token?min_ttl=120&end_user=ada%20%26%20co");
    assertThat(issued.accessToken().reveal()).isEqualTo("at-secret");
    assertThat(issued.expiresAt()).isEqualTo(Instant.parse("2026-11-23T10:00:00.5Z"));
    assertThat(issued.generation()).isEqualTo(7);
    assertThat(issued.toString()).contains("***").doesNotContain("at-secret");
  }

  @Test
  void brokenAnswerIsNamedWithoutItsContent() {
    server.onJson("GET /v1/connections/conn_01/token", 200, "{\"access_token\":\"at secret\"}");

    assertThatThrownBy(() -> server.client().connections().accessToken(ID, ADA))
        .isInstanceOf(UnexpectedAnswerException.class)
        .hasMessageContaining("access_token")
        .hasMessageNotContaining("at secret");
  }

  @Test
  void refreshAndProbeAnswerTheirOutcome() {
    server.onJson("POST /v1/connections/conn_01/refresh", 200, "{\"outcome\":\"refreshed\",\"generation\":2}")
        .onJson("POST /v1/connections/conn_01/probe", 200, "{\"outcome\":\"alive\"}");

    assertThat(server.client().connections().refresh(ID))
        .isEqualTo(new RefreshReport(RefreshOutcome.REFRESHED, 2, null));
    assertThat(server.client().connections().probe(ID).outcome()).isEqualTo(ProbeOutcome.ALIVE);
  }

  @Test
  void disconnectAndPurgeAreDeletesOfTheirOwn() {
    server.onJson("DELETE /v1/connections/conn_01", 204, "");

    server.client().connections().disconnect(ID);
    server.client().connections().purge(ID);

    assertThat(server.seen())
        .extracting(ContractServer.Seen::rawTarget)
        .containsExactly("/v1/connections/conn_01", "/v1/connections/conn_01?purge=true");
  }
}
