package dev.authpipe.quickstart.flow;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

/** The audit log knows all of it, and nobody by name. */
final class RecordSteps {
  private static final String CHAPTER = "What is on record";
  private static final List<String> NEEDED = List.of("connection.created", "refresh.succeeded", "connection.disconnected",
      "erasure.completed");

  private final Journey journey;

  RecordSteps(Journey journey) {
    this.journey = journey;
  }

  List<Step> steps() {
    return List.of(new Step(CHAPTER, "The audit log lists what happened", this::lists));
  }

  private String lists() throws Exception {
    HttpResponse<String> answer = journey.api("/v1/audit-events?limit=200");
    Expect.status(200, answer.statusCode(), "the audit log");
    List<String> types = new ArrayList<>();
    for (JsonNode event : Json.read(answer.body(), "the audit log").path("data")) {
      types.add(event.path("type").asText());
    }
    for (String needed : NEEDED) {
      Expect.that(types.contains(needed), "an event " + needed, "none");
    }
    Expect.that(!answer.body().contains(Journey.ADA.value()) && !answer.body().contains("Okafor"), "no name in it",
        "a name in it");
    Set<String> kinds = new TreeSet<>(types);
    return types.size() + " events of " + kinds.size() + " kinds, no names";
  }
}
