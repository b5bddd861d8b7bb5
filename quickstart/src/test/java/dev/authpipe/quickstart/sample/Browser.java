package dev.authpipe.quickstart.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** One browser with its own cookies, on the sample application's own page. */
final class Browser {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI application;
  private final HttpClient client = HttpClient.newHttpClient();
  private String cookie;

  Browser(URI application) {
    this(application, "none=");
  }

  Browser(URI application, String cookie) {
    this.application = application;
    this.cookie = cookie;
  }

  Browser signedInAs(String person) {
    if (send("POST", "/api/sign-in", "{\"person\":\"" + person + "\"}").statusCode() != 200) {
      throw new AssertionError("signing in failed");
    }
    return this;
  }

  HttpResponse<String> send(String method, String path, String body) {
    return sendFrom(application.toString(), method, path, body);
  }

  HttpResponse<String> sendFrom(String origin, String method, String path, String body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(application.resolve(path)).header("Cookie", cookie)
        .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!method.equals("GET")) {
      request.header("Origin", origin);
    }
    try {
      HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
      answer.headers().firstValue("Set-Cookie").ifPresent(set -> cookie = set.substring(0, set.indexOf(';')));
      return answer;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  JsonNode json(String method, String path, String body) {
    HttpResponse<String> answer = send(method, path, body);
    if (answer.statusCode() / 100 != 2) {
      throw new AssertionError(method + " " + path + " answered " + answer.statusCode());
    }
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  JsonNode overview() {
    return json("GET", "/api/overview", "");
  }
}
