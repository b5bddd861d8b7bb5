package dev.authpipe.control.member;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.control.ops.ControlClient.Answer;
import dev.authpipe.control.ops.RunningControlPlane;

/** A browser with our dashboard open: it keeps cookies and sends the CSRF token of the moment. */
public final class Visitor {
  static final String SESSION = "authpipe_session";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunningControlPlane plane;
  private final Map<String, String> cookies = new LinkedHashMap<>();

  Visitor(RunningControlPlane plane) {
    this.plane = plane;
  }

  public Answer get(String path) {
    return keep(client().get(path));
  }

  public Answer post(String path, String... fields) {
    return send("POST", path, body(fields));
  }

  public Answer send(String method, String path, @Nullable String body) {
    return keep(ready().send(method, path, body));
  }

  /** A client of this browser as it is now, with its token: for what a test sends itself, or at once. */
  ControlClient ready() {
    JsonNode token = keep(client().get("/api/v1/csrf-token").expect(200)).json();
    return client().with("Authpipe-Csrf-Token", token.path("csrf_token").asText());
  }

  public Answer signIn(String email, String password) {
    return post("/api/v1/sign-in", "email", email, "password", password);
  }

  /** What a cookie holds; empty: there is none. */
  String cookie(String name) {
    return cookies.getOrDefault(name, "");
  }

  Visitor plant(String name, String value) {
    cookies.put(name, value);
    return this;
  }

  /** Another browser with the same cookies: who copied them. */
  Visitor copy() {
    Visitor copy = new Visitor(plane);
    copy.cookies.putAll(cookies);
    return copy;
  }

  boolean isSignedIn() {
    return client().get("/api/v1/session").status() == 200;
  }

  String id() {
    return get("/api/v1/session").expect(200).json().path("person_id").asText();
  }

  static String body(String... fields) {
    ObjectNode body = JSON.createObjectNode();
    for (int i = 0; i < fields.length; i += 2) {
      body.put(fields[i], fields[i + 1]);
    }
    return body.toString();
  }

  private ControlClient client() {
    String header = cookies.entrySet().stream().map(cookie -> cookie.getKey() + "=" + cookie.getValue())
        .collect(Collectors.joining("; "));
    return plane.anonymous().with("Cookie", header.isEmpty() ? null : header);
  }

  private Answer keep(Answer answer) {
    for (String line : answer.headers().allValues("set-cookie")) {
      String pair = line.split(";", 2)[0];
      int equals = pair.indexOf('=');
      if (line.contains("Max-Age=0")) {
        cookies.remove(pair.substring(0, equals));
      } else {
        cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return answer;
  }
}
