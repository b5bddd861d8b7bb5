package dev.authpipe.quickstart.flow;

import java.net.URI;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;

/** A member of a workspace with a browser at the control plane, who does over its REST API what the dashboard does. */
public final class Member implements AutoCloseable {
  private static final String CONTROL_PLANE = "the control plane";

  private final URI dashboard;
  private final BrowserLike browser = BrowserLike.fresh();

  /**
   * Somebody who is not signed in.
   *
   * @param dashboard origin of the control plane's dashboard
   */
  public Member(URI dashboard) {
    this.dashboard = dashboard;
  }

  /** Reads something; a refusal fails the step. */
  public JsonNode reads(String path) {
    return answered(browser.open(dashboard.resolve(path)));
  }

  /** Whether there is something to read yet. */
  boolean finds(String path) {
    return browser.open(dashboard.resolve(path)).status() == 200;
  }

  /** Changes something; a refusal fails the step. */
  public JsonNode asks(String method, String path, Map<String, ?> body) {
    return answered(send(method, path, body));
  }

  /** The code with which the control plane refuses; not refusing fails the step. */
  String refused(String method, String path, Map<String, ?> body) {
    Page answer = send(method, path, body);
    Expect.that(answer.status() / 100 == 4, CONTROL_PLANE + " refuses", CONTROL_PLANE + " answered " + answer.status());
    return Json.read(answer.body(), CONTROL_PLANE).path("code").asText();
  }

  private Page send(String method, String path, Map<String, ?> body) {
    String token = reads("/api/v1/csrf-token").path("csrf_token").asText();
    return browser.fetchJson(method, dashboard.resolve(path), body.isEmpty() ? "" : Json.write(body), dashboard,
        Map.of("Authpipe-Csrf-Token", token));
  }

  private static JsonNode answered(Page answer) {
    JsonNode json = Json.read(answer.body().isEmpty() ? "{}" : answer.body(), CONTROL_PLANE);
    Expect.that(answer.status() / 100 == 2, CONTROL_PLANE + " does as asked",
        CONTROL_PLANE + " answered " + answer.status() + " " + json.path("code").asText("without a code"));
    return json;
  }

  @Override
  public void close() {
    browser.close();
  }
}
