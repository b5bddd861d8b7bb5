package dev.authpipe.proxy.connect;

import static dev.authpipe.proxy.connect.ConnectStage.code;
import static dev.authpipe.proxy.connect.ConnectStage.json;
import static dev.authpipe.proxy.connect.ConnectStage.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;

/** The page on which a person without an API key enters a client secret: its link, its guards, and what comes of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EntryPageFlowTest {
  private static final String ENTRIES = "/client-secret-entries";

  private static final Path CHROMIUM = Path.of(System.getenv().getOrDefault("DASHBOARD_CHROMIUM", "/usr/bin/chromium"));

  @TempDir
  static Path directory;
  @TempDir
  static Path profile;

  private ConnectStage stage;
  private final Browser browser = new Browser();

  @BeforeAll
  void start() {
    stage = new ConnectStage(directory);
  }

  @BeforeEach
  void reset() {
    stage.reset();
  }

  @AfterAll
  void stop() {
    browser.close();
    stage.close();
  }

  @Test
  @Tag("S65")
  void everyAnswerForbidsFramesForeignScriptsReferrersAndCaching() {
    for (String path : List.of("/client-secret", "/client-secret/page.js", "/client-secret/strings-en.js",
        "/client-secret/strings-de.js",
        "/client-secret/strings-fr.js", "/connect/parts.js")) {
      HttpResponse<String> answer = browser.get(URI.create(stage.proxy.connect() + path));
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow()).contains("default-src 'none'")
          .contains("frame-ancestors 'none'").doesNotContain("unsafe");
      assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
      assertThat(answer.headers().firstValue("Cache-Control").orElseThrow()).matches("no-store|no-cache");
    }
    assertThat(browser.get(URI.create(stage.proxy.api() + "/client-secret")).statusCode()).isIn(401, 404);
  }

  @Test
  @Tag("S70")
  void aPersonEntersASecretAndWhicheverTheProviderKnowsConnectsAndRevokes() {
    String slug = "sandbox-strict";
    String next = "sbx_secret_" + "n".repeat(40);
    JsonNode made = make(slug, object().put("previous_valid_seconds", 3600));
    String link = link(made);
    assertThat(made.path("entry_url").asText()).startsWith(stage.proxy.connect() + "/client-secret#" + stage.integration(slug));
    assertThat(stage.api("GET", path(slug), null, stage.apiKey).body()).contains(made.path("id").asText()).doesNotContain(link)
        .doesNotContain("entry_url");
    JsonNode view = open(link);
    assertThat(view.path("workspace").asText()).isEqualTo("tasklight");
    assertThat(view.path("integration").asText()).isEqualTo(slug);
    assertThat(view.path("token_origin").asText()).isNotEmpty();
    assertThat(view.path("replaces_since").asText()).isNotEmpty();
    assertThat(view.toString()).doesNotContain("ssss");
    HttpResponse<String> stored = set(browser, link, view.path("csrf_token").asText(), next);
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
    assertThat(stored.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(json(stored.body()).path("masked_prefix").asText()).isEqualTo("sbx_se");
    JsonNode shown = json(stage.api("GET", "/v1/integrations/" + slug, null, stage.apiKey).body()).path("client_secret");
    assertThat(shown.path("version").asInt()).isEqualTo(2);
    assertThat(shown.at("/previous/version").asInt()).isEqualTo(1);
    assertThat(shown.path("token_origin_changed").asBoolean()).isFalse();

    stage.provider.forgetObservations();
    JsonNode connection = stage.connect("entry-user", slug);
    assertThat(stage.provider.calls(Call.EXCHANGE)).as("refused with the new one, the code is good still").isEqualTo(2);
    knows(slug, next);
    assertThat(stage.api("DELETE", "/v1/connections/" + connection.path("id").asText(), null, stage.apiKey).statusCode())
        .isEqualTo(200);
    await().untilAsserted(() -> assertThat(secretsSentTo(stage.provider.revocationEndpoint())).isNotEmpty().endsWith(next));

    assertThat(stage.api("DELETE", "/v1/integrations/" + slug + "/client-secret/previous", null, stage.apiKey).statusCode())
        .isEqualTo(204);
    assertThat(stage.api("DELETE", "/v1/integrations/" + slug + "/client-secret/previous", null, stage.apiKey).statusCode())
        .isEqualTo(404);
    String events = stage.api("GET", "/v1/audit-events?log=client_secrets&object=" + stage.integration(slug), null, stage.apiKey)
        .body();
    assertThat(events).contains("client_secret.entry_created", "\"source\":\"page\"", "\"kind\":\"stranger\"",
        "client_secret.previous_needed", "client_secret.previous_ended", made.path("id").asText()).doesNotContain("nnnn");
  }

  @Test
  void aLinkIsGoodOnceAndSaysNothingOfWhy() {
    String link = link(make("sandbox", object()));
    String csrf = open(link).path("csrf_token").asText();
    assertThat(browser.get(URI.create(stage.proxy.connect() + "/client-secret")).statusCode()).isEqualTo(200);
    assertThat(set(browser, link, csrf, "sbx_secret_" + "s".repeat(32)).statusCode()).isEqualTo(200);
    assertThat(code(set(browser, link, csrf, "sbx_secret_again"))).isEqualTo("entry_link_invalid");
    assertThat(code(post(browser, "/entry", object().put("session_token", link)))).isEqualTo("entry_link_invalid");
    String withdrawn = link(make("sandbox", object()));
    JsonNode open = json(stage.api("GET", path("sandbox"), null, stage.apiKey).body()).path("data");
    String id = open.get(open.size() - 1).path("id").asText();
    assertThat(stage.api("DELETE", path("sandbox") + "/" + id, null, stage.otherWorkspacesKey).statusCode()).isEqualTo(404);
    assertThat(stage.api("DELETE", path("sandbox") + "/" + id, null, stage.apiKey).statusCode()).isEqualTo(204);
    assertThat(stage.api("DELETE", path("sandbox") + "/" + id, null, stage.apiKey).statusCode()).isEqualTo(404);
    assertThat(code(post(browser, "/entry", object().put("session_token", withdrawn)))).isEqualTo("entry_link_invalid");
    for (String wrong : List.of("", "x", stage.randomText(), stage.integration("sandbox") + "." + stage.randomText(),
        link.replace(stage.integration("sandbox"), stage.integration("sandbox-grace")))) {
      assertThat(code(post(browser, "/entry", object().put("session_token", wrong)))).isEqualTo("entry_link_invalid");
    }
  }

  @Test
  @Tag("S37")
  @Tag("S81")
  void onlyThePageOfTheSameBrowserCanSetAndNotTooOften() {
    String link = link(make("sandbox-grace", object().put("lifetime_seconds", 60)));
    String csrf = open(link).path("csrf_token").asText();
    ObjectNode body = body(link, csrf, "sbx_secret_evil");
    assertThat(code(browser.post(URI.create(stage.proxy.connect() + "/client-secret/set"), body.toString(),
        "https://evil.example.com"))).isEqualTo("cross_site");
    assertThat(code(post(browser, "/set", body.deepCopy().put("csrf_token", stage.randomText())))).isEqualTo("cross_site");
    try (Browser other = new Browser()) {
      assertThat(code(post(other, "/set", body))).isEqualTo("browser_mismatch");
    }
    assertThat(code(post(browser, "/set", body.deepCopy().put("client_secret", "")))).isEqualTo("invalid_request");
    assertThat(code(post(browser, "/set", body.deepCopy().put("expires_at", "2001-01-01T00:00:00Z"))))
        .isEqualTo("unprocessable");
    JsonNode before = json(stage.api("GET", "/v1/integrations/sandbox-grace", null, stage.apiKey).body()).path("client_secret");
    assertThat(before.path("version").asInt()).as("nothing was stored").isEqualTo(1);
    HttpResponse<String> last = post(browser, "/entry", object().put("session_token", link));
    for (int i = 0; i < 25; i++) {
      last = post(browser, "/entry", object().put("session_token", link));
    }
    assertThat(code(last)).isEqualTo("rate_limited");
    assertThat(last.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void badWishesAreRefused() {
    assertThat(code(stage.api("POST", path("sandbox"), "{\"lifetime_seconds\":86401}", stage.apiKey)))
        .isEqualTo("invalid_request");
    assertThat(code(stage.api("POST", path("sandbox"), "{\"lifetime_seconds\":59}", stage.apiKey))).isEqualTo("invalid_request");
    assertThat(code(stage.api("POST", path("sandbox"), "{\"previous_valid_seconds\":2592001}", stage.apiKey)))
        .isEqualTo("invalid_request");
    assertThat(code(stage.api("POST", path("sandbox-key"), "{}", stage.apiKey))).isEqualTo("unprocessable");
    assertThat(code(stage.api("PUT", "/v1/integrations/sandbox/client-secret",
        "{\"client_secret\":\"x\",\"previous_valid_seconds\":-1}", stage.apiKey))).isEqualTo("invalid_request");
  }

  /** The page's own script against the real server, as a browser runs it. */
  @Test
  @Tag("S65")
  void aBrowserShowsThePageAndItsScriptsAreLetRun() throws Exception {
    assumeTrue(Files.isExecutable(CHROMIUM), "Chromium is missing: install the package chromium");
    String link = link(make("sandbox-installation", object().put("previous_valid_seconds", 7200)));
    String shown = inChromium("/client-secret#" + link);
    assertThat(shown).contains("<h1 tabindex=\"-1\">Enter the client secret for ", "tasklight", "sandbox-installation",
        "still works beside it for 2 hours", "type=\"password\"").doesNotContain(link);
    assertThat(inChromium("/client-secret#" + stage.integration("sandbox") + "." + stage.randomText()))
        .contains("This link has run out, was used already or is not complete.");
    assertThat(inChromium("/connect#" + stage.session("page-user", "sandbox").token()))
        .contains("would like to connect to your", "Continue to ");
  }

  /** What a page has become. */
  private String inChromium(String address) throws IOException, InterruptedException {
    Process chromium = new ProcessBuilder(CHROMIUM.toString(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--lang=en-GB", "--user-data-dir=" + profile,
        "--virtual-time-budget=10000", "--dump-dom", stage.proxy.connect() + address)
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream page = chromium.getInputStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      chromium.destroy();
      chromium.waitFor();
    }
  }

  private void knows(String slug, String secret) {
    stage.provider.registerClient(new RegisteredClient("client_tasklight_" + slug, "tasklight",
        new ClientAuthentication.Basic(ConcealedText.of(secret)),
        Set.of(stage.proxy.connect() + "/callback/" + stage.integration(slug))));
  }

  private List<String> secretsSentTo(URI endpoint) {
    return stage.provider.requestsTo(endpoint.getRawPath()).stream()
        .map(request -> new String(Base64.getDecoder().decode(request.header("Authorization").orElseThrow().substring(6)),
            StandardCharsets.UTF_8))
        .map(pair -> pair.substring(pair.indexOf(':') + 1)).toList();
  }

  private static String path(String slug) {
    return "/v1/integrations/" + slug + ENTRIES;
  }

  private JsonNode make(String slug, ObjectNode body) {
    HttpResponse<String> answer = stage.api("POST", path(slug), body.toString(), stage.apiKey);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    return json(answer.body());
  }

  private static String link(JsonNode made) {
    return URI.create(made.path("entry_url").asText()).getRawFragment();
  }

  private JsonNode open(String link) {
    HttpResponse<String> answer = post(browser, "/entry", object().put("session_token", link));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    return json(answer.body());
  }

  private HttpResponse<String> set(Browser who, String link, String csrf, String secret) {
    return post(who, "/set", body(link, csrf, secret));
  }

  private static ObjectNode body(String link, String csrf, String secret) {
    return object().put("session_token", link).put("csrf_token", csrf).put("client_secret", secret);
  }

  private HttpResponse<String> post(Browser who, String path, ObjectNode body) {
    return stage.page(who, "/client-secret" + path, body);
  }
}
