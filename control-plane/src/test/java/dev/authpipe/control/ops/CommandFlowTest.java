package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.LinkJson;
import dev.authpipe.control.http.Role;
import dev.authpipe.wire.Command;

/** Commands from the dashboard to a proxy and back. */
@Tag("S74")
class CommandFlowTest {
  private static final String SPKI = "302a300506032b6570032100";
  private final RunningControlPlane plane = RunningControlPlane.shared();
  private final String workspace = plane.workspace();
  private final ControlClient admin = plane.member(workspace, Role.ADMIN);
  private final LinkClient proxy = plane.enrolled(workspace);

  private JsonNode issue(String route, String kind, String target) {
    return admin.send("POST", "/api/v1/workspaces/" + workspace + "/" + route,
        "{\"kind\":\"" + kind + "\",\"target\":\"" + target + "\"}").expect(202).json().path("data").path(0);
  }

  private JsonNode waitingCommands(long after) {
    return proxy.get("/link/v1/commands?after=" + after).expect(200).json().path("commands");
  }

  private JsonNode command(String id) {
    for (JsonNode one : admin.get("/api/v1/workspaces/" + workspace + "/commands").expect(200).json().path("data")) {
      if (one.path("id").asText().equals(id)) {
        return one;
      }
    }
    throw new AssertionError("no such command");
  }

  @Test
  void aCommandIsSignedNumberedAndEnds() throws Exception {
    String connection = LinkClient.id("conn");
    JsonNode first = issue("connection-commands", "disconnect", connection);
    JsonNode second = issue("incident-commands", "rotate", "");
    assertThat(second.path("sequence").asLong()).isEqualTo(first.path("sequence").asLong() + 1);
    JsonNode sent = waitingCommands(0);
    assertThat(sent).hasSize(2);
    String payload = sent.path(0).path("payload").asText();
    PublicKey key = KeyFactory.getInstance("Ed25519")
        .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(SPKI + proxy.commandKey())));
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(key);
    check.update(("authpipe command v1\0" + payload).getBytes(StandardCharsets.UTF_8));
    assertThat(check.verify(HexFormat.of().parseHex(sent.path(0).path("signature").asText()))).isTrue();
    Command command = LinkJson.read(Command.class, payload.getBytes(StandardCharsets.UTF_8));
    assertThat(new String(LinkJson.write(command), StandardCharsets.UTF_8)).as("canonical").isEqualTo(payload);
    assertThat(command.target()).isEqualTo(connection);
    assertThat(command.workspace().toString()).isEqualTo(workspace);
    assertThat(command.dataPlane().toString()).isEqualTo(proxy.dataPlane());
    assertThat(command.expiresAt()).isEqualTo(command.issuedAt().plusSeconds(86_400));
    assertThat(waitingCommands(command.seq())).hasSize(1);
    assertThat(waitingCommands(second.path("sequence").asLong())).isEmpty();
  }

  @Test
  void whoWaitsGetsACommandWithinSeconds() throws Exception {
    CompletableFuture<ControlClient.Answer> waiting = proxy.sendAsync("GET", "/link/v1/commands?after=0&wait=30", null);
    issue("connection-commands", "probe", LinkClient.id("conn"));
    assertThat(waiting.get(6, TimeUnit.SECONDS).json().path("commands")).hasSize(1);
  }

  @Test
  void theOutcomeComesFromTheProxyThatWasCommandedAndFromNoOther() {
    JsonNode issued = issue("incident-commands", "revoke_all", "");
    String id = issued.path("id").asText();
    LinkClient other = plane.enrolled(plane.workspace());
    Map<String, Object> done = Map.of("command", id, "status", "done", "count", 12);
    other.report(1, new LinkClient.Report("command", workspace, done)).expect(200);
    assertThat(command(id).path("status").asText()).isEqualTo("issued");
    proxy.report(1, new LinkClient.Report("command", workspace, Map.of("command", id, "status", "waiting"))).expect(200);
    assertThat(command(id).path("status").asText()).isEqualTo("waiting");
    assertThat(waitingCommands(0)).as("a command that was taken is not sent again").isEmpty();
    proxy.report(2, new LinkClient.Report("command", workspace, done),
        new LinkClient.Report("command", workspace, Map.of("command", id, "status", "failed"))).expect(200);
    assertThat(command(id).path("status").asText()).isEqualTo("done");
    assertThat(command(id).path("connections").asLong()).isEqualTo(12);
    List<String> types = admin.get("/api/v1/workspaces/" + workspace + "/audit-events").json().path("data")
        .findValuesAsText("type");
    assertThat(types).containsSubsequence("command.answered", "command.answered", "command.issued");
    assertThat(types.stream().filter("command.answered"::equals)).hasSize(2);
  }

  @Test
  void aDataPlaneThatDeletedTheWorkspaceServesItNoMore() {
    String id = plane.member(workspace, Role.OWNER)
        .send("POST", "/api/v1/workspaces/" + workspace + "/incident-commands", "{\"kind\":\"delete_workspace\"}").expect(202)
        .json()
        .at("/data/0/id").asText();
    assertThat(proxy.get("/link/v1/feed").expect(200).text()).contains(workspace);
    proxy.report(1, new LinkClient.Report("command", workspace, Map.of("command", id, "status", "waiting"))).expect(200);
    assertThat(proxy.get("/link/v1/feed").expect(200).text()).as("it only waits").contains(workspace);
    proxy.report(2, new LinkClient.Report("command", workspace, Map.of("command", id, "status", "done", "count", 2))).expect(200);
    assertThat(proxy.get("/link/v1/feed").expect(200).text()).doesNotContain(workspace);
    assertThat(admin.get("/api/v1/workspaces/" + workspace + "/audit-events?type=data_plane.unassigned").json().path("data"))
        .singleElement().satisfies(event -> assertThat(event.at("/actor/kind").asText()).isEqualTo("data_plane"));
  }

  @Test
  void anExpiredCommandIsNotSentAndShownAsExpired() {
    String id = issue("connection-commands", "disconnect", LinkClient.id("conn")).path("id").asText();
    plane.asSuperuser(
        "update data_plane_command set issued_at = now() - interval '3 hours', expires_at = now() - interval '2 hours'"
            + " where data_plane_id in (select data_plane_id from data_plane where identity = decode('" + proxy.key().identity()
            + "', 'hex'))");
    assertThat(waitingCommands(0)).isEmpty();
    assertThat(command(id).path("status").asText()).isEqualTo("expired");
  }

  @Test
  void aRepetitionWithOneIdempotencyKeyIssuesOneCommand() {
    String body = "{\"kind\":\"rotate\"}";
    String path = "/api/v1/workspaces/" + workspace + "/incident-commands";
    String key = UUID.randomUUID().toString();
    JsonNode first = admin.with("Idempotency-Key", key).send("POST", path, body).expect(202).json();
    JsonNode again = admin.send("POST", path, body).expect(202).json();
    admin.with("Idempotency-Key", null);
    assertThat(again).isEqualTo(first);
    assertThat(waitingCommands(0)).hasSize(1);
  }

  @Test
  void rolesAndTargetsAreChecked() {
    String one = "/api/v1/workspaces/" + workspace + "/connection-commands";
    String many = "/api/v1/workspaces/" + workspace + "/incident-commands";
    ControlClient support = plane.member(workspace, Role.SUPPORT);
    assertThat(support.send("POST", one, "{\"kind\":\"probe\",\"target\":\"" + LinkClient.id("conn") + "\"}").status())
        .isEqualTo(202);
    assertThat(support.send("POST", many, "{\"kind\":\"rotate\"}").code()).isEqualTo("role_missing");
    assertThat(support.send("POST", one, "{\"kind\":\"rotate\"}").code()).isEqualTo("invalid_request");
    assertThat(admin.send("POST", many, "{\"kind\":\"delete_workspace\"}").code()).isEqualTo("role_missing");
    assertThat(admin.send("POST", many, "{\"kind\":\"erase\",\"target\":\"somebody@example.org\"}").code())
        .isEqualTo("invalid_request");
    assertThat(admin.send("POST", many, "{\"kind\":\"hand_out\"}").code()).isEqualTo("invalid_request");
    assertThat(admin.send("POST", one, "{\"kind\":\"disconnect\",\"target\":\"conn_x\"}").code()).isEqualTo("invalid_request");
    String lonely = plane.workspace();
    assertThat(plane.member(lonely, Role.OWNER).send("POST", "/api/v1/workspaces/" + lonely + "/incident-commands",
        "{\"kind\":\"rotate\"}").code()).isEqualTo("conflict");
  }
}
