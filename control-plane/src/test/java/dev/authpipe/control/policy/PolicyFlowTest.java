package dev.authpipe.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.control.ops.RunningControlPlane;

/** Rules, webhook endpoints and branding of a workspace over HTTP. */
class PolicyFlowTest {
  private static final RunningControlPlane PLANE = RunningControlPlane.shared();

  private final String workspace = PLANE.workspace();
  private final String path = "/api/v1/workspaces/" + workspace;
  private final ControlClient admin = PLANE.member(workspace, Role.ADMIN);

  @Test
  void thePolicyBeginsAsUsualAndItsChangesAreRecorded() {
    JsonNode usual = admin.get(path + "/policy").expect(200).json();
    assertThat(usual.path("retention_days").asInt()).isEqualTo(30);
    assertThat(usual.path("strict_audit").asBoolean()).isFalse();
    assertThat(usual.path("connect_origin").isNull()).isTrue();
    JsonNode changed = admin.send("PATCH", path + "/policy", "{\"retention_days\":0,\"connect_origin\":\"https://c.acme.com\"}")
        .expect(200).json();
    assertThat(changed.path("version").asInt()).isEqualTo(1);
    changed = admin.send("PATCH", path + "/policy", "{\"strict_audit\":true,\"connect_origin\":\"\"}").expect(200).json();
    assertThat(changed.path("version").asInt()).isEqualTo(2);
    assertThat(changed.path("retention_days").asInt()).isZero();
    assertThat(changed.path("connect_origin").isNull()).isTrue();
    assertThat(admin.get(path + "/audit-events?object=policy").expect(200).json().path("data")).hasSize(2);
    admin.send("PATCH", path + "/policy", "{\"retention_days\":31}").expect(400);
    admin.send("PATCH", path + "/policy", "{\"connect_origin\":\"https://c.acme.com/path\"}").expect(400);
    admin.send("PATCH", path + "/policy", "{\"connect_origin\":\"https://c.acme.com/?q\"}").expect(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://hooks.acme.com/", "https://localhost/", "https://127.0.0.1/", "https://10.1.2.3/",
      "https://192.168.0.1/", "https://169.254.169.254/latest", "https://100.64.0.1/", "https://[::1]/", "https://[fd00::1]/",
      "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/", "https://intranet/", "https://db.internal/", "https://printer.local/",
      "https://user@acme.com/", "https://acme.com/#x", "https://2130706433/", "https://0x7f000001/", "https://*.acme.com/",
      "ftp://a.com"})
  @Tag("S22")
  void aWebhookEndpointIsOnThePublicInternet(String url) {
    assertThat(admin.send("POST", path + "/webhook-endpoints", "{\"url\":\"" + url + "\"}").expect(400).code())
        .isEqualTo("invalid_request");
  }

  @Test
  void aWebhookEndpointIsMadeChangedAndDeleted() {
    JsonNode made = admin.send("POST", path + "/webhook-endpoints", "{\"url\":\"https://hooks.acme.com/authpipe\"}").expect(201)
        .json();
    String one = path + "/webhook-endpoints/" + made.path("id").asText();
    assertThat(made.path("events")).hasSize(9);
    JsonNode changed = admin.send("PATCH", one, "{\"events\":[\"connection.created\"],\"disabled\":true}").expect(200).json();
    assertThat(changed.path("version").asInt()).isEqualTo(2);
    admin.send("PATCH", one, "{\"events\":[\"nothing\"]}").expect(400);
    admin.send("PATCH", one, "{\"events\":[null]}").expect(400);
    admin.send("PATCH", one, "{\"events\":[]}").expect(400);
    assertThat(admin.send("PATCH", one, "{\"signing_secret\":\"x\"}").expect(400).code()).isEqualTo("secret_refused");
    assertThat(admin.get(path + "/webhook-endpoints").expect(200).json().at("/data/0")).isEqualTo(changed);
    String other = PLANE.workspace();
    PLANE.member(other, Role.OWNER).get(one.replace(workspace, other)).expect(404);
    admin.send("DELETE", one, null).expect(204);
    admin.get(one).expect(404);
    assertThat(admin.get(path + "/audit-events?type=configuration.changed").expect(200).json().path("data")).hasSize(3);
  }

  @Test
  void thePlanLimitsWebhookEndpoints() {
    for (int i = 0; i < 10; i++) {
      admin.send("POST", path + "/webhook-endpoints", "{\"url\":\"https://hooks.acme.com/" + i + "\"}").expect(201);
    }
    assertThat(admin.send("POST", path + "/webhook-endpoints", "{\"url\":\"https://hooks.acme.com/\"}").expect(409).code())
        .isEqualTo("plan_limit_reached");
  }

  @Test
  void theNameOfTheBrandingIsTheUsualOneOfNewIntegrations() {
    String slack = "{\"provider\":\"slack\",\"client_id\":\"c-1\",\"scopes\":[\"chat:write\"],\"slug\":\"";
    admin.send("PATCH", path + "/branding", "{\"name\":\"Acme & S\u00f6hne \"}").expect(200);
    assertThat(admin.get(path + "/branding").expect(200).json().path("name").asText()).isEqualTo("Acme & S\u00f6hne");
    assertThat(admin.send("POST", path + "/integrations", slack + "one\"}").expect(201).json().path("application_name").asText())
        .isEqualTo("Acme & S\u00f6hne");
    assertThat(admin.send("PATCH", path + "/branding", "{\"name\":\"\"}").expect(200).json().has("name")).isFalse();
    assertThat(admin.send("POST", path + "/integrations", slack + "two\"}").expect(201).json().path("application_name").asText())
        .isNotEqualTo("Acme & S\u00f6hne");
    for (String bad : new String[]{" ", "a\\nb", "Acme\u202egro.live", "Ac\u200bme", "Acme\u2028", "P\u0430ypal",
        "x".repeat(101)}) {
      assertThat(admin.send("PATCH", path + "/branding", "{\"name\":\"" + bad + "\"}").expect(400).code()).as(bad)
          .isEqualTo("invalid_request");
    }
    assertThat(admin.send("PATCH", path + "/branding", "{\"name\":\"ap_sk_0123456789abcdef\"}").expect(400).code())
        .isEqualTo("secret_refused");
  }

  @Test
  void integrationsWithTheNameOfBeforeFollowTheBrandingAndOthersDoNot() {
    String slack = "{\"provider\":\"slack\",\"client_id\":\"c-1\",\"scopes\":[\"chat:write\"],\"slug\":\"";
    admin.send("POST", path + "/integrations", slack + "one\"}").expect(201);
    admin.send("POST", path + "/integrations", slack + "two\",\"application_name\":\"Acme Admin\"}").expect(201);
    admin.send("PATCH", path + "/branding", "{\"name\":\"Acme Tasks\"}").expect(200);
    assertThat(admin.get(path + "/integrations/one").expect(200).json().path("application_name").asText())
        .isEqualTo("Acme Tasks");
    assertThat(admin.get(path + "/integrations/one").expect(200).json().path("version").asInt()).isEqualTo(2);
    assertThat(admin.get(path + "/integrations/two").expect(200).json().path("application_name").asText())
        .isEqualTo("Acme Admin");
    assertThat(admin.get(path + "/audit-events?type=integration.changed").expect(200).json().path("data")).hasSize(3);
    assertThat(admin.send("PATCH", path + "/integrations/two", "{\"application_name\":\"Ac\u200bme\"}").expect(400).code())
        .isEqualTo("invalid_request");
  }

  @Test
  void brandingTakesColoursAddressesAndAPicture() {
    String logo = "data:image/png;base64," + Base64.getEncoder().encodeToString(PngImageTest.png(64, 64));
    JsonNode changed = admin.send("PATCH", path + "/branding", "{\"accent_color\":\"#70318A\",\"logo\":\"" + logo
        + "\",\"support_url\":\"https://acme.com/help\"}").expect(200).json();
    assertThat(changed.path("accent_color").asText()).isEqualTo("#70318a");
    assertThat(changed.path("logo").asText()).isEqualTo(logo);
    changed = admin.send("PATCH", path + "/branding", "{\"logo\":\"\"}").expect(200).json();
    assertThat(changed.has("logo")).isFalse();
    assertThat(changed.path("accent_color").asText()).isEqualTo("#70318a");
    assertThat(admin.get(path + "/branding").expect(200).json()).isEqualTo(changed);
    for (String bad : new String[]{"\"accent_color\":\"red\"", "\"background_color\":\"#12345\"",
        "\"accent_color\":\"#123456;x\"", "\"accent_color\":\"#ffee00\"", "\"support_url\":\"http://acme.com\"",
        "\"privacy_url\":\"javascript:alert(1)\"",
        "\"logo\":\"data:image/svg+xml;base64,PHN2Zz4=\"", "\"logo\":\"https://acme.com/logo.png\"",
        "\"logo\":\"data:image/png;base64,iVBORw0KGgo=\"", "\"logo\":\"data:image/png;base64,%\""}) {
      assertThat(admin.send("PATCH", path + "/branding", "{" + bad + "}").expect(400).code()).as(bad)
          .isEqualTo("invalid_request");
    }
  }
}
