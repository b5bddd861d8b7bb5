package dev.authpipe.control.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.control.ops.RunningControlPlane;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.wire.WorkspaceId;

/** Exports by link: what is in them, and for whom and how long a link works (S84). */
@Tag("S84")
class ExportFlowTest {
  private static final RunningControlPlane PLANE = RunningControlPlane.shared();

  private final String workspace = PLANE.workspace();
  private final String path = "/api/v1/workspaces/" + workspace;
  private final ControlClient admin = PLANE.member(workspace, Role.ADMIN);

  @Test
  void anExportHasTheWholeConfigurationAndPlaceholdersForSecrets() {
    configure();
    ControlClient.Answer answer = admin.get(link("json"));
    JsonNode json = answer.expect(200).json();
    assertThat(json.at("/integrations/0/client_id").asText()).isEqualTo("1.2");
    assertThat(json.at("/integrations/0/client_secret").asText()).isEqualTo("<set at the proxy: bin/authpipe secret set slack>");
    assertThat(json.at("/policy/retention_days").asInt()).isEqualTo(7);
    assertThat(json.at("/webhook_endpoints/0/url").asText()).isEqualTo("https://hooks.acme.com/");
    assertThat(json.at("/api_key_requests/0/name").asText()).isEqualTo("back end");
    assertThat(json.path("configuration_version").asInt()).isPositive();
    assertThat(answer.headers().firstValue("content-disposition")).get().asString()
        .startsWith("attachment; filename=\"authpipe-w")
        .endsWith(".json\"");

    String terraform = admin.get(link("terraform")).expect(200).text();
    assertThat(terraform).contains("resource \"authpipe_integration\" \"slack\" {", "client_secret = var.client_secret_slack",
        "variable \"client_secret_slack\" {", "sensitive = true", "note = \"$${var.x} %%{ if true } \\\"q\\\"\"");
    JsonNode events = admin.get(path + "/audit-events?type=export.made").expect(200).json().path("data");
    assertThat(events.findValuesAsText("format")).containsExactly("terraform", "json");
  }

  @Test
  void aLinkWorksInItsSessionOnly() {
    String link = link("json");
    admin.get(link).expect(200);
    PLANE.member(workspace, Role.OWNER).get(link).expect(404);
    PLANE.anonymous().get(link).expect(401);
    PLANE.member(workspace, Role.VIEWER).get(link).expect(403);
    String other = PLANE.workspace();
    admin.as(other, Role.ADMIN).get(link.replace(workspace, other)).expect(404);
  }

  @Test
  void aLinkThatWasChangedIsUnknown() {
    String link = link("json");
    admin.get(link.replace("format=json", "format=terraform")).expect(404);
    admin.get(link.replaceAll("expires=\\d", "expires=9")).expect(404);
    admin.get(link.replaceAll("exports/........", "exports/00000000")).expect(404);
    admin.get(link.replaceAll("signature=.{64}", "signature=" + "0".repeat(64))).expect(404);
    admin.get(link.replaceAll("signature=.*", "signature=x")).expect(404);
    admin.get(link.replaceAll("&signature=.*", "")).expect(404);
    admin.get(link.replaceAll("expires=\\d+", "expires=" + Long.MAX_VALUE)).expect(404);
    admin.send("POST", path + "/exports", "{\"format\":\"xml\"}").expect(400);
    admin.send("POST", path + "/exports", "{}").expect(400);
  }

  @Test
  void aLinkEndsAfterAnHour() {
    Instant begin = Instant.parse("2026-01-01T00:00:00Z");
    WorkspaceId id = WorkspaceId.parse(workspace);
    WorkspaceAccess access = new WorkspaceAccess(
        new Session(UUID.randomUUID(), UUID.randomUUID(), Map.of(id, Role.ADMIN), SecretText.of("token")), id, Role.ADMIN);
    ExportLinks.Link link = new ExportLinks(InstantSource.fixed(begin)).begin(UUID.randomUUID(), ExportFormat.JSON);
    String signed = new ExportLinks(InstantSource.fixed(begin)).path(access, link);
    String signature = signed.substring(signed.length() - 64);
    Duration almost = ExportLinks.LIFE.minusMillis(1);
    assertThat(ExportLinks.LIFE).isEqualTo(Duration.ofHours(1));
    assertThat(new ExportLinks(InstantSource.fixed(begin.plus(almost))).holds(access, link, signature)).isTrue();
    assertThat(new ExportLinks(InstantSource.fixed(begin.plus(ExportLinks.LIFE))).holds(access, link, signature)).isFalse();
  }

  @Test
  void aTextNeverBecomesAnExpression() {
    assertThat(Hcl.text("a\"b\\c\n$x ${y} %{z} $${k}")).isEqualTo("\"a\\\"b\\\\c\\u000a$x $${y} %%{z} $\\u0024{k}\"");
    assertThat(Hcl.resource("integration", "3d-models", Map.of("scopes", List.of("a", "${b}"))))
        .isEqualTo("resource \"authpipe_integration\" \"_3d-models\" {\n  scopes = [\"a\", \"$${b}\"]\n}\n");
  }

  private void configure() {
    admin.send("POST", path + "/integrations", "{\"provider\":\"slack\",\"client_id\":\"1.2\",\"scopes\":[\"chat:write\"],"
        + "\"note\":\"${var.x} %{ if true } \\\"q\\\"\"}").expect(201);
    admin.send("PATCH", path + "/policy", "{\"retention_days\":7}").expect(200);
    admin.send("POST", path + "/webhook-endpoints", "{\"url\":\"https://hooks.acme.com/\"}").expect(201);
    admin.send("POST", path + "/api-key-requests", "{\"name\":\"back end\",\"scopes\":[\"proxy\"],\"integrations\":[\"slack\"]}")
        .expect(201);
  }

  private String link(String format) {
    return admin.send("POST", path + "/exports", "{\"format\":\"" + format + "\"}").expect(201).json().path("url").asText();
  }
}
