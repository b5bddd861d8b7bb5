package dev.authpipe.testkit.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.browser.BrowserLike;

class OidcProviderProcessTest {

  private static final String REDIRECT_URI = "http://127.0.0.1:9/callback";

  @Test
  void foreignServerTakesAPersonThroughConsentAndRotatesRefreshTokens() throws Exception {
    try (var server = OidcProviderProcess.start(REDIRECT_URI);
        var browser = BrowserLike.fresh();
        var http = HttpClient.newHttpClient()) {
      var authorization = URI.create(server.authorizationEndpoint() + "?"
          + encode(Map.of("response_type", "code", "client_id", server.clientId(),
              "redirect_uri", REDIRECT_URI, "scope", "openid issues:read", "state", "abc", "code_challenge",
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
              "code_challenge_method", "S256")));

      var callback = server.signInAndConsent(browser, authorization, "mara").stoppedAt().orElseThrow();

      assertThat(callback.toString()).startsWith(REDIRECT_URI + "?");
      assertThat(parameter(callback.getQuery(), "state")).isEqualTo("abc");
      assertThat(parameter(callback.getQuery(), "iss")).isEqualTo(server.issuer());
      var tokens = token(http, server,
          Map.of("grant_type", "authorization_code", "code", parameter(callback.getQuery(), "code"), "redirect_uri",
              REDIRECT_URI, "code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
      var first = field(tokens, "refresh_token");
      var refreshed = token(http, server, Map.of("grant_type", "refresh_token", "refresh_token", first));
      assertThat(field(refreshed, "refresh_token")).isNotEqualTo(first);
      assertThat(http.send(
          HttpRequest.newBuilder(server.userinfoEndpoint()).header("Authorization", "Bearer " + field(refreshed, "access_token"))
              .build(),
          BodyHandlers.ofString()).body()).contains("\"sub\":\"mara\"");
      assertThat(token(http, server, Map.of("grant_type", "refresh_token", "refresh_token", first))).contains("invalid_grant");
    }
  }

  private static String token(HttpClient http, OidcProviderProcess server, Map<String, String> form)
      throws IOException, InterruptedException {
    var basic = Base64.getEncoder()
        .encodeToString((server.clientId() + ":" + server.clientSecret().reveal()).getBytes(StandardCharsets.UTF_8));
    return http.send(
        HttpRequest.newBuilder(server.tokenEndpoint()).timeout(Duration.ofSeconds(10)).header("Authorization", "Basic " + basic)
            .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(encode(form)))
            .build(),
        BodyHandlers.ofString()).body();
  }

  private static String encode(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static String parameter(String query, String name) {
    return found("(?:^|&)" + name + "=([^&]*)", query);
  }

  private static String field(String json, String name) {
    return found("\"" + name + "\":\"([^\"]*)\"", json);
  }

  private static String found(String pattern, String text) {
    var matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }
}
