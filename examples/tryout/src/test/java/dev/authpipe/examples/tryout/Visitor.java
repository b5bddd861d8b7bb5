package dev.authpipe.examples.tryout;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Form;
import dev.authpipe.testkit.browser.Page;

/** A person with a browser, who does what pages offer. */
final class Visitor implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BrowserLike browser = BrowserLike.fresh();

  Page opens(URI address) {
    return browser.open(address);
  }

  Page submits(Form form) {
    return browser.submit(form);
  }

  /** Where a form sends the browser, which is not gone to yet. */
  URI sentBy(Form form) {
    return browser.submitUntil(form, _ -> true).stoppedAt().orElseThrow(() -> new AssertionError("no redirect"));
  }

  /** Goes through connect page and consent; where the browser is sent then, which is not gone to yet. */
  URI agrees(URI connectUrl, URI returnUrl) {
    assertThat(browser.open(connectUrl).status()).isEqualTo(200);
    String token = Objects.requireNonNull(connectUrl.getRawFragment());
    JsonNode view = script(connectUrl, "/connect/session", Map.of("session_token", token));
    JsonNode started = script(connectUrl, "/connect/start", Map.of("session_token", token, "csrf_token",
        view.path("csrf_token").asText(), "integration", view.at("/integrations/0/id").asText(), "fields", Map.of()));
    Page question = browser.open(URI.create(started.path("location").asText()));
    return browser
        .submitUntil(question.form().with("decision", "allow"), next -> next.toString().startsWith(returnUrl + "?"))
        .stoppedAt().orElseThrow(() -> new AssertionError("nobody was sent back to " + returnUrl));
  }

  /** What the connect page's script asks. */
  private JsonNode script(URI page, String path, Map<String, ?> body) {
    try {
      Page answer = browser.fetchJson("POST", page.resolve(path), JSON.writeValueAsString(body), page.resolve("/connect"),
          Map.of());
      assertThat(answer.status()).as(path).isEqualTo(200);
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException failure) {
      throw new AssertionError("not JSON", failure);
    }
  }

  @Override
  public void close() {
    browser.close();
  }
}
