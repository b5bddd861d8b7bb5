package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;

/** An application's back end and its end users' browsers, against a running proxy. */
final class Application implements AutoCloseable {
  static final URI RETURN_URL = URI.create("https://app.example.com/connected");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI api;
  private final URI connect;
  private final String apiKey;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(10)).build();

  Application(URI api, URI connect, String apiKey) {
    this.api = api;
    this.connect = connect;
    this.apiKey = apiKey;
  }

  /** What came back. */
  record Answer(int status, JsonNode json) {
    JsonNode expect(int expected) {
      if (status != expected) {
        throw new AssertionError("expected " + expected + ", was " + status + " " + json.path("code").asText());
      }
      return json;
    }
  }

  /** Sends a request to the proxy's API; null: without a body. */
  Answer send(String method, String path, @Nullable Map<String, ?> body) {
    try {
      HttpRequest request = HttpRequest.newBuilder(api.resolve(path)).timeout(Duration.ofSeconds(40))
          .header("Authorization", "Bearer " + apiKey).header("Content-Type", "application/json")
          .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body)))
          .build();
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body().startsWith("{") ? JSON.readTree(answer.body()) : JSON.missingNode());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  Answer accessToken(String connection) {
    return send("GET", "/v1/connections/" + connection + "/token", null);
  }

  Answer call(String connection) {
    return send("GET", "/v1/proxy/" + connection + "/me", null);
  }

  Answer refresh(String connection) {
    return send("POST", "/v1/connections/" + connection + "/refresh", null);
  }

  /** Somebody connects an account; answers the connection. */
  String connect(String endUser, String email) {
    return finishes(endUser, email).expect(200).at("/connection/id").asText();
  }

  /** Somebody tries to connect an account; what the application's finish is answered. */
  Answer finishes(String endUser, String email) {
    return finishes(endUser, Map.of("id", endUser, "email", email));
  }

  /** The same with all that the application may tell of the person. */
  Answer finishes(String endUser, Map<String, String> person) {
    CodeVerifier verifier = new CodeVerifier(("v" + UUID.randomUUID() + UUID.randomUUID()).replace("-", ""));
    JsonNode session = send("POST", "/v1/connect-sessions",
        Map.of("end_user", person, "integrations", List.of("sandbox"), "return_url",
            RETURN_URL.toString(), "code_challenge", verifier.challenge(), "code_challenge_method", "S256"))
        .expect(201);
    try (BrowserLike browser = BrowserLike.fresh()) {
      String token = session.path("session_token").asText();
      JsonNode page = post(browser, "/connect/session", Map.of("session_token", token));
      JsonNode started = post(browser, "/connect/start", Map.of("session_token", token, "csrf_token",
          page.path("csrf_token").asText(), "integration", page.at("/integrations/0/id").asText(), "fields", Map.of()));
      Page end = browser.openUntil(URI.create(started.path("location").asText()),
          next -> next.toString().startsWith(RETURN_URL.toString()));
      String query = end.stoppedAt().map(URI::getRawQuery).orElse("");
      return send("POST", "/v1/connect-sessions/" + session.path("id").asText() + "/finish", Map.of("finish_code",
          query.replaceAll(".*finish_code=([^&]*).*", "$1"), "code_verifier", verifier.reveal(), "end_user_id", endUser));
    }
  }

  private JsonNode post(BrowserLike browser, String path, Map<String, ?> body) {
    try {
      Page answer = browser.fetchJson("POST", connect.resolve(path), JSON.writeValueAsString(body), connect.resolve("/connect"),
          Map.of());
      if (answer.status() != 200) {
        throw new AssertionError(path + " answered " + answer.status() + " " + answer.body());
      }
      return Objects.requireNonNull(JSON.readTree(answer.body()));
    } catch (JsonProcessingException failure) {
      throw new AssertionError("not JSON", failure);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
