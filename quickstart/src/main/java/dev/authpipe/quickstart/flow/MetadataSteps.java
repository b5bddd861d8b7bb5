package dev.authpipe.quickstart.flow;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

/** What the control plane learns of a connection: that there is one and how it is, and nobody's name. */
final class MetadataSteps {
  private static final String CHAPTER = "What the control plane sees";
  private static final Set<String> MEMBERS = Set.of("id", "integration", "status", "state", "reason", "scopes_missing",
      "explanation", "created_at", "reported_at");

  private final Journey journey;

  MetadataSteps(Journey journey) {
    this.journey = journey;
  }

  /** After a connection was made. */
  List<Step> connected() {
    return List.of(new Step(CHAPTER, "The connection arrives as metadata", () -> arrives("active")));
  }

  /** After it was disconnected. */
  List<Step> disconnected() {
    return List.of(new Step(CHAPTER, "Its end arrives as well", () -> arrives("disconnected")));
  }

  private String arrives(String status) throws Exception {
    ControlView control = journey.where.control();
    String path = control.path("connections/" + journey.connection.get());
    Expect.soon(journey.where.patience(),
        () -> control.member().finds(path) && control.member().reads(path).path("status").asText().equals(status),
        "the connection, " + status, "it is not there, or otherwise");
    JsonNode seen = control.member().reads(path);
    Set<String> more = new TreeSet<>();
    seen.fieldNames().forEachRemaining(more::add);
    more.removeAll(MEMBERS);
    Expect.that(more.isEmpty(), "nothing but metadata", "more: " + more);
    String text = seen.toString();
    Expect.that(!text.contains(Journey.ADA.value()) && !text.contains("Okafor"), "nobody's name in it", "a name in it");
    return status + ", " + seen.path("state").asText() + "; no name, no token";
  }
}
