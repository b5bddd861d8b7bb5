package dev.authpipe.testkit.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.testkit.TestCertificates;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.LoopbackServer;

class BrowserLikeTest {

  private final LoopbackServer server = LoopbackServer.start(BrowserLikeTest::answer);
  private final BrowserLike browser = BrowserLike.fresh();

  @AfterEach
  void stop() {
    browser.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void cookieComesBackToItsSiteAndStaysInItsBrowser(String host) {
    browser.open(URI.create(server.origin(host) + "/cookie?name=plain"));

    assertThat(browser.open(URI.create(server.origin(host) + "/deep/er")).body()).contains("plain=1");
    try (var other = BrowserLike.fresh()) {
      assertThat(other.open(URI.create(server.origin(host) + "/deep/er")).body()).doesNotContain("plain=1");
    }
    browser.forgetCookies();
    assertThat(browser.open(server.origin(host)).body()).doesNotContain("plain=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void secureCookieIsSentOverTlsOnly(String host) {
    var certificates = TestCertificates.create();
    try (var secured = LoopbackServer.start(BrowserLikeTest::answer, certificates.issue("127.0.0.1", "localhost").context());
        var trusting = BrowserLike.trusting(certificates.trustingContext())) {
      trusting.open(URI.create(secured.origin(host) + "/cookie?name=__Host-b;secure"));

      assertThat(trusting.open(secured.origin(host)).body()).contains("__Host-b=1");
      assertThat(trusting.open(server.origin(host)).body()).doesNotContain("__Host-b");
    }
  }

  @Test
  void plantedCookieIsSent() {
    browser.plantCookie(server.origin(), "forged", "x");

    assertThat(browser.open(server.origin()).body()).contains("forged=x");
  }

  @Test
  void redirectsAreFollowedAndEachHopIsKept() {
    var page = browser.open(URI.create(server.origin() + "/redirect/302#secret"));

    assertThat(page.uri().getPath()).isEqualTo("/end");
    assertThat(browser.hops()).extracting(Hop::status).containsExactly(302, 200);
    assertThat(server.requests().getFirst().rawTarget()).isEqualTo("/redirect/302");
    assertThat(page.toString() + browser.hops()).doesNotContain("?");
  }

  @Test
  void stoppedRedirectIsShownAndNotOpened() {
    var page = browser.openUntil(URI.create(server.origin() + "/redirect/303"), address -> address.getPath().equals("/end"));

    assertThat(page.stoppedAt()).hasValueSatisfying(address -> assertThat(address.getQuery()).isEqualTo("from=303"));
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void formIsReadFilledInAndSubmittedAsABrowserDoes() {
    var form = browser.open(URI.create(server.origin() + "/form")).form().with("name", "Ä & B").with("decision", "allow");

    assertThat(form.fields()).containsEntry("hidden", "h");
    assertThat(browser.submit(form).body()).startsWith("POST /form").contains("name=%C3%84+%26+B").contains("decision=allow")
        .contains("Origin: " + server.origin()).contains("Sec-Fetch-Site: same-origin");
  }

  @Test
  void redirectOfAPostBecomesGetExceptWith307() {
    var form = new Form("POST", URI.create(server.origin() + "/redirect/303"), Map.of("a", "b"));

    assertThat(browser.submit(form).body()).startsWith("GET /end");
    assertThat(browser.submit(new Form("POST", URI.create(server.origin() + "/redirect/307"), Map.of("a", "b"))).body())
        .startsWith("POST /end")
        .endsWith("a=b");
  }

  @Test
  void fetchFromAnotherSiteIsMarkedAsSuch() {
    var page = browser.fetchJson("POST", server.origin(), "{}", URI.create("https://evil.example/page"), Map.of("X-Csrf", "t"));

    assertThat(page.body()).contains("Origin: https://evil.example\n").contains("Sec-Fetch-Site: cross-site")
        .contains("X-Csrf: t").endsWith("{}");
  }

  /** Answers with what arrived, except under the paths that the tests above name. */
  private static void answer(Exchange exchange) throws IOException {
    var request = exchange.request();
    var path = request.rawPath();
    if (path.startsWith("/redirect/")) {
      var status = path.substring("/redirect/".length());
      exchange.answer(Answer.redirect(Integer.parseInt(status), URI.create("/end?from=" + status)));
    } else if (path.equals("/form") && request.method().equals("GET")) {
      exchange.answer(Answer.html(200, """
          <form method="post" action="form"><input type="hidden" name="hidden" value="h"><input name="name">
          <button name="decision" value="allow">Allow</button></form>
          """));
    } else if (path.equals("/cookie")) {
      exchange
          .answer(Answer.of(200).with("Set-Cookie", request.rawQuery().substring("name=".length()).replaceFirst("(;|$)", "=1$1")
              + "; Path=/; HttpOnly; SameSite=Lax"));
    } else {
      var text = new StringBuilder(request.method()).append(' ').append(request.rawTarget()).append('\n');
      request.headers().forEach(header -> text.append(header.name()).append(": ").append(header.value()).append('\n'));
      exchange.answer(Answer.text(200, text + exchange.bodyText()));
    }
  }
}
