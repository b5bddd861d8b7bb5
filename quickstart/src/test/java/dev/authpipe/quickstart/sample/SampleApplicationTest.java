package dev.authpipe.quickstart.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleApplicationTest {

  private StandInProxy proxy;
  private SampleApplication application;
  private final Happened circumstances = new Happened();

  @BeforeEach
  void start() throws IOException {
    proxy = new StandInProxy();
    application = SampleApplication
        .start(new SampleSettings(0, proxy.client(), List.of("sandbox", "sandbox-archive"), "/issues", proxy.profileAddress(),
            Clock.systemUTC(), circumstances));
  }

  @AfterEach
  void stop() {
    application.close();
    proxy.close();
  }

  private Browser browser() {
    return new Browser(application.address());
  }

  private static String returned(String session) {
    return "{\"session_id\":\"" + session + "\",\"finish_code\":\"" + StandInProxy.FINISH_CODE + "\"}";
  }

  private static String connected(Browser browser) {
    String session = browser.json("POST", "/api/connect", "").path("session_id").asText();
    return browser.json("POST", "/api/connect/finish", returned(session)).path("id").asText();
  }

  @Test
  void connectsImportsDisconnectsAndErases() {
    Browser ada = browser().signedInAs("user_ada");

    String connection = connected(ada);
    assertThat(ada.overview().at("/connections/0/id").asText()).isEqualTo(connection);
    assertThat(ada.json("POST", "/api/connections/" + connection + "/import", "").path("added").asInt()).isEqualTo(2);
    assertThat(ada.json("POST", "/api/connections/" + connection + "/import", "").path("added").asInt()).isZero();
    assertThat(ada.overview().at("/tasks/0/title").asText()).isEqualTo("<b>Checkout</b> fails");
    assertThat(ada.json("POST", "/api/connections/" + connection + "/profile", "").toString()).isEqualTo("{\"login\":\"ada\"}");

    ada.json("DELETE", "/api/connections/" + connection, "");
    assertThat(ada.overview().path("connections")).isEmpty();
    assertThat(ada.overview().path("tasks")).isEmpty();

    connected(ada);
    assertThat(ada.json("POST", "/api/erase-me", "").path("erasure").asText()).isEqualTo("era_1");
    assertThat(ada.overview().path("connections")).isEmpty();
  }

  @Test
  void returnUrlIsThisApplicationsOwnPage() {
    browser().signedInAs("user_ada").json("POST", "/api/connect", "");

    assertThat(proxy.returnUrls()).containsExactly(application.address() + "/connected");
  }

  @Test
  @Tag("S10")
  void sessionThatSomebodyElseStartedIsRefusedBeforeTheProxyIsAsked() {
    Browser mallory = browser().signedInAs("user_bruno");
    String session = mallory.json("POST", "/api/connect", "").path("session_id").asText();

    HttpResponse<String> answer = browser().signedInAs("user_ada").send("POST", "/api/connect/finish", returned(session));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("not_this_users_session");
    assertThat(proxy.finishBodies()).isEmpty();
  }

  @Test
  void connectionOfSomebodyElseLooksLikeNone() {
    String connection = connected(browser().signedInAs("user_ada"));
    Browser bruno = browser().signedInAs("user_bruno");

    assertThat(bruno.overview().path("connections")).isEmpty();
    assertThat(bruno.send("DELETE", "/api/connections/" + connection, "").statusCode()).isEqualTo(404);
    assertThat(bruno.send("POST", "/api/connections/" + connection + "/import", "").statusCode()).isEqualTo(404);
    assertThat(bruno.send("POST", "/api/connections/" + connection + "/profile", "").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:1", "null", "https://evil.example", ""})
  @Tag("S81")
  void changeFromAnotherOriginIsRefused(String origin) {
    Browser ada = browser().signedInAs("user_ada");

    assertThat(ada.sendFrom(origin, "POST", "/api/connect", "").statusCode()).isEqualTo(403);
    assertThat(proxy.returnUrls()).isEmpty();
  }

  @Test
  void nothingIsAnsweredWithoutSigningIn() {
    assertThat(browser().send("GET", "/api/overview", "").body()).isEqualTo("{\"signed_in\":false}");
    assertThat(browser().send("GET", "/api/connect/cs_1", "").statusCode()).isEqualTo(401);
    assertThat(browser().send("POST", "/api/connect", "").statusCode()).isEqualTo(401);
    assertThat(browser().send("POST", "/api/sign-in", "{\"person\":\"root\"}").statusCode()).isEqualTo(400);
  }

  @Test
  void signingOutEndsTheSessionOnTheServer() {
    Browser ada = browser();
    String cookie = ada.send("POST", "/api/sign-in", "{\"person\":\"user_ada\"}").headers().firstValue("Set-Cookie")
        .orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Lax", "Path=/");

    assertThat(ada.overview().path("name").asText()).isEqualTo("Ada Okafor");

    Browser thief = new Browser(application.address(), cookie.substring(0, cookie.indexOf(';')));
    ada.send("POST", "/api/sign-out", "");

    assertThat(thief.overview().path("signed_in").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/connected", "/record", "/tasklight.css", "/icon.svg"})
  @Tag("S65")
  void everyPageForbidsInlineScriptAndFraming(String path) {
    HttpResponse<String> answer = browser().send("GET", path, "");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe-inline");
    assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(answer.body()).doesNotContainPattern("<script(?![^>]*src=)").doesNotContainPattern(" on[a-z]+=")
        .doesNotContain("style=").doesNotContain("https://");
  }

  @Test
  void pagesMayBeKeptByTheBrowserAndAnswersMayNot() {
    assertThat(browser().send("GET", "/", "").headers().firstValue("Cache-Control")).contains("no-cache");
    assertThat(browser().send("GET", "/tasklight.js", "").statusCode()).isEqualTo(200);
    assertThat(browser().signedInAs("user_ada").send("GET", "/api/overview", "").headers().firstValue("Cache-Control"))
        .contains("no-store");
  }

  @Test
  @Tag("S10")
  void reconnectsAConnectionOfOnesOwnAndNoOther() {
    Browser ada = browser().signedInAs("user_ada");
    String wish = "{\"integration\":\"sandbox\",\"connection_id\":\"" + connected(ada) + "\"}";

    assertThat(ada.send("POST", "/api/connect", wish).statusCode()).isEqualTo(200);
    assertThat(browser().signedInAs("user_bruno").send("POST", "/api/connect", wish).statusCode()).isEqualTo(404);
    assertThat(ada.send("POST", "/api/connect", "{\"integration\":\"payroll\"}").statusCode()).isEqualTo(400);
    assertThat(ada.send("POST", "/api/connect", "{\"integration\":\"sandbox-archive\"}").statusCode()).isEqualTo(200);
    assertThat(proxy.reconnects()).containsExactly("", "conn_1", "");
  }

  @Test
  @Tag("S10")
  void statusIsToldToWhoeverBeganAndToNobodyElse() {
    Browser ada = browser().signedInAs("user_ada");
    String session = ada.json("POST", "/api/connect", "{}").path("session_id").asText();

    assertThat(ada.json("GET", "/api/connect/" + session, "").toString())
        .isEqualTo("{\"status\":\"pending\",\"reason\":\"access_denied\",\"connection_id\":null}");
    assertThat(browser().signedInAs("user_bruno").send("GET", "/api/connect/" + session, "").statusCode()).isEqualTo(404);
  }

  @Test
  void recordTellsOfOnesOwnStepsInTheirOrderAndAsksForNothingElse() {
    connected(browser().signedInAs("user_bruno"));
    Browser ada = browser().signedInAs("user_ada");
    String connection = connected(ada);
    assertThat(ada.json("GET", "/api/connections", "").at("/data/0/id").asText()).isEqualTo(connection);

    JsonNode steps = ada.json("GET", "/api/record", "").path("steps");

    assertThat(proxy.askedAbout()).containsExactlyInAnyOrder("cs_2", connection);
    assertThat(steps.findValuesAsText("title")).containsExactly("You disconnected", "Tasklight used the connection",
        "You connected an account");
    assertThat(steps.path(2).findValuesAsText("type")).containsExactly("connect.session_created", "connect.started",
        "connection.created", "connect.finished");
  }

  @Test
  void everyTypeOfEventWithWordsIsOneOfTheAuditLogs() throws IOException {
    String known = Files.readString(Path.of("..", "docs", "audit-events.md"));

    assertThat(RecordWords.types()).isNotEmpty().allSatisfy(type -> assertThat(known).contains("| `" + type + "` |"));
  }

  @Test
  void timePassesAtMostForAsLongAsALoginSessionLasts() {
    Browser ada = browser().signedInAs("user_ada");
    while (ada.send("POST", "/api/try/time", "").statusCode() == 200) {
      assertThat(circumstances.passed).isLessThan(LoginSessions.LIFETIME);
    }
    assertThat(ada.send("POST", "/api/try/time", "").body()).contains("time_is_up");
    assertThat(ada.overview().path("hours_passed").asLong()).isEqualTo(circumstances.passed.toHours());
  }

  private static final class Happened implements Circumstances {
    private Duration passed = Duration.ZERO;

    @Override
    public void letTimePass(Duration step) {
      passed = passed.plus(step);
    }

    @Override
    public void withdrawGrants(String account) {}
  }

  @Test
  void pathOutsideThePagesIsNothing() {
    assertThat(browser().send("GET", "/../Main.class", "").statusCode()).isEqualTo(404);
    assertThat(browser().send("GET", "/index.html", "").statusCode()).isEqualTo(404);
  }
}
