package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.sandbox.Call;

/** The API's document against real traffic: what the operations answer is what it says, the hand-written hot routes included. */
class ApiAnswersTest {
  private static final String TOKEN = "/v1/connections/{id}/token";
  private static final String PROXIED = "/v1/proxy/{connection}/{path}";
  private static final DocumentedAnswer DOCUMENT = new DocumentedAnswer(ApiDocumentFile.fromTheCode());

  private static final JumpingClock CLOCK = new JumpingClock();

  private static ProxyFixture proxy;
  private static String connection = "";

  @BeforeAll
  static void start() {
    proxy = ProxyFixture.with().clock(CLOCK).start();
    connection = proxy.connectUser("documented-user");
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @Test
  void theAccessTokenReadAnswersAsDocumented() {
    ContractClient caller = proxy.application();
    DOCUMENT.check("GET", TOKEN, caller.accessToken(connection).expect(200));
    DOCUMENT.check("GET", TOKEN,
        caller.send("GET", "/v1/connections/" + connection + "/token?min_ttl=60&end_user=documented-user")
            .expect(200));
    DOCUMENT.check("GET", TOKEN, caller.send("GET", "/v1/connections/" + connection + "/token?min_ttl=soon").expect(400));
    DOCUMENT.check("GET", TOKEN, proxy.anonymous().accessToken(connection).expect(401));
    DOCUMENT.check("GET", TOKEN, proxy.callerWith("proxy").accessToken(connection).expect(403));
    DOCUMENT.check("GET", TOKEN, caller.accessToken("conn_01h0000000e0080000000000zz").expect(404));
    String revoked = proxy.connectUser("documented-revoked-user");
    CLOCK.advance(ProofDeployment.PAST_EXPIRY);
    proxy.provider().script().always(Call.REFRESH, oauthError("invalid_grant"));
    DOCUMENT.check("GET", TOKEN, caller.accessToken(revoked).expect(424));
    proxy.provider().script().clear();
  }

  @Test
  void theProxiedCallAnswersAsDocumented() {
    ContractClient caller = proxy.application();
    ContractAnswer passed = caller.proxied(connection, "/me").expect(200);
    DOCUMENT.check("GET", PROXIED, passed);
    assertThat(passed.header("authpipe-error")).isEmpty();
    ContractAnswer theirs = caller.proxied(connection, "/status/418?body=teapot").expect(418);
    assertThat(theirs.text()).isEqualTo("teapot");
    assertThat(theirs.header("authpipe-error")).isEmpty();
    ContractAnswer ours = caller.proxied(connection, "/%2e%2e/token").expect(400);
    DOCUMENT.check("GET", PROXIED, ours);
    assertThat(ours.header("authpipe-error")).contains("path_not_allowed");
    DOCUMENT.check("GET", PROXIED, proxy.anonymous().proxied(connection, "/me").expect(401));
    DOCUMENT.check("GET", PROXIED, caller.proxied("conn_01h0000000e0080000000000zz", "/me").expect(404));
  }

  @Test
  void aMemberOrHeaderThatIsMissingInTheDocumentOrTheAnswerIsNoticed() {
    ContractAnswer read = proxy.application().accessToken(connection).expect(200);
    read.json().fieldNames().forEachRemaining(name -> {
      assertNoticed(TOKEN, read, document -> schema(document, "AccessToken").remove(name));
      assertNoticed(TOKEN, read.withBody(((ObjectNode) read.json().deepCopy()).without(name)), document -> {});
    });
    for (String name : List.of("Cache-Control", "Authpipe-Request-Id")) {
      assertNoticed(TOKEN, read.withoutHeader(name), document -> {});
    }
    assertNoticed(TOKEN, read, document -> headers(document, TOKEN, "200").remove("Authpipe-Request-Id"));
    ContractAnswer refused = proxy.anonymous().accessToken(connection).expect(401);
    for (String name : List.of("Authpipe-Request-Id", "Authpipe-Error", "WWW-Authenticate")) {
      assertNoticed(TOKEN, refused.withoutHeader(name), document -> {});
      assertNoticed(TOKEN, refused, document -> headers(document, TOKEN, "401").remove(name));
    }
    ContractAnswer ours = proxy.application().proxied(connection, "/%2e%2e/token").expect(400);
    assertNoticed(PROXIED, ours, document -> headers(document, PROXIED, "default").remove("Authpipe-Error"));
    assertNoticed(PROXIED, ours, document -> headers(document, PROXIED, "default").remove("Authpipe-Request-Id"));
    assertNoticed(PROXIED, ours.withoutHeader("Authpipe-Request-Id"), document -> {});
    refused.json().fieldNames().forEachRemaining(name -> {
      assertNoticed(TOKEN, refused.withBody(((ObjectNode) refused.json().deepCopy()).without(name)), document -> {});
      assertNoticed(PROXIED, ours, document -> schema(document, "Problem").remove(name));
    });
  }

  private static void assertNoticed(String template, ContractAnswer answer, Consumer<ApiDocumentFile> fault) {
    ApiDocumentFile document = ApiDocumentFile.fromTheCode();
    fault.accept(document);
    assertThatThrownBy(() -> new DocumentedAnswer(document).check("GET", template, answer)).isInstanceOf(AssertionError.class);
  }

  private static Map<String, Object> schema(ApiDocumentFile document, String name) {
    Map<String, Object> schemas = ApiDocumentFile.section(ApiDocumentFile.section(document.root(), "components"), "schemas");
    return ApiDocumentFile.section(ApiDocumentFile.section(schemas, name), "properties");
  }

  private static Map<String, Object> headers(ApiDocumentFile document, String template, String status) {
    Map<String, Object> operation = document.operations().stream()
        .filter(one -> one.method().equals("GET") && one.template().equals(template)).findFirst().orElseThrow().node();
    Map<String, Object> response = ApiDocumentFile.section(ApiDocumentFile.section(operation, "responses"), status);
    String shared = String.valueOf(response.get("$ref")).replace("#/components/responses/", "");
    Map<String, Object> problems = ApiDocumentFile.section(ApiDocumentFile.section(document.root(), "components"), "responses");
    return ApiDocumentFile.section(response.containsKey("$ref") ? ApiDocumentFile.section(problems, shared) : response,
        "headers");
  }

  @Test
  void sessionsAndConnectionsAnswerAsDocumented() {
    ContractClient caller = proxy.application();
    ConnectFlow flow = proxy.flow("documented-flow-user");
    DOCUMENT.check("POST", "/v1/connect-sessions", flow.create(flow.sessionRequest("sandbox")).expect(201));
    DOCUMENT.check("POST", "/v1/connect-sessions", caller.send("POST", "/v1/connect-sessions", Map.of()).expect(400));
    DOCUMENT.check("GET", "/v1/connect-sessions/{id}",
        caller.send("GET", "/v1/connect-sessions/" + flow.sessionId()).expect(200));
    flow.open();
    flow.authorize();
    ContractAnswer finished = flow.finish().expect(200);
    DOCUMENT.check("POST", "/v1/connect-sessions/{id}/finish", finished);
    String made = finished.json().at("/connection/id").asText();
    DOCUMENT.check("GET", "/v1/connections", caller.send("GET", "/v1/connections?limit=1").expect(200));
    DOCUMENT.check("GET", "/v1/connections/{id}", caller.send("GET", "/v1/connections/" + made).expect(200));
    DOCUMENT.check("PATCH", "/v1/connections/{id}",
        caller.send("PATCH", "/v1/connections/" + made, Map.of("metadata", Map.of("team", "blue"))).expect(200));
    DOCUMENT.check("POST", "/v1/connections/{id}/refresh",
        caller.send("POST", "/v1/connections/" + made + "/refresh").expect(200));
    DOCUMENT.check("DELETE", "/v1/connections/{id}", caller.send("DELETE", "/v1/connections/" + made));
    ContractAnswer erasure = caller.send("DELETE", "/v1/end-users/documented-flow-user").expect(202);
    DOCUMENT.check("DELETE", "/v1/end-users/{id}", erasure);
    DOCUMENT.check("GET", "/v1/erasures/{id}",
        caller.send("GET", "/v1/erasures/" + erasure.json().at("/erasure/id").asText()).expect(200));
  }

  @Test
  void configurationAndRecordAnswerAsDocumented() {
    ContractClient caller = proxy.application();
    DOCUMENT.check("GET", "/v1/integrations", caller.send("GET", "/v1/integrations").expect(200));
    DOCUMENT.check("GET", "/v1/providers", caller.send("GET", "/v1/providers").expect(200));
    DOCUMENT.check("GET", "/v1/providers/{slug}", caller.send("GET", "/v1/providers/sandbox").expect(200));
    DOCUMENT.check("GET", "/v1/audit-events", caller.send("GET", "/v1/audit-events?limit=5").expect(200));
  }
}
