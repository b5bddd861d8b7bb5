package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.Checkpoints;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.proof.ConnectFlow;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.wire.ConnectionId;

/** Regions at the proxy: it serves those that its operator names, refuses every other workspace, and tells nothing of the people in them. */
@Tag("S72")
class RegionTest {
  private static final String ABROAD = "wks_01js00000ke008000000000007";

  @TempDir
  Path directory;

  private static String abroad() {
    return LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request()).replace(LinkStage.WORKSPACE, ABROAD)
        .replace("\"eu\"", "\"us\"").replace("\"acme\"", "\"abroad\"")
        .replace(LinkStage.INTEGRATION, "int_01js00000ke008000000000007")
        .replace(LinkStage.REQUEST, "kreq_01js00000ke008000000000007");
  }

  private static String home() {
    return LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request());
  }

  @Test
  void aTrustedControlPlaneBringsNoWorkspaceOfAnotherRegionEither() {
    try (LinkStage stage = new LinkStage(directory, "  trust: everything\n", OutboxSettings.usual())) {
      assertThat(stage.enrol().code()).isZero();
      stage.start();
      stage.plane.offer("[" + abroad() + "," + home() + "]");
      Configuration configuration = stage.proxy().bean(Configuration.class);
      await().atMost(LinkStage.PATIENCE).until(() -> configuration.workspaceNamed("acme").isPresent());
      assertThat(configuration.workspaces()).hasSize(1);
      String refused = stage.plane.command("revoke_all", ABROAD, "", Map.of());
      await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(stage.plane.reports("command")).singleElement()
          .satisfies(report -> {
            assertThat(report.path("command").asText()).isEqualTo(refused);
            assertThat(report.path("reason").asText()).isEqualTo("unknown_workspace");
          }));
      assertThat(stage.column(Store.VAULT, "select name from workspace")).containsExactly("acme");
      assertThat(stage.number("select count(*) from linked_workspace")).isEqualTo(1);
      assertThat(stage.plane.bodies("/link/v1/reports")).noneMatch(body -> body.contains(ABROAD));

      stage.plane.offer("[" + home().replace("\"eu\"", "\"us\"") + "]"); // a workspace in force is said to be elsewhere
      await().atMost(LinkStage.PATIENCE).until(() -> stage.number("select version from feed_state") == 2);
      stage.restart(false);
      assertThat(stage.proxy().bean(Configuration.class).workspaces()).allMatch(one -> one.name().equals("acme"));
      assertThat(stage.column(Store.VAULT, "select document from linked_workspace"))
          .allMatch(document -> document.contains("\"eu\""));
    }
  }

  @Test
  void aRegionThatTheOperatorTakesAwayIsServedNoLongerAndNothingIsLost() throws IOException {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      String connection = stage.connect("ada");
      stage.application().accessToken(connection).expect(200);
      String settings = Files.readString(stage.settings);
      Files.writeString(stage.settings, settings.replace("regions: [eu]", "regions: [us]"));
      stage.restart(false);
      assertThat(stage.proxy().bean(Configuration.class).workspaces()).isEmpty();
      assertThat(stage.application().accessToken(connection).status()).isIn(401, 404);
      assertThat(stage.application().proxied(connection, "/me").status()).isIn(401, 404);
      Files.writeString(stage.settings, settings);
      stage.restart(false);
      stage.application().accessToken(connection).expect(200);
    }
  }

  @Test
  void nothingThatIsSentHoldsAPersonsDataNorTheirIdsHere() throws Exception {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      stage.provider.consentsNext(Account.named("canaryaccount-of-the-region", "Canary Account"));
      String connection = connected(stage);
      stage.application().send("PATCH", "/v1/connections/" + connection, Map.of("metadata", Map.of("note", "canary-note")))
          .expect(200);
      stage.application().accessToken(connection).expect(200);
      stage.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
      stage.application().proxied(connection, "/me").expect(200);
      List<String> ids = new ArrayList<>(stage.column(Store.VAULT, "select end_user_id from end_user"));
      ids.addAll(stage.column(Store.VAULT, "select account_id from provider_account"));
      assertThat(ids).hasSize(2);
      stage.application().send("DELETE", "/v1/end-users/canary-user-of-the-region").expect(202);
      assertThat(stage.proxy().bean(Checkpoints.class).signAll()).isEmpty();
      await().atMost(LinkStage.PATIENCE).untilAsserted(() -> {
        assertThat(stage.plane.reports("erasure")).isNotEmpty();
        assertThat(stage.plane.reports("usage")).isNotEmpty();
        assertThat(stage.plane.bodies("/link/v1/checkpoints")).isNotEmpty();
      });
      List<String> everything = stage.plane.bodies().values().stream().flatMap(List::stream).toList();
      assertThat(everything).anyMatch(body -> body.contains(connection));
      assertThat(everything).allSatisfy(body -> {
        assertThat(body.toLowerCase(Locale.ROOT)).doesNotContain("canary");
        for (String id : ids) {
          assertThat(body).doesNotContain(id, new ConnectionId(UUID.fromString(id)).toString().substring("conn_".length()));
        }
        for (String name : List.of("canary-user-of-the-region", "canary.user@example.com", "canaryaccount-of-the-region",
            "usr_canaryaccount-of-the-region",
            "canaryaccount-of-the-region@example.com")) {
          assertThat(CanaryText.of(name).search(body)).isEmpty();
          for (String algorithm : List.of("MD5", "SHA-1", "SHA-256", "SHA-512")) {
            assertThat(body).doesNotContain(hash(algorithm, name));
          }
        }
      });
    }
  }

  private static String connected(LinkStage stage) {
    try (ConnectFlow flow = new ConnectFlow(stage.application(), stage.proxy().connect(), "canary-user-of-the-region")) {
      Map<String, Object> request = new HashMap<>(flow.sessionRequest("sandbox"));
      request.put("end_user",
          Map.of("id", "canary-user-of-the-region", "display_name", "Canary User", "email", "canary.user@example.com"));
      flow.create(request).expect(201);
      flow.open().authorize();
      return flow.finish().expect(200).json().at("/connection/id").asText();
    }
  }

  private static String hash(String algorithm, String name) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
