package dev.authpipe.quickstart.flow;

import java.net.URI;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/** The owner configures a workspace in the control plane, and the proxy's operator enrols the proxy there. */
final class ConfigureSteps {
  private static final String CHAPTER = "Configure it in the control plane";
  private static final String WORKSPACE = "demo";
  private static final List<String> SCOPES = List.of("connect", "connections:read", "connections:write", "tokens:read", "proxy",
      "refresh", "subjects:erase", "audit:read");

  private final SetUp setUp;

  ConfigureSteps(SetUp setUp) {
    this.setUp = setUp;
  }

  List<Step> steps() {
    return List.of(new Step(CHAPTER, "A workspace, and integrations in it", this::makesIntegrations),
        new Step(CHAPTER, "A client secret is refused there", this::refusesSecret),
        new Step(CHAPTER, "API keys are asked for", this::asksForKeys),
        new Step(CHAPTER, "A data plane is made: its enrolment code", this::makesDataPlane),
        new Step(CHAPTER, "The proxy is enrolled, over mutual TLS", this::enrols));
  }

  private String makesIntegrations() {
    Member owner = setUp.owner.get();
    JsonNode workspace = owner.asks("POST", "/api/v1/workspaces", Map.of("name", WORKSPACE));
    setUp.control.is(new ControlView(owner, workspace.path("id").asText()));
    SetUp.Plan plan = setUp.plan.get();
    plan.slugs().forEach(slug -> makesIntegration(owner, plan, slug));
    return String.join(", ", plan.slugs());
  }

  private void makesIntegration(Member owner, SetUp.Plan plan, String slug) {
    JsonNode made = owner.asks("POST", path("integrations"), Map.of("slug", slug, "provider", "sandbox", "client_id",
        plan.clientId(), "scopes", List.of("profile", "issues:read"), "return_urls",
        plan.returnUrls().stream().map(URI::toString).toList(),
        "application_name", "Tasklight"));
    Expect.that(made.path("id").asText().startsWith("int_"), "an integration with its id", "none");
  }

  private String refusesSecret() {
    String code = setUp.owner.get().refused("PATCH", path("integrations/" + setUp.plan.get().slugs().getFirst()),
        Map.of("client_secret", "not-for-here"));
    Expect.that(code.equals("secret_refused"), "code secret_refused", "code " + code);
    return code;
  }

  private String asksForKeys() {
    setUp.keyRequest.is(asksForKey("Tasklight", SCOPES));
    setUp.operatorsKeyRequest.is(asksForKey("operator", List.of("config:write")));
    return "one for the application, one for the operator";
  }

  private String asksForKey(String name, List<String> scopes) {
    JsonNode wish = setUp.owner.get().asks("POST", path("api-key-requests"), Map.of("name", name, "scopes", scopes));
    Expect.that(wish.path("status").asText().equals("waiting"), "a request that waits", "another answer");
    return wish.path("id").asText();
  }

  private String makesDataPlane() {
    JsonNode made = setUp.owner.get().asks("POST", path("data-planes"), Map.of("name", "demo proxy"));
    setUp.dataPlane.is(made.at("/data_plane/id").asText());
    String code = made.path("enrolment_code").asText();
    Expect.that(code.startsWith("ap_enrol_"), "an enrolment code", "none");
    setUp.enrolmentCode.is(code);
    return "one use, 15 minutes";
  }

  private String enrols() throws Exception {
    String enrolled = setUp.operators.enrol(setUp.enrolmentCode.get());
    Expect.that(enrolled.equals(setUp.dataPlane.get()), "the data plane that was made", "another one");
    return enrolled;
  }

  private String path(String rest) {
    return setUp.control.get().path(rest);
  }
}
