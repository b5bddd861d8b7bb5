package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.answersHtml;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.management.HotSpotDiagnosticMXBean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.StoreDump;
import dev.authpipe.testkit.browser.Page;
import dev.authpipe.testkit.sandbox.Call;

/**
 * Every kind of secret goes through every flow with a canary in it, at TRACE; afterwards each place where a secret could have got to is
 * searched for each. A search counts only because it finds, in the same place, something that is known to stand there.
 */
@Tag("S1")
@Tag("S62")
@Isolated // logs everything at the finest level
class CanaryIT {
  private static final String PERSON = "canary-person-in-plain-sight";

  @TempDir
  Path temporary;

  /**
   * A place that is searched.
   *
   * @param control text that stands there for certain
   * @param search  finds a text there
   */
  private record Sink(String control, Function<CanaryText, List<CanaryText.Finding>> search) {}

  private final Map<String, CanaryText> canaries = new LinkedHashMap<>();
  private final Map<String, String> problems = new ConcurrentHashMap<>();

  @Test
  void noSecretIsFoundWhereItMustNotBe() throws IOException {
    CanaryText provided = planted("access token, refresh token, code and API key of the provider");
    CanaryText registered = planted("client secret");
    JumpingClock clock = new JumpingClock();
    try (EmbeddedDatabases databases = EmbeddedDatabases.start();
        CapturedLogs logs = new CapturedLogs();
        ProxyFixture proxy = ProxyFixture.with().clock(clock).databases(databases).provider(settings -> settings.canary(provided))
            .clientSecret(ConcealedText.of("sbx_secret_" + registered.text())).settings("log: {level: trace}\n").start()) {
      logs.raise();
      walk(proxy, clock);
      Map<String, Sink> sinks = sinks(proxy, logs);
      assertThat(canaries).hasSizeGreaterThan(10);
      Set<String> found = new TreeSet<>();
      sinks.forEach((name, sink) -> {
        assertThat(sink.search.apply(CanaryText.of(sink.control))).as("the search of %s finds what stands there", name)
            .isNotEmpty();
        canaries.forEach((secret, canary) -> sink.search.apply(canary)
            .forEach(finding -> found.add(secret + " in " + name + " as " + finding.form() + " at " + finding.place())));
      });
      assertThat(found).isEmpty();
    }
  }

  private CanaryText planted(String name) {
    CanaryText canary = CanaryText.random(new SecureRandom());
    canaries.put(name, canary);
    return canary;
  }

  private void known(String name, String secret) {
    canaries.put(name, CanaryText.of(secret));
  }

  /** Every flow there is, and the failures of each. */
  private void walk(ProxyFixture proxy, JumpingClock clock) throws IOException {
    String apiKey = proxy.apiKeys().create(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES, java.util.stream.Stream.empty());
    known("API key", apiKey);
    ContractClient application = proxy.callerWithKey(apiKey);
    connectAndUse(proxy, application);
    keyBased(proxy, application);
    failuresOfConnecting(proxy, application);
    failuresOfUsing(proxy, application, clock);
    imported(proxy, application);
    reload(proxy);
    keep("refused key", application.send("GET", "/v1/connections", null, Map.of("Authorization", "Bearer " + altered(apiKey))));
  }

  private void connectAndUse(ProxyFixture proxy, ContractClient application) {
    ConnectFlow flow = proxy.flow(application, PERSON);
    flow.begin("sandbox");
    Page start = flow.start();
    java.net.URI authorize = java.net.URI.create(ConnectFlow.read(start).path("location").asText());
    known("state", ConnectFlow.parameter(authorize, "state").orElseThrow());
    flow.follow(authorize);
    String connection = flow.finish().expect(200).json().at("/connection/id").asText();
    flow.finish().expect(200);
    known("session token", flow.sessionToken());
    known("finish code", flow.finishCode());
    known("verifier of the application", flow.verifier());
    flow.browser().cookies().forEach(cookie -> known("cookie " + cookie.getName(), cookie.getValue()));
    known("verifier of the proxy", sentToTheTokenEndpoint(proxy, "code_verifier"));
    known("code", sentToTheTokenEndpoint(proxy, "code"));
    String accessToken = application.accessToken(connection).expect(200).json().path("access_token").asText();
    known("access token", accessToken);
    proxy.provider().liveTokens().refreshTokens().forEach(token -> known("refresh token", token.reveal()));
    application.proxied(connection, "/me").expect(200);
    application.send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
    application.send("POST", "/v1/connections/" + connection + "/probe");
    application.send("GET", "/v1/connections/" + connection).expect(200);
    keep("echoed", application.proxied(connection, "/status/500?body=a"));
    String second = proxy.flow(application, "canary-other-person").connect("sandbox-strict");
    application.send("POST", "/v1/connections/" + second + "/refresh").expect(200);
    application.send("DELETE", "/v1/connections/" + second);
    keep("disconnected", application.accessToken(second));
    proxy.flow(application, "canary-erased-person").connect("sandbox-grace");
    application.send("DELETE", "/v1/end-users/canary-erased-person").expect(202);
  }

  private void keyBased(ProxyFixture proxy, ContractClient application) {
    String key = proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal();
    known("API key of the provider", key);
    String connection = proxy.flow(application, "canary-key-person").connectWithKey("sandbox-key", key);
    application.proxied(connection, "/me").expect(200);
    application.accessToken(connection);
    String wrong = "wrong-" + ConnectFlow.random();
    known("wrong API key of the provider", wrong);
    ConnectFlow flow = proxy.flow(application, "canary-wrong-key-person");
    flow.begin("sandbox-key");
    Page entered = flow.enter(wrong);
    if (entered.status() == 200) {
      flow.returnedTo(java.net.URI.create(ConnectFlow.read(entered).path("location").asText()));
    }
    keep("wrong key", flow.finish());
  }

  private void failuresOfConnecting(ProxyFixture proxy, ContractClient application) {
    for (String what : List.of("wrong verifier", "html", "denied", "other browser")) {
      ConnectFlow flow = proxy.flow(application, "canary-failing-person");
      flow.begin("sandbox");
      if (what.equals("other browser")) {
        Page start = flow.start();
        flow.browser().forgetCookies();
        problems.put(what, flow.follow(java.net.URI.create(ConnectFlow.read(start).path("location").asText())).body());
      } else {
        flow.authorize();
      }
      known("session token (" + what + ")", flow.sessionToken());
      if (!flow.finishCode().isEmpty()) {
        known("finish code (" + what + ")", flow.finishCode());
      }
      Map<String, Object> request = flow.finishRequest();
      switch (what) {
        case "wrong verifier" -> {
          String other = ConnectFlow.random();
          known("wrong verifier", other);
          request.put("code_verifier", other);
        }
        case "html" -> proxy.provider().script().next(Call.EXCHANGE, answersHtml());
        case "denied" -> proxy.provider().script().next(Call.EXCHANGE, oauthError("invalid_grant"));
        default -> {
        }
      }
      keep(what, flow.finish(request));
      proxy.provider().script().clear();
    }
    keep("unknown field", application.send("POST", "/v1/connect-sessions", Map.of("session_token", ConnectFlow.random())));
  }

  private void failuresOfUsing(ProxyFixture proxy, ContractClient application, JumpingClock clock) {
    String connection = proxy.flow(application, "canary-expiring-person").connect("sandbox");
    clock.advance(ProofDeployment.PAST_EXPIRY);
    proxy.provider().script().always(Call.REFRESH, oauthError(503, "temporarily_unavailable"));
    keep("provider fails", application.accessToken(connection).expect(502));
    keep("backoff", application.accessToken(connection).expect(424));
    proxy.provider().script().clear();
    connection = proxy.flow(application, "canary-revoked-person").connect("sandbox");
    clock.advance(ProofDeployment.PAST_EXPIRY);
    proxy.provider().script().always(Call.REFRESH, oauthError("invalid_grant"));
    keep("reauth", application.accessToken(connection).expect(424));
    proxy.provider().script().clear();
    keep("no such path", application.proxied(connection, "/%2e%2e/token"));
    keep("proxy only", application.accessToken(proxy.flow(application, "canary-guarded-person").connect("guarded")));
  }

  private void imported(ProxyFixture proxy, ContractClient application) {
    String key = proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal();
    known("imported API key", key);
    ContractAnswer made = application.send("POST", "/v1/connections",
        Map.of("integration", "sandbox-key", "end_user", Map.of("id", "canary-imported-person"), "credential",
            Map.of("type", "api_key", "api_key", key)));
    keep("import", made);
    String refused = "refused-" + ConnectFlow.random();
    known("refused API key", refused);
    keep("refused import", application.send("POST", "/v1/connections", Map.of("integration", "sandbox-key", "end_user",
        Map.of("id", "canary-imported-person"), "credential", Map.of("type", "api_key", "api_key", refused))));
    String unread = "unread-" + ConnectFlow.random();
    known("secret in a body that is refused", unread);
    keep("broken JSON", application.send("POST", "/v1/connections", "{\"credential\": {\"api_key\": \"" + unread + "\", }"));
  }

  /** A wrong settings file with a secret where none belongs, then the right one again. */
  private void reload(ProxyFixture proxy) throws IOException {
    Path settings = proxy.deployment().directory().resolve("authpipe-1.yaml");
    String right = Files.readString(settings);
    Files.writeString(settings, right + "\nclient_secrett: x\n");
    awaitReload(proxy, "refused");
    Files.writeString(settings, right + "\n");
    awaitReload(proxy, "applied");
  }

  private static void awaitReload(ProxyFixture proxy, String outcome) {
    org.awaitility.Awaitility.await().until(() -> proxy.metrics().lines().anyMatch(line -> line
        .matches("authpipe_configuration_reloads_total\\{.*outcome=\"" + outcome + "\".*} 1(\\.0)?")));
  }

  private Map<String, Sink> sinks(ProxyFixture proxy, CapturedLogs logs) throws IOException {
    Map<String, Sink> sinks = new LinkedHashMap<>();
    sinks.put("the logs at TRACE", sink("dev.authpipe.proxy.", logs.bytes()));
    sinks.put("the problem bodies",
        sink("urn:authpipe:error:", String.join("\n", problems.values()).getBytes(StandardCharsets.UTF_8)));
    sinks.put("the metrics page", sink("jvm_memory_used_bytes", proxy.metrics().getBytes(StandardCharsets.UTF_8)));
    sinks.put("the thread dump", sink("java.lang.Thread", threads()));
    for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
      var superuser = proxy.deployment().stores().superuser(store);
      sinks.put("the rows of " + store, sink(control(store), StoreDump.rows(superuser)));
      Path directory = StoreDump.databaseDirectory(superuser);
      sinks.put("the files of " + store, new Sink(control(store), canary -> canary.search(directory)));
    }
    Path wal = StoreDump.writeAheadLog(proxy.deployment().stores().superuser(Store.VAULT));
    sinks.put("the write-ahead log", new Sink(PERSON, canary -> canary.search(wal)));
    Path kept = proxy.deployment().directory().resolve("data-1");
    sinks.put("the data directory", new Sink("acme-sandbox-strict", canary -> canary.search(kept)));
    return sinks;
  }

  private static String control(Store store) {
    return store == Store.VAULT ? PERSON : "client_secret.set";
  }

  private static Sink sink(String control, byte[] content) {
    return new Sink(control, canary -> canary.search(content));
  }

  private byte[] threads() throws IOException {
    Path dump = temporary.resolve("threads.json");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpThreads(dump.toString(),
        HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Files.readAllBytes(dump));
    Thread.getAllStackTraces().keySet().forEach(thread -> all.writeBytes((thread + "\n").getBytes(StandardCharsets.UTF_8)));
    return all.toByteArray();
  }

  private void keep(String what, ContractAnswer answer) {
    problems.put(what, answer.headers() + "\n" + answer.text());
  }

  private static String altered(String apiKey) {
    char last = apiKey.charAt(apiKey.length() - 1);
    return apiKey.substring(0, apiKey.length() - 1) + (last == 'a' ? 'b' : 'a');
  }

  private static String sentToTheTokenEndpoint(ProxyFixture proxy, String parameter) {
    String body = proxy.provider().requestsTo("/token").getLast().bodyText();
    Matcher matcher = Pattern.compile("(?:^|&)" + parameter + "=([^&]+)").matcher(body);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }
}
