package dev.authpipe.quickstart.flow;

import java.util.List;

/** An end user connects an account, as a browser would do it. */
final class ConnectSteps {
  private static final String CHAPTER = "Connect an account";

  private final Journey journey;
  private final ConnectTrip trip;

  ConnectSteps(Journey journey) {
    this.journey = journey;
    this.trip = new ConnectTrip(journey.where, journey.ada);
  }

  List<Step> steps() {
    return List.of(new Step(CHAPTER, "Ada signs in to the sample application", () -> journey.ada.signIn("user_ada")),
        new Step(CHAPTER, "The application opens a connect session", trip::opensSession),
        new Step(CHAPTER, "The hosted page loads", trip::loadsHostedPage),
        new Step(CHAPTER, "The page binds Ada's browser", trip::bindsBrowser),
        new Step(CHAPTER, "Ada starts, and is sent to the provider", trip::startsAttempt),
        new Step(CHAPTER, "Ada consents at the provider", trip::consents),
        new Step(CHAPTER, "The callback returns to the application", trip::returnsToApplication),
        new Step(CHAPTER, "Bruno, with Ada's link, is refused", this::brunoIsRefused),
        new Step(CHAPTER, "The application finishes from Ada's own session", this::finishes));
  }

  private String brunoIsRefused() {
    journey.bruno.signIn("user_bruno");
    return trip.refusesTo(journey.bruno);
  }

  private String finishes() {
    journey.connection.is(trip.finishes());
    return journey.connection.get().value();
  }
}
