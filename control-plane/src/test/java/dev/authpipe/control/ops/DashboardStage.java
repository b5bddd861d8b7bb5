package dev.authpipe.control.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.control.member.Authenticator;
import dev.authpipe.control.member.PeopleStage;
import dev.authpipe.control.member.Visitor;
import dev.authpipe.testkit.FreePorts;
import dev.authpipe.testkit.ManualClock;
import dev.authpipe.testkit.oidc.OidcProviderProcess;
import dev.authpipe.wire.WorkspaceId;

/** A control plane with people, proxies and what they told of, all made over its own interfaces, for a browser to look at. */
final class DashboardStage implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OWNER = "ada@acme.example";

  private final Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
  private final ManualClock clock = ManualClock.at(now);
  private final OidcProviderProcess provider;
  private final PeopleStage stage;
  private final RunningControlPlane plane;
  private final ObjectNode told = JSON.createObjectNode();
  private final Map<String, String> integrations = new LinkedHashMap<>();
  private final Visitor ada;
  private final LinkClient frankfurt;
  private String at = "";
  private long reported;

  private DashboardStage() throws IOException {
    int port = FreePorts.next();
    this.provider = OidcProviderProcess.start(Duration.ofMinutes(10), true, List.of("email", "profile"),
        "http://127.0.0.1:" + port + "/api/v1/sign-in/oidc/callback");
    Path secret = Files.writeString(Files.createTempFile("client", ".secret"), provider.clientSecret().reveal());
    this.stage = new PeopleStage("""
        sign_in:
          private_hosts: [127.0.0.1]
          oidc: {name: Acme SSO, issuer: "%s", client_id: %s, client_secret: {file: %s}}
        """.formatted(provider.issuer(), provider.clientId(), secret), clock, port);
    this.plane = stage.plane();
    this.ada = stage.visitor();
    this.frankfurt = plane.proxy();
  }

  /** Makes everything. */
  static DashboardStage set() throws IOException {
    DashboardStage made = new DashboardStage();
    made.people();
    made.configuration();
    made.proxies();
    made.reports();
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
    invite("hedy@acme.example", "viewer");
    stage.visitor()
        .post("/api/v1/sign-up", "code", stage.operatorInvitation("joan@acme.example"), "display_name", "Somebody else",
            "password", PeopleStage.PASSWORD)
        .expect(200);
    told.put("invited_at_provider", "hedy@acme.example").put("invitation_at_provider", mailed("hedy@acme.example"))
        .put("claimed_by_another", "joan@acme.example");
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
    ada.post(at + "/webhook-endpoints", "url", "https://hooks.acme.com/authpipe", "description", "Production back end")
        .expect(201);
    ada.send("POST", at + "/webhook-endpoints",
        "{\"url\":\"https://events.acme.com/v2/connections\",\"events\":[\"connection.reauth_required\"],\"disabled\":true}")
        .expect(201);
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

  /** Usage of the last thirty days, less at night and on Sundays, and what else proxies tell. */
  private void reports() {
    List<LinkClient.Report> all = new ArrayList<>();
    for (int hour = 30 * 24; hour >= 0; hour--) {
      if (hour <= 30 || hour % 24 == 9) {
        long busy = 1 + Math.round(60 * (1 + Math.sin((hour + 3) / 3.8)) + hour % 7 * 15L);
        busy *= hour <= 30 ? 1 : 18; // of the older days one hour stands for all
        all.add(usage("google", hour, busy * 12, busy * 3, hour % 5, hour % 9 == 0 ? 2 : 0, busy / 3));
        all.add(usage("slack", hour, busy * 7, 0, 0, 0, hour % 24 == 9 && hour < 100 ? busy * 2 : busy / 20));
        all.add(usage("github", hour, busy, busy / 2, hour % 3, 0, 0));
      }
    }
    for (String status : List.of("applied", "approved", "refused", "waiting", "waiting")) {
      all.add(report("change", Map.of("change", LinkClient.id("chg"), "status", status)));
    }
    all.add(report("erasure", Map.of("erasure", LinkClient.id("era"), "connections", 3, "pending", 0)));
    all.add(report("erasure", Map.of("erasure", LinkClient.id("era"), "connections", 5, "pending", 2)));
    all.add(new LinkClient.Report("job", new WorkspaceId(new UUID(0, 0)).toString(),
        Map.of("job", "retention", "status", "failed", "reason", "store_unavailable")));
    frankfurt.report(reported, all.toArray(LinkClient.Report[]::new)).expect(200);
    reported += all.size();
  }

  private LinkClient.Report usage(String integration, int hoursAgo, long calls, long reads, long refused, long failed,
      long provider) {
    return report("usage",
        Map.of("integration", of(integration), "key", told.path("key").asText(), "window_start", at(hoursAgo), "window_seconds",
            60,
            "calls", calls, "token_reads", reads, "refused", refused, "failed", failed, "provider_errors", provider, "refreshes",
            calls / 40));
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

  @Override
  public void close() {
    provider.close();
  }
}
