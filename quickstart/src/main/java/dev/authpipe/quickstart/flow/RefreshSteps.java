package dev.authpipe.quickstart.flow;

import java.time.Duration;
import java.util.List;

import dev.authpipe.sdk.value.IssuedAccessToken;
import dev.authpipe.sdk.value.RefreshOutcome;
import dev.authpipe.sdk.value.RefreshReport;

/** The access token runs out, and is renewed: once because somebody reads, once because somebody says so. */
final class RefreshSteps {
  private static final String CHAPTER = "Keep it fresh";
  private static final Duration LONGER_THAN_ANY_ACCESS_TOKEN = Duration.ofHours(2);

  private final Journey journey;

  RefreshSteps(Journey journey) {
    this.journey = journey;
  }

  List<Step> steps() {
    return List.of(new Step(CHAPTER, "Two hours pass: the access token is dead", this::expires),
        new Step(CHAPTER, "The next read refreshes it, once", this::readRefreshes),
        new Step(CHAPTER, "A forced refresh renews it again", this::forcedRefresh));
  }

  private String expires() throws Exception {
    journey.where.provider().timePasses(LONGER_THAN_ANY_ACCESS_TOKEN);
    Expect.status(401, journey.statusAtProvider(journey.issued.get().accessToken()), "the provider");
    return "the provider answers 401 to it";
  }

  private String readRefreshes() throws Exception {
    int before = journey.where.provider().refreshes();
    IssuedAccessToken old = journey.issued.get();
    read();
    IssuedAccessToken renewed = journey.issued.get();
    Expect.that(!renewed.accessToken().equals(old.accessToken()), "another access token", "the old one");
    Expect.number(old.generation() + 1, renewed.generation(), "as its generation");
    Expect.number(before + 1L, journey.where.provider().refreshes(), "refresh at the provider");
    return "generation " + renewed.generation();
  }

  private String forcedRefresh() throws Exception {
    int before = journey.where.provider().refreshes();
    long generation = journey.issued.get().generation();
    RefreshReport report = journey.application.connections().refresh(journey.connection.get());
    Expect.that(report.outcome().equals(RefreshOutcome.REFRESHED), "outcome refreshed", "outcome " + report.outcome());
    Expect.number(before + 1L, journey.where.provider().refreshes(), "refresh at the provider");
    read();
    Expect.number(generation + 1, journey.issued.get().generation(), "as its generation");
    return "generation " + journey.issued.get().generation();
  }

  private void read() throws Exception {
    IssuedAccessToken issued = journey.application.connections().accessToken(journey.connection.get(), Journey.ADA);
    Expect.status(200, journey.statusAtProvider(issued.accessToken()), "the provider");
    journey.issued.is(issued);
  }
}
