package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.error.RequestRejectedException;
import dev.authpipe.sdk.error.UnexpectedAnswerException;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionEnd;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.ConnectionStatus;
import dev.authpipe.sdk.value.CredentialState;
import dev.authpipe.sdk.value.DueReason;
import dev.authpipe.sdk.value.EndUser;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IdempotencyKey;
import dev.authpipe.sdk.value.IntegrationName;
import dev.authpipe.sdk.value.IssuedAccessToken;
import dev.authpipe.sdk.value.NewConnection;
import dev.authpipe.sdk.value.NewCredential;
import dev.authpipe.sdk.value.ProbeOutcome;
import dev.authpipe.sdk.value.ProvidedSecret;
import dev.authpipe.sdk.value.Reconsent;
import dev.authpipe.sdk.value.RefreshOutcome;
import dev.authpipe.sdk.value.RefreshReport;
import dev.authpipe.sdk.value.Revocation;
import dev.authpipe.sdk.value.Rotation;

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
        .isEqualTo("/v1/connections?integration=slack&status=active&limit=100");
    assertThat(server.only().header("Authpipe-end-user")).isEqualTo("ada & co");
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

    assertThat(server.only().rawTarget()).isEqualTo("/v1/connections/conn_01/token?min_ttl=120");
    assertThat(server.only().header("Authpipe-end-user")).isEqualTo("ada & co");
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
    server.onJson("DELETE /v1/connections/conn_01", 200,
        "{\"id\":\"conn_01\",\"status\":\"disconnected\",\"revocation\":\"pending\",\"purged\":false}");

    assertThat(server.client().connections().disconnect(ID).revocation()).isEqualTo(Revocation.PENDING);
    server.client().connections().purge(ID);

    assertThat(server.seen())
        .extracting(ContractServer.Seen::rawTarget)
        .containsExactly("/v1/connections/conn_01", "/v1/connections/conn_01?purge=true");
  }

  @Test
  @Tag("S32")
  void callsOfOneEndUserNameThemEveryTimeInAHeaderOrWhereItCannotInTheQuery() {
    server.onJson("GET /v1/connections/conn_01", 200, connection("conn_01"));

    server.client().connections().ofEndUser(ADA).get(ID);
    server.client().connections().ofEndUser(new EndUserId("ädä")).get(ID);

    assertThat(server.seen().get(0).header("Authpipe-end-user")).isEqualTo("ada & co");
    assertThat(server.seen().get(0).rawTarget()).isEqualTo("/v1/connections/conn_01");
    assertThat(server.seen().get(1).headers()).doesNotContainKey("Authpipe-end-user");
    assertThat(server.seen().get(1).rawTarget()).isEqualTo("/v1/connections/conn_01?end_user=%C3%A4d%C3%A4");
    assertThatThrownBy(() -> server.client().connections().ofEndUser(ADA).list(ConnectionFilter.of(new EndUserId("bob"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void creationIsSentAgainUnderTheSameKeyAndPrintsItsSecretMasked() {
    server.onProblem("POST /v1/connections", 503, "store_unavailable")
        .onJson("POST /v1/connections", 201, connection("conn_01"));
    NewConnection wanted = NewConnection.of(new IntegrationName("slack"), EndUser.of(ADA),
        new NewCredential.Basic("ada", new ProvidedSecret("pass wörd"), Instant.parse("2027-01-01T00:00:00Z")));

    assertThat(server.client().connections().create(wanted).id()).isEqualTo(ID);

    assertThat(server.seen()).hasSize(2).extracting(seen -> seen.header("Idempotency-key")).doesNotContain("").containsOnly(
        server.seen().get(0).header("Idempotency-key"));
    assertThat(server.seen().get(1).body()).contains("\"credential\":{\"type\":\"basic\",\"username\":\"ada\","
        + "\"password\":\"pass wörd\",\"secret_expires_at\":\"2027-01-01T00:00:00Z\"}").doesNotContain("null");
    assertThat(wanted.toString()).contains("***").doesNotContain("pass wörd");
  }

  @Test
  void refusedBatchNamesItsRows() {
    server.on("POST /v1/connections/batch", exchange -> ContractServer.reply(exchange, 422, "application/problem+json",
        ContractServer.problem(422, "batch_refused").replace("\"request_id\"",
            "\"errors\":[{\"pointer\":\"/connections/1\",\"code\":\"unprocessable\",\"detail\":\"No such integration.\"}],\"request_id\"")));

    assertThatThrownBy(() -> server.client().connections().createAll(List.of(), IdempotencyKey.random()))
        .isInstanceOfSatisfying(RequestRejectedException.class, refused -> {
          assertThat(refused.code()).isEqualTo(ErrorCode.BATCH_REFUSED);
          assertThat(refused.problem().rows())
              .containsExactly(new Problem.Row("/connections/1", ErrorCode.UNPROCESSABLE, "No such integration."));
        });
  }

  @Test
  void datesOfACredentialAndOfAnEndAreRead() {
    server.onJson("GET /v1/connections/conn_01", 200, connection("conn_01").replace("}", """
        ,"scopes":["a"],"scopes_requested":["a","b"],"expires_at":"2026-11-28T10:00:00Z","generation":3,
        "reconsent":{"at":"2027-01-01T00:00:00Z","reason":"idle_limit","moves_with_use":true},
        "rotation":{"due_at":"2026-12-01T00:00:00Z","reason":"rotate_after","overdue":false},
        "disconnected_at":"2026-11-27T10:00:00Z","revocation":"confirmed"}"""));

    Connection read = server.client().connections().get(ID);

    assertThat(read.scopesMissing()).containsExactly("b");
    assertThat(read.credential()).isEqualTo(new CredentialState(Instant.parse("2026-11-28T10:00:00Z"), 3L, null,
        new Reconsent(Instant.parse("2027-01-01T00:00:00Z"), DueReason.IDLE_LIMIT, true),
        new Rotation(Instant.parse("2026-12-01T00:00:00Z"), DueReason.ROTATE_AFTER, false)));
    assertThat(read.end()).isEqualTo(new ConnectionEnd(Instant.parse("2026-11-27T10:00:00Z"), null, Revocation.CONFIRMED));
  }

  @Test
  void streamAsksForNoPageThatNobodyNeeds() {
    server.onJson("GET /v1/connections", 200, "{\"data\":[" + connection("conn_1") + "],\"next_cursor\":\"c\"}");

    assertThat(server.client().connections().list(ConnectionFilter.all()).stream().findFirst()).isPresent();

    assertThat(server.seen()).hasSize(1);
  }
}
