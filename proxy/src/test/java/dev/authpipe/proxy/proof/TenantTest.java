package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;

/** An id of another workspace answers like an unknown one, for every operation of the API's document. */
@Tag("S33")
class TenantTest {
  /** The same form as real ones, and nobody's. */
  private static final String NOBODY = "01h0000000e0080000000000zz";
  private static final String FOREIGN_PERSON = "their-user";
  /** Paths whose parameter is no id of a workspace. */
  private static final Set<String> PUBLIC = Set.of("/v1/providers/{slug}");

  private static ProxyFixture proxy;
  private static String foreignConnection = "";
  private static String foreignSession = "";
  private static String foreignIntegration = "";
  private static String foreignErasure = "";
  private static String foreignDelivery = "";
  private static String foreignWorkspace = "";
  private static String foreignIncident = "";
  private static String ownConnection = "";

  @BeforeAll
  static void start() {
    proxy = ProxyFixture.with().webhooks(Map.of("app", URI.create("https://app.invalid/hooks"))).start();
    foreignConnection = proxy.connectForeignUser(FOREIGN_PERSON);
    ownConnection = proxy.connectUser("our-user");
    ConnectFlow session = proxy.flow(proxy.stranger(), FOREIGN_PERSON);
    foreignSession = session.create(session.sessionRequest("sandbox")).expect(201).json().path("id").asText();
    foreignIntegration = proxy.stranger().send("GET", "/v1/integrations").json().at("/data/0/id").asText();
    proxy.connectForeignUser("their-erased-user");
    foreignWorkspace = proxy.stranger().send("GET", "/v1/audit-events?limit=1").expect(200).json().at("/data/0/workspace")
        .asText();
    foreignIncident = proxy.stranger().send("POST", "/v1/workspaces/" + foreignWorkspace + "/rotate-all",
        Map.of("confirm", ProofDeployment.FOREIGN, "integration", "sandbox-key")).expect(202).json().at("/incident/id").asText();
    foreignErasure = proxy.stranger().send("DELETE", "/v1/end-users/their-erased-user").expect(202).json().at("/erasure/id")
        .asText();
    foreignDelivery = proxy.stranger().send("GET", "/v1/webhooks/deliveries").expect(200).json().at("/data/0/id").asText();
    assertThat(foreignDelivery).startsWith("dlv_");
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @TestFactory
  Stream<DynamicTest> answersLikeAnUnknownId() {
    List<Operation> operations = ApiDocumentFile.fromTheCode().operations().stream()
        .filter(operation -> !operation.pathParameters().isEmpty() && !PUBLIC.contains(operation.template())).toList();
    assertThat(operations).hasSizeGreaterThan(8);
    return operations.stream().map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> {
      Ids ids = ids(operation);
      assertSame(operation, path(operation, ids.foreign()), path(operation, ids.unknown()), body(operation));
    }));
  }

  @Test
  void aForeignIdInABodyOrQueryAnswersLikeAnUnknownOne() {
    ConnectFlow flow = proxy.flow("our-user");
    Map<String, Object> foreign = flow.sessionRequest(foreignIntegration);
    Map<String, Object> unknown = flow.sessionRequest("int_" + NOBODY);
    assertThat(likeness(flow.create(foreign), foreignIntegration)).isEqualTo(likeness(flow.create(unknown), "int_" + NOBODY));
    foreign = flow.sessionRequest("sandbox");
    foreign.put("connection_id", foreignConnection);
    unknown = flow.sessionRequest("sandbox");
    unknown.put("connection_id", "conn_" + NOBODY);
    assertThat(likeness(flow.create(foreign), foreignConnection)).isEqualTo(likeness(flow.create(unknown), "conn_" + NOBODY));
    assertThat(proxy.application().send("GET", "/v1/connections?end_user=" + FOREIGN_PERSON).expect(200).json().path("data"))
        .isEmpty();
    assertThat(proxy.application().send("GET", "/v1/connections").expect(200).text()).contains(ownConnection)
        .doesNotContain(foreignConnection);
    assertThat(proxy.application().send("GET", "/v1/audit-events?limit=200").expect(200).text())
        .doesNotContain(foreignConnection);
  }

  @Test
  void whatWasAskedForWithForeignIdsLeftTheOtherWorkspaceAsItWas() {
    assertThat(proxy.stranger().accessToken(foreignConnection).status()).isEqualTo(200);
    assertThat(proxy.stranger().send("GET", "/v1/connections/" + foreignConnection).json().path("status").asText())
        .isEqualTo("active");
  }

  private record Ids(String foreign, String unknown) {}

  private static Ids ids(Operation operation) {
    String path = operation.template();
    if (path.startsWith("/v1/connections/") || path.startsWith("/v1/proxy/")) {
      return new Ids(foreignConnection, "conn_" + NOBODY);
    }
    if (path.startsWith("/v1/connect-sessions/")) {
      return new Ids(foreignSession, "cs_" + NOBODY);
    }
    if (path.startsWith("/v1/integrations/")) {
      return new Ids(foreignIntegration, "int_" + NOBODY);
    }
    if (path.startsWith("/v1/erasures/")) {
      return new Ids(foreignErasure, "era_" + NOBODY);
    }
    if (path.startsWith("/v1/workspaces/")) {
      return new Ids(foreignWorkspace, "wks_" + NOBODY);
    }
    if (path.startsWith("/v1/incidents/")) {
      return new Ids(foreignIncident, "inc_" + NOBODY);
    }
    if (path.startsWith("/v1/end-users/")) {
      return new Ids(FOREIGN_PERSON, "nobody-at-all");
    }
    if (path.startsWith("/v1/webhooks/")) {
      return new Ids(foreignDelivery, "dlv_" + NOBODY);
    }
    throw new AssertionError("no foreign id is known for " + operation + ": add one here");
  }

  private static String path(Operation operation, String id) {
    return operation.template().replaceFirst("\\{[^}]+}", id).replaceAll("\\{[^}]+}", "me");
  }

  /** A body that is valid for the operation, so that only the id is in question. */
  private static @Nullable Object body(Operation operation) {
    return switch (operation.toString().replaceAll("\\{[^}]+}", "{}")) {
      case "PATCH /v1/connections/{}" -> Map.of("metadata", Map.of("team", "blue"));
      case "PUT /v1/connections/{}/credential" ->
        Map.of("credential", Map.of("type", "api_key", "api_key", "a-new-and-long-api-key"));
      case "POST /v1/connect-sessions/{}/finish" ->
        Map.of("finish_code", ConnectFlow.random(), "code_verifier", ConnectFlow.random(),
            "end_user_id", FOREIGN_PERSON);
      case "POST /v1/workspaces/{}/revoke-all", "POST /v1/workspaces/{}/rotate-all" -> Map.of("confirm", ProofDeployment.FOREIGN);
      case "POST /v1/integrations/{}/client-keys" -> Map.of("lead_seconds", 0);
      case "POST /v1/integrations/{}/client-secret-entries" -> Map.of("lifetime_seconds", 600);
      case "PUT /v1/integrations/{}/client-secret" -> Map.of("client_secret", "sbx_secret_" + ConnectFlow.random());
      default -> {
        if (operation.hasBody() && !operation.template().startsWith("/v1/proxy/")) {
          throw new AssertionError("no valid body is known for " + operation + ": add one here");
        }
        yield null;
      }
    };
  }

  private static void assertSame(Operation operation, String foreignPath, String unknownPath, @Nullable Object body) {
    Ids ids = ids(operation);
    ContractAnswer foreign = proxy.application().send(operation.method(), foreignPath, body);
    ContractAnswer unknown = proxy.application().send(operation.method(), unknownPath, body);
    assertThat(likeness(foreign, ids.foreign())).isEqualTo(likeness(unknown, ids.unknown()));
  }

  /** Everything of an answer but what differs from one answer to the next. */
  private static List<Object> likeness(ContractAnswer answer, String id) {
    List<Object> likeness = new ArrayList<>();
    likeness.add(answer.status());
    likeness.add(answer.headers().keySet());
    likeness.add(Optional.ofNullable(answer.headers().get("content-type")));
    likeness.add(
        answer.text().replace(id, "{id}").replaceAll("req_[0-9a-z]{26}", "{request}").replaceAll("era_[0-9a-z]{26}", "{erasure}")
            .replaceAll("\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z", "{time}").replaceAll("[A-Za-z0-9+/]{91}=", "{signature}"));
    return likeness;
  }
}
