package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.proof.ApiExamples.Example;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.sandbox.IssuedTokens;

/** Calls every operation of the API as its reference shows it, in an order in which each has something to do. */
final class ReferenceTour implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  /** Variables whose values are secret or change, and the member whose example stands for them. */
  private static final Map<String, String> STAND_INS = Map.of("CHALLENGE", "code_challenge", "VERIFIER", "code_verifier",
      "FINISH_CODE", "finish_code", "THEIR_API_KEY", "api_key", "THEIR_NEW_API_KEY", "api_key", "ACCESS_TOKEN", "access_token",
      "REFRESH_TOKEN", "refresh_token", "CLIENT_SECRET", "client_secret");
  private static final String SHOP = """
        - name: shop
          integrations:
            - {slug: minting-key, client_id: shop-minting-key, scopes: ["issues:read"]}
      jobs: {incidents: 1 s}
      """;

  private final WebhookReceiver receiver = new WebhookReceiver();
  private final ProxyFixture proxy;
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, List<Example>> examples = new LinkedHashMap<>();
  private final StableAnswer stable = new StableAnswer();

  ReferenceTour() {
    proxy = ProxyFixture.with().webhooks(Map.of("app", receiver.url()))
        .providerDirectory(Map.of("minting-key.yaml", read(Path.of("src/test/resources/minting-providers/minting-key.yaml"))))
        .settings(SHOP).start();
    variables.put("AUTHPIPE", proxy.addresses().api().toString());
    actAs(ProofDeployment.OWN);
  }

  private void actAs(String workspace) {
    variables.put("API_KEY", proxy.apiKeys().create(workspace, ApiKeyFactory.ALL_SCOPES, Stream.empty()));
  }

  /** What every command was answered. */
  ApiExamples walk() {
    connect();
    use();
    bring();
    configure();
    record();
    end();
    clientKeys();
    return ApiExamples.met(examples);
  }

  private void connect() {
    ConnectFlow flow = proxy.flow("user-42");
    variables.put("CHALLENGE", String.valueOf(flow.sessionRequest("sandbox").get("code_challenge")));
    variables.put("VERIFIER", flow.verifier());
    JsonNode session = ask("createConnectSession", 201, ReferenceCall.of("POST", "/v1/connect-sessions").with("""
        {"end_user": {"id": "user-42", "display_name": "Ada Lovelace"}, "integrations": ["sandbox"],
         "return_url": "%s", "code_challenge": "$CHALLENGE", "code_challenge_method": "S256"}"""
        .formatted(ProofDeployment.RETURN_URL)).header("Idempotency-Key", "7f1c0f9e-order-1001"));
    variables.put("SESSION", session.path("id").asText());
    flow.opened(session).open().authorize();
    variables.put("FINISH_CODE", String.valueOf(flow.finishRequest().get("finish_code")));
    ask("getConnectSession", 200, ReferenceCall.of("GET", "/v1/connect-sessions/$SESSION"));
    JsonNode finished = ask("finishConnectSession", 200, ReferenceCall.of("POST", "/v1/connect-sessions/$SESSION/finish").with("""
        {"finish_code": "$FINISH_CODE", "code_verifier": "$VERIFIER", "end_user_id": "user-42"}"""));
    variables.put("CONNECTION", finished.at("/connection/id").asText());
    ask("createConnectSession", "reconnect", 201, ReferenceCall.of("POST", "/v1/connect-sessions").with("""
        {"end_user": {"id": "user-42"}, "integrations": ["sandbox"], "connection_id": "$CONNECTION",
         "return_url": "%s", "code_challenge": "$CHALLENGE", "code_challenge_method": "S256"}"""
        .formatted(ProofDeployment.RETURN_URL)));
  }

  private void use() {
    ask("listConnections", 200, ReferenceCall.of("GET", "/v1/connections?end_user=user-42&limit=20"));
    ask("getConnection", 200, ReferenceCall.of("GET", "/v1/connections/$CONNECTION"));
    ask("updateConnection", 200, ReferenceCall.of("PATCH", "/v1/connections/$CONNECTION").with("""
        {"metadata": {"team": "blue"}}"""));
    ask("readAccessToken", 200, ReferenceCall.of("GET", "/v1/connections/$CONNECTION/token?end_user=user-42&min_ttl=60"));
    ask("refreshConnection", 200, ReferenceCall.of("POST", "/v1/connections/$CONNECTION/refresh"));
    ask("probeConnection", 200, ReferenceCall.of("POST", "/v1/connections/$CONNECTION/probe"));
    ask("callProviderGet", 200, proxied("GET", "/issues"));
    ask("callProviderHead", 200, proxied("HEAD", "/echo"));
    ask("callProviderPost", 201, proxied("POST", "/issues").with("""
        {"title": "Write the report"}"""));
    ask("callProviderPut", 200, proxied("PUT", "/echo").with("""
        {"title": "Write the whole report"}"""));
    ask("callProviderPatch", 200, proxied("PATCH", "/echo").with("""
        {"title": "Write it"}"""));
    ask("callProviderDelete", 200, proxied("DELETE", "/echo"));
    ask("callProviderOptions", 200, proxied("OPTIONS", "/echo"));
  }

  private static ReferenceCall proxied(String method, String path) {
    return ReferenceCall.of(method, "/v1/proxy/$CONNECTION" + path).header("Authpipe-End-User", "user-42");
  }

  private void bring() {
    variables.put("THEIR_API_KEY", proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal());
    variables.put("THEIR_NEW_API_KEY", proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal());
    variables.put("IMPORTED", ask("createConnection", "api_key", 201, ReferenceCall.of("POST", "/v1/connections").with("""
        {"integration": "sandbox-key", "end_user": {"id": "user-43"},
         "credential": {"type": "api_key", "api_key": "$THEIR_API_KEY"}}""")).path("id").asText());
    ask("replaceCredential", 200, ReferenceCall.of("PUT", "/v1/connections/$IMPORTED/credential").with("""
        {"type": "api_key", "api_key": "$THEIR_NEW_API_KEY"}"""));
    grant();
    ask("createConnection", "oauth2", 201, ReferenceCall.of("POST", "/v1/connections").with("""
        {"integration": "sandbox", "end_user": {"id": "user-46"},
         "credential": {"type": "oauth2", "access_token": "$ACCESS_TOKEN", "refresh_token": "$REFRESH_TOKEN"}}"""));
    grant();
    ask("createConnections", 201, ReferenceCall.of("POST", "/v1/connections/batch").with("""
        {"connections": [
          {"integration": "sandbox", "end_user": {"id": "user-44", "email": "grace@example.com"},
           "credential": {"type": "oauth2", "access_token": "$ACCESS_TOKEN", "refresh_token": "$REFRESH_TOKEN"}}]}"""));
  }

  private void grant() {
    IssuedTokens tokens = proxy.provider().issueGrant(proxy.provider().accounts().getFirst(), ProofDeployment.OWN + "-sandbox",
        List.of("profile"));
    variables.put("ACCESS_TOKEN", tokens.accessToken().reveal());
    variables.put("REFRESH_TOKEN", tokens.refreshToken().reveal());
  }

  private void configure() {
    ask("listIntegrations", 200, ReferenceCall.of("GET", "/v1/integrations"));
    ask("getIntegration", 200, ReferenceCall.of("GET", "/v1/integrations/sandbox"));
    ask("putIntegration", 409, ReferenceCall.of("PUT", "/v1/integrations/sandbox"));
    ask("listProviders", 200, ReferenceCall.of("GET", "/v1/providers"));
    ask("getProvider", 200, ReferenceCall.of("GET", "/v1/providers/sandbox"));
    variables.put("CLIENT_SECRET", "sbx_secret_" + ConnectFlow.random());
    ask("putClientSecret", 200, ReferenceCall.of("PUT", "/v1/integrations/sandbox-grace/client-secret").with("""
        {"client_secret": "$CLIENT_SECRET", "previous_valid_seconds": 86400}"""));
    ask("deletePreviousClientSecret", 204, ReferenceCall.of("DELETE", "/v1/integrations/sandbox-grace/client-secret/previous"));
    variables.put("ENTRY", ask("createClientSecretEntry", 201,
        ReferenceCall.of("POST", "/v1/integrations/sandbox-grace/client-secret-entries").with("""
            {"lifetime_seconds": 1800}""")).path("id").asText());
    ask("listClientSecretEntries", 200, ReferenceCall.of("GET", "/v1/integrations/sandbox-grace/client-secret-entries"));
    ask("deleteClientSecretEntry", 204,
        ReferenceCall.of("DELETE", "/v1/integrations/sandbox-grace/client-secret-entries/$ENTRY"));
  }

  private void record() {
    ask("listAuditEvents", 200, ReferenceCall.of("GET", "/v1/audit-events?type=connection.created&limit=1"));
    ask("getAuditCheckpoint", 200, ReferenceCall.of("GET", "/v1/audit/checkpoint"));
    ask("exportAuditEvents", 200, ReferenceCall.of("GET", "/v1/audit/export"));
    deadDelivery();
    variables.put("DELIVERY", ask("listWebhookDeliveries", 200, ReferenceCall.of("GET", "/v1/webhooks/deliveries?status=dead"))
        .at("/data/0/id").asText());
    receiver.answers(Answer.of(204));
    command("webhook", "enable", "app");
    ask("replayWebhookDelivery", 202, ReferenceCall.of("POST", "/v1/webhooks/deliveries/$DELIVERY/replay"));
  }

  /** An application that answered that it is gone is not told again. */
  private void deadDelivery() {
    receiver.answers(Answer.of(410));
    command("webhook", "secret", "app");
    proxy.connectUser("sandbox", "user-45");
    await().atMost(Duration.ofSeconds(30)).until(
        () -> !proxy.application().send("GET", "/v1/webhooks/deliveries?status=dead").expect(200).json().path("data").isEmpty());
  }

  private void command(String... words) {
    CellStage.Ran ran = CellStage.run(Stream.concat(Stream.of(words),
        Stream.of("--config", proxy.firstSettings().toString(), "--workspace", ProofDeployment.OWN)).toArray(String[]::new));
    assertThat(ran.code()).as(ran.err()).isZero();
  }

  private void end() {
    ask("deleteConnection", 200, ReferenceCall.of("DELETE", "/v1/connections/$CONNECTION?end_user=user-42"));
    ask("exportEndUser", 200, ReferenceCall.of("GET", "/v1/end-users/user-42/export"));
    ask("eraseEndUser", "dry_run", 200, ReferenceCall.of("DELETE", "/v1/end-users/user-42?dry_run=true"));
    variables.put("ERASURE",
        ask("eraseEndUser", 202, ReferenceCall.of("DELETE", "/v1/end-users/user-42")).at("/erasure/id").asText());
    ask("getErasure", 200, ReferenceCall.of("GET", "/v1/erasures/$ERASURE"));
    variables.put("WORKSPACE",
        proxy.application().send("GET", "/v1/audit-events?limit=1").expect(200).json().at("/data/0/workspace").asText());
    ask("rotateAll", 202, ReferenceCall.of("POST", "/v1/workspaces/$WORKSPACE/rotate-all").with("""
        {"confirm": "acme", "integration": "sandbox-strict"}"""));
    variables.put("INCIDENT", ask("revokeAll", 202, ReferenceCall.of("POST", "/v1/workspaces/$WORKSPACE/revoke-all").with("""
        {"confirm": "acme", "integration": "sandbox-strict"}""")).at("/incident/id").asText());
    new IncidentStage(proxy.deployment(), proxy.application()).completed(variables.get("INCIDENT"));
    ask("getIncident", 200, ReferenceCall.of("GET", "/v1/incidents/$INCIDENT"));
    ask("getIncidentReport", 200, ReferenceCall.of("GET", "/v1/incidents/$INCIDENT/report"));
  }

  /** Of two keys: the second is put in the first one's place. */
  private void clientKeys() {
    actAs("shop");
    String keys = "/v1/integrations/minting-key/client-keys";
    ReferenceCall make = ReferenceCall.of("POST", keys).with("""
        {"lead_seconds": 86400}""");
    ask("createClientKey", 201, make);
    variables.put("KEY", ask("createClientKey", 201, make).path("key_id").asText());
    ask("listClientKeys", 200, ReferenceCall.of("GET", keys));
    ask("activateClientKey", 200, ReferenceCall.of("POST", keys + "/$KEY/activate"));
    ask("retireClientKey", 200, ReferenceCall.of("DELETE", keys + "/$KEY?last=true&now=true"));
  }

  private JsonNode ask(String operation, int status, ReferenceCall call) {
    return ask(operation, ApiExamples.USUAL, status, call);
  }

  private JsonNode ask(String operation, String name, int status, ReferenceCall call) {
    ReferenceCall.Reply reply = call.send(proxy.anonymous(), variables);
    assertThat(reply.status()).as(operation + ": " + reply.body()).isEqualTo(status);
    examples.computeIfAbsent(operation, _ -> new ArrayList<>())
        .add(new Example(name, call.command(), sent(call), status, answered(call, reply)));
    try {
      return JSON.readTree(reply.body());
    } catch (JsonProcessingException noJson) {
      return JSON.missingNode();
    }
  }

  private @Nullable Object sent(ReferenceCall call) {
    if (call.body() == null) {
      return null;
    }
    Map<String, String> shown = new HashMap<>(variables);
    STAND_INS.forEach((variable, member) -> shown.put(variable, ApiWords.example(member)));
    return stable.of(ReferenceCall.filled(call.body(), shown));
  }

  private @Nullable Object answered(ReferenceCall call, ReferenceCall.Reply reply) {
    if (call.method().equals("HEAD") || reply.status() >= 400 || reply.body().isBlank()) {
      return null; // what is refused has its example with its code
    }
    return stable.of(reply.body().strip().replace(proxy.provider().issuer(), ProofDeployment.PROVIDER_ORIGIN.toString())
        .replace(URI.create(proxy.provider().issuer()).getAuthority(), ProofDeployment.PROVIDER_ORIGIN.getAuthority()));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    proxy.close();
    receiver.close();
  }
}
