package dev.authpipe.quickstart.flow;

import java.net.URI;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;

/** Somebody with a browser on the sample application's page. */
final class SampleVisitor implements AutoCloseable {
  private static final String SAMPLE = "the sample application";

  private final URI sample;
  private final BrowserLike browser = BrowserLike.fresh();

  SampleVisitor(URI sample) {
    this.sample = sample;
  }

  BrowserLike browser() {
    return browser;
  }

  String signIn(String person) {
    Page page = browser.open(sample.resolve("/"));
    Expect.status(200, page.status(), SAMPLE);
    return asks("POST", "/api/sign-in", Map.of("person", person)).asText();
  }

  /** What the page's script asks of its back end; a refusal fails the step. */
  JsonNode asks(String method, String path, Map<String, String> body) {
    Page answer = send(method, path, body);
    JsonNode json = Json.read(answer.body(), SAMPLE);
    Expect.that(answer.status() / 100 == 2, SAMPLE + " does as asked",
        SAMPLE + " answered " + answer.status() + " " + json.path("code").asText("without a code"));
    return json;
  }

  /** The code with which the application refuses; not refusing fails the step. */
  String refused(String method, String path, Map<String, String> body) {
    Page answer = send(method, path, body);
    Expect.that(answer.status() / 100 == 4, SAMPLE + " refuses", SAMPLE + " answered " + answer.status());
    return Json.read(answer.body(), SAMPLE).path("code").asText();
  }

  private Page send(String method, String path, Map<String, String> body) {
    return browser.fetchJson(method, sample.resolve(path), body.isEmpty() ? "" : Json.write(body), sample, Map.of());
  }

  @Override
  public void close() {
    browser.close();
  }
}
