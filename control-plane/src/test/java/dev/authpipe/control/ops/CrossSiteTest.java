package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No other site changes anything with a person's session (S81). */
@Tag("S81")
class CrossSiteTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();

  @Test
  void aStateChangeNeedsOurOriginAndTheSessionsToken() {
    refused(plane.person().with("Origin", null));
    refused(plane.person().with("Origin", "https://evil.example"));
    refused(plane.person().with("Origin", "null"));
    refused(plane.person().with("Origin", plane.dashboard() + "/"));
    refused(plane.person().with("Authpipe-Csrf-Token", null));
    refused(plane.person().with("Authpipe-Csrf-Token", ""));
    refused(plane.person().with("Authpipe-Csrf-Token", "csrf-" + UUID.randomUUID()));
    assertThat(create(plane.person()).status()).isEqualTo(201);
  }

  @Test
  void theTokenOfABrowserWithoutSessionIsNoTokenOfASession() {
    ControlClient.Answer anonymous = plane.anonymous().get("/api/v1/csrf-token").expect(200);
    String token = anonymous.json().path("csrf_token").asText();
    String cookie = anonymous.headers().firstValue("set-cookie").orElseThrow();
    assertThat(token).matches("[A-Za-z0-9_-]{43}");
    assertThat(cookie).contains(token, "HTTPOnly", "SameSite=Strict", "Path=/").doesNotContain("Domain");
    refused(plane.person().with("Authpipe-Csrf-Token", token).with("Cookie", "authpipe_csrf=" + token));
  }

  @Test
  void theSessionsTokenIsToldToItsPage() {
    ControlClient person = plane.person();
    assertThat(person.get("/api/v1/csrf-token").expect(200).json().path("csrf_token").asText()).isEqualTo("csrf-" + person.id());
  }

  @Test
  void noOtherOriginMayReadAnAnswer() {
    assertThat(plane.person().with("Origin", "https://evil.example").get("/api/v1/csrf-token").headers().map().keySet())
        .noneMatch(name -> name.startsWith("access-control-"));
  }

  private static ControlClient.Answer create(ControlClient client) {
    return client.send("POST", "/api/v1/workspaces", "{\"name\":\"w" + UUID.randomUUID() + "\"}");
  }

  private static void refused(ControlClient client) {
    ControlClient.Answer answer = create(client);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("cross_site");
  }
}
