package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.sandbox.IssuedTokens;

/** Import in batches: all or nothing, every wrong row named, nothing of a row repeated, once per Idempotency-Key. */
@Tag("S38")
@Tag("S62")
class ImportBatchTest {
  static final String BATCH = "/v1/connections/batch";
  private static ProxyFixture proxy;

  @BeforeAll
  static void start() {
    proxy = ProxyFixture.start();
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @Test
  void aThousandImportedConnectionsServeFreshAccessTokens() {
    List<Map<String, Object>> rows = IntStream.range(0, 1000)
        .mapToObj(n -> row("thousand-" + n, n % 10 == 0 ? Instant.now().minusSeconds(60) : Instant.now().plusSeconds(3000)))
        .toList();
    JsonNode made = proxy.application().send("POST", BATCH, Map.of("connections", rows)).expect(201).json().path("data");
    assertThat(made).hasSize(1000);
    assertThat(made.get(999).path("end_user").asText()).isEqualTo("thousand-999");
    Set<String> alive = new HashSet<>();
    List<JsonNode> read = IntStream.range(0, 1000).parallel()
        .mapToObj(n -> proxy.application().accessToken(made.get(n).path("id").asText()).expect(200).json()).toList();
    proxy.provider().grants().forEach(grant -> grant.live().accessTokens().forEach(token -> alive.add(token.reveal())));
    assertThat(read).allSatisfy(answer -> {
      assertThat(alive.contains(answer.path("access_token").asText())).isTrue();
      assertThat(Instant.parse(answer.path("expires_at").asText())).isAfter(Instant.now());
    });
    assertThat(read).filteredOn(answer -> answer.path("generation").asInt() > 1).hasSizeBetween(100, 1000);
    assertThat(events("connection.imported")).isEqualTo(200); // the page is full
  }

  @Test
  void aBatchWithOneBadRowChangesNothingAndNamesTheRow() {
    int before = connections();
    List<Map<String, Object>> rows = new ArrayList<>(IntStream.range(0, 20).mapToObj(n -> row("spoilt-" + n, null)).toList());
    Map<String, Object> bad = new HashMap<>(row("spoilt-17", null));
    bad.put("integration", "no-such-integration");
    rows.set(17, bad);
    JsonNode problem = proxy.application().send("POST", BATCH, Map.of("connections", rows)).expect(422).json();
    assertThat(problem.path("code").asText()).isEqualTo("batch_refused");
    assertThat(problem.path("errors")).hasSize(1);
    assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/connections/17");
    assertThat(problem.at("/errors/0/code").asText()).isEqualTo("unprocessable");
    assertThat(connections()).isEqualTo(before);
    proxy.application().send("GET", "/v1/end-users/spoilt-0/export").expect(404);
  }

  @Test
  void everyWrongRowIsNamedAndNoneOfItsValuesRepeated() {
    String secret = "sbx_at_" + ConnectFlow.random();
    String good = "{\"integration\":\"sandbox\",\"end_user\":{\"id\":\"named\"},\"credential\":{\"type\":\"oauth2\",\"access_token\":\""
        + secret + "\",\"refresh_token\":\"" + secret + "\"}}";
    List<String> rows = List.of(good, "null", "\"" + secret + "\"", good.replace("\"end_user\"", "\"end_usr\""),
        good.replace("\"refresh_token\"", "\"" + secret + "\""), good.replace("\"type\":\"oauth2\"", "\"type\":\"api_key\""),
        good.replace("\"id\":\"named\"", "\"id\":17"), good.replace("}}", "},\"metadata\":{\"" + secret + "\":{\"a\":1}}}"),
        good.replace("}}", "},\"metadata\":{\"a\":\"" + "x".repeat(600) + "\"}}"), good.replace("\"sandbox\"", "\"sandbox-key\""),
        "{}", good.replace("\"type\"", "\"expires_at\":\"soon\",\"type\""));
    ContractAnswer answer = proxy.application().send("POST", BATCH, "{\"connections\":[" + String.join(",", rows) + "]}")
        .expect(422);
    assertThat(answer.text()).doesNotContain(secret).doesNotContain("end_usr");
    List<String> named = new ArrayList<>();
    answer.json().path("errors").forEach(one -> named.add(one.path("pointer").asText() + " " + one.path("code").asText()));
    assertThat(named).containsExactlyInAnyOrder("/connections/1 invalid_request", "/connections/2 invalid_request",
        "/connections/3 unknown_field", "/connections/4/credential unknown_field", "/connections/5 unprocessable",
        "/connections/6/end_user/id invalid_request", "/connections/7/metadata invalid_request", "/connections/8 unprocessable",
        "/connections/9 unprocessable", "/connections/10 invalid_request",
        "/connections/11/credential/expires_at invalid_request");
  }

  @Test
  void aCredentialThatItsProviderRefusesKeepsTheWholeBatchOut() {
    int before = connections();
    String works = proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal();
    List<Map<String, Object>> rows = Stream.of(works, "refused-" + ConnectFlow.random(), works).map(key -> Map.<String, Object>of(
        "integration", "sandbox-key", "end_user", Map.of("id", "tried-out"), "credential",
        Map.of("type", "api_key", "api_key", key)))
        .toList();
    JsonNode problem = proxy.application().send("POST", BATCH, Map.of("connections", rows)).expect(422).json();
    assertThat(problem.path("errors")).hasSize(1);
    assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/connections/1");
    assertThat(problem.at("/errors/0/code").asText()).isEqualTo("credential_refused");
    assertThat(connections()).isEqualTo(before);
  }

  @Test
  void aRepetitionUnderTheSameKeyMakesNothingTwiceAndKeepsNoName() {
    Map<String, Object> body = Map.of("connections", List.of(row("repeated-1", null), row("repeated-2", null)));
    Map<String, String> key = Map.of("Idempotency-Key", "batch-" + ConnectFlow.random());
    JsonNode first = proxy.application().send("POST", BATCH, body, key).expect(201).json();
    int after = connections();
    JsonNode again = proxy.application().send("POST", BATCH, body, key).expect(201).json();
    assertThat(again).isEqualTo(first);
    assertThat(connections()).isEqualTo(after);
    assertThat(
        proxy.application().send("POST", BATCH, Map.of("connections", List.of(row("repeated-3", null))), key).expect(422).json()
            .path("code").asText())
        .isEqualTo("idempotency_key_reused");
    proxy.application().send("DELETE", "/v1/end-users/repeated-1").expect(202);
    JsonNode without = proxy.application().send("POST", BATCH, body, key).expect(201).json().path("data");
    assertThat(without).hasSize(1);
    assertThat(without.get(0).path("end_user").asText()).isEqualTo("repeated-2");
  }

  @Test
  void aBatchHasLimits() {
    assertThat(code(IntStream.range(0, 1001).mapToObj(n -> Map.<String, Object>of()).toList())).isEqualTo("unprocessable");
    Map<String, Object> untried = Map.of("integration", "sandbox-key", "end_user", Map.of("id", "limits"), "credential",
        Map.of("type", "api_key", "api_key", "some-api-key"));
    assertThat(code(IntStream.range(0, 101).mapToObj(n -> untried).toList())).isEqualTo("unprocessable");
    ContractAnswer broken = proxy.application().send("POST", BATCH, "{\"connections\":[{},{\"a\":}]}").expect(400);
    assertThat(broken.json().path("code").asText()).isEqualTo("invalid_json");
    assertThat(broken.json().path("detail").asText()).contains("/connections/1");
    assertThat(
        proxy.application().send("POST", BATCH, "{\"connections\":[],\"more\":1}").expect(400).json().path("code").asText())
        .isEqualTo("unknown_field");
  }

  private static String code(List<? extends Map<String, ?>> rows) {
    return proxy.application().send("POST", BATCH, Map.of("connections", rows)).expect(422).json().path("code").asText();
  }

  private static Map<String, Object> row(String person, @org.jspecify.annotations.Nullable Instant expiresAt) {
    IssuedTokens tokens = proxy.provider().issueGrant(proxy.provider().accounts().getFirst(), "acme-sandbox", List.of("profile"));
    Map<String, Object> credential = new HashMap<>(Map.of("type", "oauth2", "access_token", tokens.accessToken().reveal(),
        "refresh_token", tokens.refreshToken().reveal(), "scopes", List.of("profile")));
    if (expiresAt != null) {
      credential.put("expires_at", expiresAt.toString());
    }
    return Map.of("integration", "sandbox", "end_user", Map.of("id", person), "credential", credential);
  }

  private static int connections() {
    int all = 0;
    String cursor = "";
    do {
      JsonNode page = proxy.application().send("GET", "/v1/connections?limit=200" + cursor).expect(200).json();
      all += page.path("data").size();
      cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").asText() : "";
    } while (!cursor.isEmpty());
    return all;
  }

  private static int events(String type) {
    return proxy.application().send("GET", "/v1/audit-events?limit=200&type=" + type).expect(200).json().path("data").size();
  }
}
