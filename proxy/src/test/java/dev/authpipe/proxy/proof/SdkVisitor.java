package dev.authpipe.proxy.proof;

import java.net.URI;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.sdk.SignedInUser;
import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.FinishCode;
import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;

/** An end user with a login session at the application, as the client sees it, and a browser, as the hosted page sees it. */
final class SdkVisitor implements SignedInUser {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final EndUserId id;
  private final Map<ConnectSessionId, CodeVerifier> verifiers = new HashMap<>();

  SdkVisitor(String id) {
    this.id = new EndUserId(id);
  }

  @Override
  public EndUserId endUserId() {
    return id;
  }

  @Override
  public Optional<String> displayName() {
    return Optional.of("Ada Okafor");
  }

  @Override
  public Optional<String> email() {
    return Optional.of("ada@example.com");
  }

  @Override
  public void keepVerifier(ConnectSessionId session, CodeVerifier verifier) {
    verifiers.put(session, verifier);
  }

  @Override
  public Optional<CodeVerifier> verifierOf(ConnectSessionId session) {
    return Optional.ofNullable(verifiers.get(session));
  }

  @Override
  public void forgetVerifier(ConnectSessionId session) {
    verifiers.remove(session);
  }

  /** The browser goes to the hosted page, to the provider and back to the application, which reads the finish code. */
  FinishCode consents(ConnectSession session) {
    URI page = session.connectUrl().reveal();
    String token = page.getRawFragment();
    Map<String, String> place = Map.of("X-Forwarded-For", "203.0.113." + RANDOM.nextInt(256));
    try (BrowserLike browser = BrowserLike.fresh()) {
      JsonNode view = post(browser, page, "/connect/session", Map.of("session_token", token), place);
      JsonNode started = post(browser, page, "/connect/start", Map.of("session_token", token, "csrf_token",
          view.path("csrf_token").asText(), "integration", view.at("/integrations/0/id").asText(), "fields", Map.of()), place);
      Page end = browser.openUntil(URI.create(started.path("location").asText()),
          next -> next.toString().startsWith(ProofDeployment.RETURN_URL));
      URI back = end.stoppedAt().orElseThrow(() -> new AssertionError("the browser did not come back: " + end));
      return new FinishCode(ConnectFlow.parameter(back, "finish_code").orElseThrow());
    }
  }

  private static JsonNode post(BrowserLike browser, URI page, String path, Map<String, Object> body, Map<String, String> place) {
    try {
      Page answer = browser.fetchJson("POST", page.resolve(path), JSON.writeValueAsString(body), page.resolve("/connect"), place);
      if (answer.status() != 200) {
        throw new AssertionError(path + " answered " + answer);
      }
      return Objects.requireNonNull(JSON.readTree(answer.body()));
    } catch (JsonProcessingException failure) {
      throw new AssertionError("not JSON", failure);
    }
  }
}
