package dev.authpipe.control.ops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.control.member.Authenticator;
import dev.authpipe.control.member.PeopleStage;
import dev.authpipe.control.member.Visitor;
import dev.authpipe.testkit.ManualClock;

/** A control plane with people, proxies and what they told of, all made over its own interfaces, for a browser to look at. */
final class DashboardStage {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OWNER = "ada@acme.example";

  private final Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
  private final ManualClock clock = ManualClock.at(now);
  private final PeopleStage stage = new PeopleStage(
      "sign_in: {oidc: {name: Acme SSO, issuer: \"http://127.0.0.1:9\", client_id: authpipe}}", clock, 0);
  private final RunningControlPlane plane = stage.plane();
  private final ObjectNode told = JSON.createObjectNode();
  private final Map<String, String> integrations = new LinkedHashMap<>();
  private final Visitor ada = stage.visitor();
  private final LinkClient frankfurt = plane.proxy();
  private String at = "";
  private long reported;

  /** Makes everything. */
  static DashboardStage set() {
    DashboardStage made = new DashboardStage();
    made.people();
    made.configuration();
    made.proxies();
    made.plane.move(Duration.ofMinutes(1)); // the limits of this address are whole again
    return made;
  }

  /** What the browser has to know: addresses, people, ids. */
  ObjectNode told() {
    return told;
  }

  /** The code of the next letter to somebody. */
  String mailed(String email) {
    return stage.mail().take(email).code();
  }

  /** Somebody stores the client secret of Slack at the proxy. */
  void storeSecret() {
    frankfurt.report(reported, report("client_secret", Map.of("integration", of("slack"), "present_since", at(0), "version", 1)))
        .expect(200);
  }

  private void people() {
    ada.post("/api/v1/sign-up", "code", stage.operatorInvitation(OWNER), "display_name", "Ada Lovelace", "password",
        PeopleStage.PASSWORD).expect(200);
    ada.post("/api/v1/verify", "code", mailed(OWNER), "password", PeopleStage.PASSWORD).expect(200);
    at = "/api/v1/workspaces/" + workspace("acme-production", "Acme Production", "eu", "team");
    String empty = workspace("acme-staging", "Acme Staging", "us", "starter");
    Authenticator app = Authenticator.enrol(ada, PeopleStage.PASSWORD, now.minusSeconds(30));
    join("grace@acme.example", "Grace Hopper", "admin");
    join("linus@acme.example", "Linus Pauling", "developer");
    join("vera@acme.example", "Vera Rubin", "viewer");
    invite("katherine@acme.example", "support");
    told.put("origin", plane.dashboard().toString()).put("workspace", at.substring(at.lastIndexOf('/') + 1)).put("empty", empty)
        .put("owner", OWNER).put("admin", "grace@acme.example").put("viewer", "vera@acme.example")
        .put("password", PeopleStage.PASSWORD).put("code", app.code(now)).put("now", now.getEpochSecond())
        .put("invitation", stage.operatorInvitation("rosalind@acme.example"));
    told.set("recovery_codes", JSON.valueToTree(app.recoveryCodes()));
  }

  private String workspace(String name, String displayName, String region, String plan) {
    return ada.post("/api/v1/workspaces", "name", name, "display_name", displayName, "region", region, "plan", plan).expect(201)
        .json().path("id").asText();
  }

  private void invite(String email, String role) {
    ada.post(at + "/invitations", "email", email, "role", role).expect(201);
  }

  private void join(String email, String name, String role) {
    invite(email, role);
    stage.visitor().post("/api/v1/sign-up", "code", mailed(email), "display_name", name, "password",
        PeopleStage.PASSWORD).expect(200);
  }

  private void configuration() {
    integration("google", "1047-demo.apps.example", "calendar.readonly", "drive.file");
    integration("slack", "2210.8821", "chat:write", "channels:read");
    integration("github", "Iv1.8a61f9b3", "repo", "read:user");
    ada.send("POST", at + "/integrations", "{\"provider\":\"sandbox-key\",\"slug\":\"inventory\"}").expect(201);
    ada.send("POST", at + "/api-key-requests",
        "{\"name\":\"Reporting\",\"scopes\":[\"connections:read\",\"audit:read\"],\"calls_per_minute\":60,\"require_end_user\":false}")
        .expect(201);
  }

  private void integration(String provider, String clientId, String... scopes) {
    ObjectNode body = JSON.createObjectNode().put("provider", provider).put("client_id", clientId);
    body.set("scopes", JSON.valueToTree(scopes));
    body.set("return_urls", JSON.valueToTree(List.of("https://app.acme.example/connected")));
    integrations.put(provider, ada.send("POST", at + "/integrations", body.toString()).expect(201).json().path("id").asText());
  }

  private void proxies() {
    enrol(frankfurt, "frankfurt");
    LinkClient stockholm = plane.proxy();
    enrol(stockholm, "stockholm");
    beat(stockholm, 0, 0);
    plane.asSuperuser("update data_plane set heartbeat_at = now() - interval '3 hours' where name = 'stockholm'");
    ada.post(at + "/data-planes", "name", "dublin").expect(201);
    List<LinkClient.Report> reports = new ArrayList<>();
    states().forEach((state, reason) -> reports.addAll(connections(state, reason)));
    reports.add(report("client_secret", Map.of("integration", of("google"), "present_since", at(72), "version", 2)));
    reports.add(report("client_secret", Map.of("integration", of("github"), "present_since", at(400), "version", 1)));
    reports.add(key("Billing service", "connect", "connections:read", "proxy"));
    reports.add(key("Calendar sync", "connections:read", "tokens:read"));
    frankfurt.report(1, reports.toArray(LinkClient.Report[]::new)).expect(200);
    String probed = ada.send("POST", at + "/connection-commands",
        "{\"kind\":\"probe\",\"target\":\"" + told.path("connection").asText() + "\"}").expect(202).json().path("data").path(0)
        .path("id").asText();
    reported = reports.size() + 2L;
    frankfurt.report(reported - 1, report("command", Map.of("command", probed, "status", "done", "count", 1))).expect(200);
    beat(frankfurt, frankfurt.get("/link/v1/feed").expect(200).json().path("version").asLong(), 2);
  }

  private void enrol(LinkClient proxy, String name) {
    proxy.enrol(ada.post(at + "/data-planes", "name", name).expect(201).json().path("enrolment_code").asText());
  }

  private static void beat(LinkClient proxy, long version, int waiting) {
    ControlClient.Answer answer = proxy.post("/link/v1/heartbeat",
        "{\"v\":1,\"software\":\"authpipe 0.1.0\",\"feed_version\":" + version + ",\"waiting_changes\":" + waiting
            + ",\"outbox\":0,\"lost\":0,\"trust\":\"none\",\"regions\":[\"eu\"],\"at\":\"2026-11-01T10:00:00.000Z\"}");
    answer.expect(204);
  }

  /** How many connections are in which state, for which reason. */
  private static Map<String, String> states() {
    return Map.of("active 41", "", "degraded 3", "temporarily_unavailable", "reauth_required 4", "invalid_grant", "revoked 1",
        "invalid_grant", "disconnected 6", "disconnect");
  }

  private List<LinkClient.Report> connections(String stateAndCount, String reason) {
    String[] words = stateAndCount.split(" ", 2);
    boolean ended = words[0].equals("disconnected");
    List<LinkClient.Report> reports = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(words[1]); i++) {
      String connection = LinkClient.id("conn");
      Map<String, Object> members = new LinkedHashMap<>(Map.of("connection", connection, "integration",
          new ArrayList<>(integrations.values()).get(i % integrations.size()), "status", ended ? "disconnected" : "active",
          "state", ended ? "active" : words[0], "scopes_missing", 0, "created_at", at(900 + i), "at", at(1 + 5 * i)));
      if (!reason.isEmpty()) {
        members.put("reason", reason);
      }
      if (words[0].equals("reauth_required")) {
        told.put("connection", connection);
      }
      reports.add(new LinkClient.Report("connection", workspaceId(), members));
    }
    return reports;
  }

  private LinkClient.Report key(String name, String... scopes) {
    String key = LinkClient.id("key");
    told.put("key", key);
    return report("api_key",
        Map.of("key", key, "name", name, "scopes", List.of(scopes), "status", "active", "created_at", at(200)));
  }

  private LinkClient.Report report(String kind, Map<String, Object> members) {
    return new LinkClient.Report(kind, workspaceId(), members);
  }

  private String of(String provider) {
    return String.valueOf(integrations.get(provider));
  }

  private String workspaceId() {
    return at.substring(at.lastIndexOf('/') + 1);
  }

  /** So many hours ago, as the link writes it. */
  private String at(long hours) {
    return now.minus(Duration.ofHours(hours)).toString().replace("Z", ".000Z");
  }
}
