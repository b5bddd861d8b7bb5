package dev.authpipe.quickstart.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.ProviderRequest;
import dev.authpipe.sdk.ProviderResponse;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.IssuedAccessToken;

/** The application uses the connection: the proxied call that it should prefer, and the access token where it must. */
final class UseSteps {
  private static final String CHAPTER = "Use it";
  private static final int MOST_BYTES = 64 * 1024;

  private final Journey journey;

  UseSteps(Journey journey) {
    this.journey = journey;
  }

  List<Step> steps() {
    return List.of(new Step(CHAPTER, "The application lists Ada's connections", this::lists),
        new Step(CHAPTER, "Ada's issues come in through the proxy", this::imports),
        new Step(CHAPTER, "The application reads a fresh access token", this::readsAccessToken),
        new Step(CHAPTER, "A proxied call never shows it the credential", this::neverSeesCredential));
  }

  private String lists() {
    int count = 0;
    for (Connection each : journey.application.connections().list(ConnectionFilter.of(Journey.ADA))) {
      Expect.that(each.id().equals(journey.connection.get()), "the connection just made", "another one");
      count++;
    }
    Expect.number(1, count, "connection");
    return "";
  }

  private String imports() {
    JsonNode result = journey.ada.asks("POST", "/api/connections/" + journey.connection.get() + "/import", Map.of());
    int imported = result.path("imported").asInt();
    Expect.that(imported > 0, "issues of the provider", "none");
    return imported + " issues";
  }

  private String readsAccessToken() throws Exception {
    IssuedAccessToken issued = journey.application.connections().accessToken(journey.connection.get(), Journey.ADA);
    Expect.status(200, journey.statusAtProvider(issued.accessToken()), "the provider");
    journey.issued.is(issued);
    JsonNode profile = journey.ada.asks("POST", "/api/connections/" + journey.connection.get() + "/profile", Map.of());
    Expect.that(profile.path("login").asText().equals("ada"), "Ada's account at the provider", "another one");
    return "generation " + issued.generation() + lifetime(issued.expiresAt());
  }

  private static String lifetime(@Nullable Instant expiresAt) {
    return expiresAt == null ? "" : ", until " + expiresAt.truncatedTo(ChronoUnit.SECONDS);
  }

  private String neverSeesCredential() {
    ProviderRequest request = ProviderRequest.get(Journey.ADA, "/me").totalTimeout(Duration.ofSeconds(20)).build();
    String body;
    try (ProviderResponse response = journey.tapped().providerCalls().send(journey.connection.get(), request)) {
      Expect.status(200, response.status(), "the provider");
      body = response.text(MOST_BYTES);
    }
    Expect.that(journey.where.provider().lastCallCarried(journey.issued.get().accessToken()),
        "the provider to have got the credential", "it got none, or another");
    Expect.that(!journey.wiretap.heard(journey.issued.get().accessToken()), "the application not to have seen it",
        "it was in what the application sent or got");
    return "the provider knows " + Json.read(body, "the provider").path("login").asText("nobody");
  }
}
