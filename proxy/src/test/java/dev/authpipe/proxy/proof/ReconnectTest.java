package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.sandbox.Account;

/** What the shell of a disconnected connection is good for, and for how long. */
@Tag("S51")
class ReconnectTest {
  private static final String BRIEF = """
        - name: brief
          retention: 0 d
          integrations:
            - {slug: sandbox-key, return_urls: ["%s"]}
      """.formatted(ProofDeployment.RETURN_URL);

  @Test
  void withinTheRetentionAConnectionKeepsItsIdAndNeedsTheSameAccount() {
    try (ProxyFixture proxy = ProxyFixture.start()) {
      ContractClient application = proxy.application();
      String connection = proxy.connectUser("ada");
      JsonNode ended = application.send("DELETE", "/v1/connections/" + connection).expect(200).json();
      assertThat(ended.path("purged").asBoolean()).isFalse();
      assertThat(proxy.provider().liveTokens().isEmpty()).isTrue();

      Account other = proxy.provider().accounts().get(1);
      ContractAnswer refused = again(proxy, connection, other);
      assertThat(refused.expect(409).json().path("code").asText()).isEqualTo("account_mismatch");
      assertThat(proxy.provider().liveTokensOf(other).isEmpty()).as("what the other account gave is revoked").isTrue();
      application.accessToken(connection).expect(424);

      ContractAnswer accepted = again(proxy, connection, proxy.provider().accounts().getFirst());
      assertThat(accepted.expect(200).json().at("/connection/id").asText()).isEqualTo(connection);
      application.accessToken(connection).expect(200);
      application.proxied(connection, "/me").expect(200);
    }
  }

  private static ContractAnswer again(ProxyFixture proxy, String connection, Account account) {
    ConnectFlow flow = proxy.flow("ada");
    Map<String, Object> request = flow.sessionRequest("sandbox");
    request.put("connection_id", connection);
    flow.create(request).expect(201);
    proxy.provider().consentsNext(account);
    flow.open().authorize();
    return flow.finish();
  }

  @Test
  void aRetentionOfNothingLeavesNoShell() {
    try (ProxyFixture proxy = ProxyFixture.with().settings(BRIEF).start()) {
      ContractClient brief = proxy.callerWithKey(proxy.apiKeys().create("brief", ApiKeyFactory.ALL_SCOPES, Stream.empty()));
      String key = proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal();
      String connection = brief
          .send("POST", "/v1/connections", Map.of("integration", "sandbox-key", "end_user", Map.of("id", "ada"),
              "credential", Map.of("type", "api_key", "api_key", key)))
          .expect(201).json().path("id").asText();
      assertThat(brief.send("DELETE", "/v1/connections/" + connection).expect(200).json().path("purged").asBoolean()).isTrue();
      brief.send("GET", "/v1/connections/" + connection).expect(404);
      brief.send("GET", "/v1/end-users/ada/export").expect(404);
    }
  }
}
