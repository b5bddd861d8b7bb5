package dev.authpipe.quickstart.flow;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.testkit.browser.Page;

/** One trip of one person through the connect flow, with the browser doing what the pages' scripts do. */
final class ConnectTrip {
  private static final String HOSTED_PAGE = "the hosted page";

  private final Surroundings where;
  private final SampleVisitor visitor;
  private final Known<URI> connectUrl = new Known<>("a connect URL");
  private final Known<String> session = new Known<>("a connect session");
  private final Known<JsonNode> view = new Known<>("the hosted page's view");
  private final Known<URI> provider = new Known<>("the provider's address");
  private final Known<URI> callback = new Known<>("the callback's address");
  private final Known<Map<String, String>> returned = new Known<>("the return to the application");

  ConnectTrip(Surroundings where, SampleVisitor visitor) {
    this.where = where;
    this.visitor = visitor;
  }

  String opensSession() {
    JsonNode started = visitor.asks("POST", "/api/connect", Map.of());
    URI url = URI.create(started.path("connect_url").asText());
    Expect.that(url.toString().startsWith(where.connect().toString()), "an address of the connect listener",
        "an address elsewhere");
    Expect.that(url.getRawFragment() != null && url.getRawQuery() == null, "the session token in the fragment only",
        "it elsewhere");
    connectUrl.is(url);
    session.is(started.path("session_id").asText());
    return session.get();
  }

  String session() {
    return session.get();
  }

  String loadsHostedPage() {
    Page page = visitor.browser().open(connectUrl.get());
    Expect.status(200, page.status(), HOSTED_PAGE);
    String policy = page.header("Content-Security-Policy").orElse("");
    Expect.that(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"),
        "a content security policy without inline script and framing", policy.isEmpty() ? "none" : "a weaker one");
    return "";
  }

  /** A GET consumes nothing; this POST binds the browser and tells the page what to show. */
  String bindsBrowser() {
    JsonNode shown = post("/connect/session", Map.of("session_token", sessionToken()));
    Expect.number(1, shown.path("integrations").size(), "integration to choose");
    view.is(shown);
    return shown.path("integrations").path(0).path("provider").asText() + " for " + shown.path("end_user").asText();
  }

  String startsAttempt() {
    JsonNode answer = post("/connect/start",
        Map.of("session_token", sessionToken(), "csrf_token", view.get().path("csrf_token").asText(), "integration",
            view.get().path("integrations").path(0).path("id").asText(), "fields", Map.of()));
    URI address = URI.create(answer.path("location").asText());
    Map<String, String> query = query(address);
    Expect.that("S256".equals(query.get("code_challenge_method")), "PKCE with S256", "none");
    Expect.that(query.getOrDefault("state", "").length() >= 43, "a state of 256 random bits", "a shorter one");
    Expect.that(query.getOrDefault("redirect_uri", "").startsWith(where.connect() + "/callback/int_"),
        "the redirect URI of this integration alone", "another one");
    provider.is(address);
    return "PKCE S256, state of 256 bits";
  }

  String consents() {
    Page question = visitor.browser().open(provider.get());
    Expect.status(200, question.status(), "the provider's consent page");
    Page answer = visitor.browser().submitUntil(question.form().with("decision", "allow"),
        next -> next.getRawAuthority().equals(where.connect().getRawAuthority()));
    URI address = answer.stoppedAt().orElseThrow(() -> new StepFailure("a redirect to the callback", "none"));
    Map<String, String> query = query(address);
    Expect.that(query.containsKey("code"), "an authorization code", query.getOrDefault("error", "none"));
    callback.is(address);
    return "";
  }

  String returnsToApplication() {
    int exchanged = where.provider().codeExchanges();
    Page page = visitor.browser().openUntil(callback.get(),
        next -> next.getRawAuthority().equals(where.sample().getRawAuthority()));
    Expect.that(page.stoppedAt().isPresent(), "a redirect back to the application", "status " + page.status());
    Expect.status(303, page.status(), "the callback");
    URI address = page.stoppedAt().orElseThrow();
    Expect.that(address.getRawPath().equals("/connected"), "the return URL", "another page");
    Map<String, String> query = query(address);
    Expect.that(session.get().equals(query.get("session_id")) && query.containsKey("finish_code"),
        "session id and finish code", "something else");
    Expect.number(exchanged, where.provider().codeExchanges(), "codes exchanged before finish");
    Expect.status(200, visitor.browser().open(address).status(), "the application's return page");
    returned.is(query);
    return "nothing exchanged yet";
  }

  String refusesTo(SampleVisitor somebodyElse) {
    int exchanged = where.provider().codeExchanges();
    String code = somebodyElse.refused("POST", "/api/connect/finish", finishBody());
    Expect.number(exchanged, where.provider().codeExchanges(), "codes exchanged");
    return code;
  }

  ConnectionId finishes() {
    int exchanged = where.provider().codeExchanges();
    JsonNode connection = visitor.asks("POST", "/api/connect/finish", finishBody());
    Expect.number(exchanged + 1L, where.provider().codeExchanges(), "code exchanged");
    Expect.that("active".equals(connection.path("status").asText()), "an active connection",
        "status " + connection.path("status").asText("missing"));
    return new ConnectionId(connection.path("id").asText());
  }

  /** The whole trip at once. */
  ConnectionId travel() {
    opensSession();
    loadsHostedPage();
    bindsBrowser();
    startsAttempt();
    consents();
    returnsToApplication();
    return finishes();
  }

  private Map<String, String> finishBody() {
    return Map.of("session_id", session.get(), "finish_code", returned.get().getOrDefault("finish_code", ""));
  }

  private String sessionToken() {
    return connectUrl.get().getRawFragment();
  }

  private JsonNode post(String path, Map<String, Object> body) {
    Page answer = visitor.browser().fetchJson("POST", where.connect().resolve(path), Json.write(body), where.connect(),
        Map.of("Accept", "application/json"));
    JsonNode json = Json.read(answer.body(), HOSTED_PAGE);
    Expect.that(answer.status() == 200, path + " answers 200",
        "it answered " + answer.status() + " " + json.path("code").asText("without a code"));
    return json;
  }

  private static Map<String, String> query(URI address) {
    String raw = address.getRawQuery() == null ? "" : address.getRawQuery();
    return Arrays.stream(raw.split("&", -1)).filter(pair -> pair.indexOf('=') > 0)
        .collect(Collectors.toMap(pair -> pair.substring(0, pair.indexOf('=')),
            pair -> URLDecoder.decode(pair.substring(pair.indexOf('=') + 1), StandardCharsets.UTF_8), (first, second) -> first));
  }
}
