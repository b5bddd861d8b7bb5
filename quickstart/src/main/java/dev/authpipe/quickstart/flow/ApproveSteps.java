package dev.authpipe.quickstart.flow;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.sdk.value.ApiKey;

/** The proxy's operator approves what the control plane wants; what is secret is made and stays at the proxy. */
final class ApproveSteps {
  private static final String CHAPTER = "Approve it at the proxy";
  /** The workspace, and the two requests for keys; each integration is one more. */
  private static final int OTHER_CHANGES = 3;

  private final SetUp setUp;

  ApproveSteps(SetUp setUp) {
    this.setUp = setUp;
  }

  List<Step> steps() {
    return List.of(new Step(CHAPTER, "What the control plane wants waits", this::waits),
        new Step(CHAPTER, "An API key for the application", this::approves),
        new Step(CHAPTER, "The client secret goes into the proxy", this::setsClientSecret),
        new Step(CHAPTER, "The control plane knows of both, and has neither", this::knowsOfThem));
  }

  private String waits() throws Exception {
    SetUp.Plan plan = setUp.plan.get();
    int changes = OTHER_CHANGES + plan.slugs().size();
    Expect.soon(plan.patience(), () -> dataPlane().path("waiting_changes").asInt() == changes, changes + " changes that wait",
        "another number");
    int listed = setUp.operators.waiting().size();
    Expect.number(changes, listed, "changes to approve");
    return listed + " changes, none in force";
  }

  private String approves() throws Exception {
    Map<String, ApiKey> keys = setUp.operators.approve();
    setUp.apiKey.is(shown(keys, setUp.keyRequest.get()));
    setUp.operatorsKey.is(shown(keys, setUp.operatorsKeyRequest.get()));
    return "approved; shown once, at the proxy";
  }

  private static ApiKey shown(Map<String, ApiKey> keys, String request) {
    ApiKey key = keys.get(request);
    if (key == null || !key.reveal().startsWith("ap_sk_")) {
      throw new StepFailure("an API key for each request", "none for " + request);
    }
    return key;
  }

  private String setsClientSecret() throws Exception {
    SetUp.Plan plan = setUp.plan.get();
    for (String slug : plan.slugs()) {
      Expect.soon(plan.patience(), () -> setUp.operators.setClientSecret(slug, setUp.operatorsKey.get()), "the proxy to take it",
          "it does not");
    }
    return "over the proxy's own API";
  }

  private String knowsOfThem() throws Exception {
    Member owner = setUp.owner.get();
    ControlView control = setUp.control.get();
    SetUp.Plan plan = setUp.plan.get();
    for (String slug : plan.slugs()) {
      Expect.soon(plan.patience(),
          () -> !owner.reads(control.path("integrations/" + slug)).path("client_secret_since").isNull(),
          "the client secret to be known of", "it is not");
    }
    JsonNode keys = owner.reads(control.path("api-keys"));
    Set<String> requests = new TreeSet<>();
    keys.path("data").forEach(key -> requests.add(key.path("request_id").asText()));
    Expect.that(requests.equals(Set.of(setUp.keyRequest.get(), setUp.operatorsKeyRequest.get())), "the keys that were asked for",
        "others");
    Expect.that(!keys.toString().contains(secretPart(setUp.apiKey.get())), "metadata of the key", "the key itself");
    Expect.soon(setUp.plan.get().patience(), () -> isUpToDate(dataPlane()), "a proxy that is online and up to date",
        "it is not");
    JsonNode plane = dataPlane();
    return "proxy " + plane.path("state").asText() + ", version " + plane.path("applied_version").asLong() + " of "
        + plane.path("feed_version").asLong();
  }

  /** An API key begins with its id, which is no secret. */
  private static String secretPart(ApiKey key) {
    return key.reveal().substring(key.reveal().lastIndexOf('_', key.reveal().lastIndexOf('_') - 1) + 1);
  }

  private static boolean isUpToDate(JsonNode plane) {
    return plane.path("state").asText().equals("online") && plane.path("waiting_changes").asInt() == 0
        && plane.path("applied_version").asLong(-1) == plane.path("feed_version").asLong();
  }

  private JsonNode dataPlane() {
    return setUp.owner.get().reads(setUp.control.get().path("data-planes/" + setUp.dataPlane.get()));
  }
}
