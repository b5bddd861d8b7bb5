package dev.authpipe.control.ops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.HeaderSessions;
import dev.authpipe.control.http.Role;

/** Calls the control plane as a browser's page of our own origin does; a test may change or leave out any header. */
public final class ControlClient {
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  /** Somebody who is signed in. */
  record Person(UUID id, Map<String, Role> roles) {
    String csrf() {
      return "csrf-" + id;
    }

    String header() {
      StringBuilder text = new StringBuilder(id + ";" + csrf());
      roles.forEach((workspace, role) -> text.append(';').append(workspace).append('=').append(role.word()));
      return text.toString();
    }
  }

  private final RunningControlPlane plane;
  private final @Nullable Person person;
  private final Map<String, String> headers = new LinkedHashMap<>();

  ControlClient(RunningControlPlane plane, @Nullable Person person) {
    this.plane = plane;
    this.person = person;
    headers.put("Origin", plane.dashboard().toString());
    if (person != null) {
      headers.put("Authpipe-Csrf-Token", person.csrf());
      headers.put(HeaderSessions.HEADER, person.header());
    }
  }

  /** The random id of the person. */
  public UUID id() {
    if (person == null) {
      throw new IllegalStateException("nobody");
    }
    return person.id();
  }

  /** The same person with a role in one more workspace. */
  public ControlClient as(String workspace, Role role) {
    Map<String, Role> roles = new LinkedHashMap<>(person == null ? Map.of() : person.roles());
    roles.put(workspace, role);
    plane.join(id(), workspace, role);
    return new ControlClient(plane, new Person(id(), roles));
  }

  /** With another header from now on; null: without it. */
  public ControlClient with(String name, @Nullable String value) {
    if (value == null) {
      headers.remove(name);
    } else {
      headers.put(name, value);
    }
    return this;
  }

  public Answer get(String path) {
    return send("GET", path, null);
  }

  /** Calls the dashboard listener. */
  public Answer send(String method, String path, @Nullable String body) {
    return send(plane.dashboard(), method, path, body);
  }

  /** Calls a listener. */
  public Answer send(URI listener, String method, String path, @Nullable String body) {
    if (person == null) {
      plane.move(Duration.ofSeconds(3)); // what one call takes from the limit of this address comes back
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(listener.resolve(path)).timeout(Duration.ofSeconds(20)).method(method,
        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::setHeader);
    if (body != null && !headers.containsKey("Content-Type")) {
      request.setHeader("Content-Type", "application/json");
    }
    try {
      HttpResponse<byte[]> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.headers(), new String(response.body(), StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /** What came back. */
  public record Answer(int status, HttpHeaders headers, String text) {
    /** Checks the status. */
    public Answer expect(int expected) {
      if (status != expected) {
        throw new AssertionError("expected " + expected + ", was " + status + ": " + text);
      }
      return this;
    }

    public JsonNode json() {
      try {
        return new ObjectMapper().readTree(text);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    /** The stable code of a problem; empty when it is none. */
    public String code() {
      return text.startsWith("{") ? json().path("code").asText() : "";
    }
  }
}
