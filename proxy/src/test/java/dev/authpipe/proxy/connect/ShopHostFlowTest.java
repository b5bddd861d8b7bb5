package dev.authpipe.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.testkit.http.RecordedRequest;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;
import dev.authpipe.wire.IntegrationId;

/** A connection lives at the host that was named when it was made, whatever is set or edited later. */
@Tag("S2")
class ShopHostFlowTest {
  private static final List<String> OAUTH = ShopStage.OAUTH;
  @TempDir
  Path directory;
  private ShopStage stage;

  @BeforeEach
  void start() {
    stage = new ShopStage(directory);
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  private static void untouched(ScriptedAuthorizationServer shop) {
    assertThat(shop.requests()).as("requests to the other shop").isEmpty();
  }

  @ParameterizedTest
  @FieldSource("OAUTH")
  void refreshProxiedCallAndRevocationGoToTheShopOfTheConnection(String slug) {
    String connection = stage.connect("user-1", slug, "north", Map.of());
    JsonNode refreshed = stage.call("POST", "/v1/connections/" + connection + "/refresh", null, 200);
    assertThat(refreshed.path("generation").asInt()).isEqualTo(2);
    stage.call("POST", "/v1/connections/" + connection + "/refresh", null, 200);
    assertThat(stage.north.calls(Call.REFRESH)).isEqualTo(2);
    assertThat(stage.call("GET", "/v1/proxy/" + connection + "/me", null, 200).path("login").asText()).isEqualTo("ada");
    assertThat(stage.north.calls(Call.API)).isEqualTo(1);
    stage.call("DELETE", "/v1/connections/" + connection, null, 200);
    assertThat(stage.north.calls(Call.REVOKE)).isPositive();
    assertThat(stage.north.liveTokens().isEmpty()).isTrue();
    untouched(stage.south);
  }

  @Test
  void theOperatorsLaterChoiceOfAShopMovesNoRefreshTokenAndNoClientSecret() throws IOException {
    String open = stage.connect("user-1", "shops-public", "north", Map.of());
    String confidential = stage.connect("user-1", "shops", "north", Map.of());
    operatorSets("{shop: south}");
    stage.call("POST", "/v1/connections/" + open + "/refresh", null, 200);
    assertThat(stage.north.calls(Call.REFRESH)).isEqualTo(1);
    JsonNode refused = stage.call("POST", "/v1/connections/" + confidential + "/refresh", null, 409);
    assertThat(refused.path("code").asText()).isEqualTo("integration_misconfigured");
    stage.call("DELETE", "/v1/connections/" + open, null, 200);
    assertThat(stage.north.calls(Call.REVOKE)).isPositive();
    JsonNode owed = stage.call("DELETE", "/v1/connections/" + confidential, null, 200);
    assertThat(owed.path("revocation").asText()).isEqualTo("pending");
    untouched(stage.south);
  }

  private void operatorSets(String params) throws IOException {
    stage.operatorSets(params);
    Configuration configuration = stage.proxy.bean(Configuration.class);
    await().untilAsserted(() -> assertThat(OAUTH).allSatisfy(slug -> {
      IntegrationId id = IntegrationId.parse(stage.proxy.integration("tasklight", slug));
      assertThat(configuration.integration(id).map(Integration::params)).hasValue(Map.of("shop", "south"));
    }));
  }

  @Test
  void anEditedAttemptCarriesNoCodeToAnotherShop() {
    JsonNode session = stage.session("user-1", "shops", Map.of(), null);
    String finishCode = stage.authorize(session, "shops", Map.of("shop", "north"));
    assertThat(stage.sql("update connect_attempt set params = '{\"shop\": \"south\"}', token_endpoint = '"
        + stage.south.tokenEndpoint() + "', expected_issuer = '" + stage.south.issuer() + "'")).isEqualTo(1);
    assertThat(stage.finish(session, finishCode, "user-1", 500).path("code").asText()).isEqualTo("integrity_error");
    assertThat(stage.north.tokenCalls()).isZero();
    untouched(stage.south);
  }

  @Test
  void bodyParametersAreSentAgainAtARefreshOnlyWhereTheEntrySaysSo() {
    String connection = stage.connect("user-1", "shops", "north", Map.of("audience", "orders", "region", "eu"));
    stage.call("POST", "/v1/connections/" + connection + "/refresh", null, 200);
    List<RecordedRequest> requests = stage.north.requestsTo("/token");
    assertThat(requests.getFirst().bodyText()).contains("audience=orders").contains("region=eu");
    assertThat(requests.getLast().bodyText()).contains("grant_type=refresh_token").contains("region=eu")
        .doesNotContain("audience");
  }

  @Test
  void theSameAccountIdInAnotherShopIsAnotherAccount() {
    String connection = stage.connect("user-1", "shops", "north", Map.of());
    JsonNode session = stage.session("user-1", "shops", Map.of(), connection);
    String finishCode = stage.authorize(session, "shops", Map.of("shop", "south"));
    assertThat(stage.finish(session, finishCode, "user-1", 409).path("code").asText()).isEqualTo("account_mismatch");
    JsonNode again = stage.session("user-1", "shops", Map.of("shop", "north"), connection);
    stage.finish(again, stage.authorize(again, "shops", Map.of()), "user-1", 200);
    stage.call("POST", "/v1/connections/" + connection + "/refresh", null, 200);
    assertThat(stage.north.calls(Call.REFRESH)).isEqualTo(1);
    assertThat(stage.south.calls(Call.REFRESH)).isZero();
  }

  @Test
  void anEnteredKeyIsUsedAtItsShopAlsoAfterItWasReplaced() {
    String key = stage.north.createApiKey(stage.north.accounts().getFirst()).reveal();
    JsonNode session = stage.session("user-1", "shops-key", Map.of(), null);
    String connection = stage.finish(session, stage.enter(session, key, Map.of("shop", "north")), "user-1", 200)
        .path("connection").path("id").asText();
    String path = "/v1/connections/" + connection;
    stage.call("GET", "/v1/proxy/" + connection + "/me", null, 200);
    String another = stage.north.createApiKey(stage.north.accounts().getFirst()).reveal();
    ObjectNode credential = ConnectStage.object().put("type", "api_key").put("api_key", another);
    stage.call("PUT", path + "/credential", credential.toString(), 200);
    stage.call("GET", "/v1/proxy/" + connection + "/me", null, 200);
    untouched(stage.south);
  }

  @Test
  void anImportedConnectionKeepsTheShopThatItWasImportedWith() {
    String first = stage.connect("user-1", "shops", "north", Map.of());
    JsonNode issued = stage.call("GET", "/v1/connections/" + first + "/token", null, 200);
    importing(Map.of(), issued, 422, "provider_parameter_invalid");
    importing(Map.of("shop", "north.evil"), issued, 422, "provider_parameter_invalid");
    importing(Map.of("shop", "north", "realm", "x"), issued, 422, "provider_parameter_invalid");
    String imported = importing(Map.of("shop", "north"), issued, 201, "").path("id").asText();
    stage.call("GET", "/v1/proxy/" + imported + "/me", null, 200);
    JsonNode refused = stage.call("POST", "/v1/connections/" + imported + "/refresh", null, 424);
    assertThat(refused.path("code").asText()).isEqualTo("reauth_required");
    assertThat(stage.north.calls(Call.REFRESH)).isEqualTo(1);
    stage.call("DELETE", "/v1/connections/" + imported, null, 200);
    assertThat(stage.north.calls(Call.REVOKE)).isPositive();
    untouched(stage.south);
  }

  private JsonNode importing(Map<String, String> params, JsonNode issued, int status, String code) {
    ObjectNode body = ConnectStage.object().put("integration", "shops");
    body.putObject("end_user").put("id", "user-2");
    body.putObject("credential").put("type", "oauth2").put("access_token", issued.path("access_token").asText())
        .put("refresh_token", "of-nobody");
    params.forEach(body.withObjectProperty("params")::put);
    JsonNode answer = stage.call("POST", "/v1/connections", body.toString(), status);
    assertThat(answer.path("code").asText()).isEqualTo(code);
    return answer;
  }
}
