package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Theme;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.wire.IntegrationId;

/** How the connect page looks by a control plane's word: only as the operator approved, and never in a way that misleads. */
class BrandingFlowTest {
  /** Of docs/link-vectors: a PNG of 8 by 8 pixels. */
  private static final String LOGO = vector();
  private static final String WORN = "\"accent\":\"#7a3cc4\",\"logo\":\"" + LOGO + "\"";

  @TempDir
  Path directory;

  @Test
  @Tag("S71")
  void aLookWaitsForTheOperatorWhoSeesTheColourAndThePicture() throws Exception {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      stage.plane.offer("[" + wearing(LinkStage.integration("c"), WORN) + "]");
      stage.awaitWaiting(1);
      assertThat(integration(stage).theme()).as("nobody sees it yet").isEqualTo(Theme.USUAL);
      String listed = stage.run("", "approve").out();
      assertThat(listed).contains("the workspace itself: branding from nothing to", "\"accent\":\"#7a3cc4\"", "8 x 8 pixels")
          .doesNotContain(LOGO);
      String change = listed.substring(0, listed.indexOf(' '));
      Path picture = directory.resolve("proposed.png");
      assertThat(stage.run("", "approve", change, "--logo", picture.toString()).out()).contains("nothing was approved");
      assertThat(Files.readAllBytes(picture)).isEqualTo(Base64.getDecoder().decode(LOGO));
      assertThat(stage.run("", "approve", change, "--logo", picture.toString()).code()).as("no file is overwritten").isEqualTo(1);
      assertThat(stage.run("", "approve", change, "--all", "--logo", directory.resolve("other.png").toString()).err())
          .contains("the id of one change");
      stage.awaitWaiting(1);
      stage.approveAll();
      await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(integration(stage).theme())
          .isEqualTo(new Theme("#7a3cc4", null, "data:image/png;base64," + LOGO)));
      stage.plane.offer("[" + LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request()) + "]");
      stage.awaitWaiting(1);
      assertThat(integration(stage).theme()).as("taking it away waits too").isNotEqualTo(Theme.USUAL);
    }
  }

  @Test
  @Tag("S71")
  void aHostileLookIsCountedAndChangesNothingWhileWhatNarrowsBesideItApplies() {
    try (LinkStage stage = new LinkStage(directory, "  trust: everything\n", OutboxSettings.usual())) {
      assertThat(stage.enrol().code()).isZero();
      stage.start();
      stage.plane.offer("[" + wearing(LinkStage.integration("c"), WORN) + "]");
      stage.awaitWaiting(1);
      stage.approveAll();
      await().atMost(LinkStage.PATIENCE).until(() -> !integration(stage).theme().equals(Theme.USUAL));
      Integration honest = integration(stage);
      String svg = Base64.getEncoder().encodeToString("<svg onload=\"alert(1)\"/>".getBytes(StandardCharsets.UTF_8));
      for (String look : new String[]{"\"accent\":\"red;}\"", "\"logo\":\"" + svg + "\""}) {
        long version = stage.plane
            .offer("[" + wearing(LinkStage.integration("c").replace("\"Acme\"", "\"Ac\u200bme\""), look) + "]");
        await().atMost(LinkStage.PATIENCE).until(() -> stage.proxy().bean(Approvals.class).feedVersion() == version);
      }
      stage.plane.offer("[" + wearing(LinkStage.integration("c").replace("\"proxy_only\":false", "\"proxy_only\":true"),
          "\"accent\":\"#ffee00\"") + "]");
      await().atMost(LinkStage.PATIENCE).until(() -> integration(stage).proxyOnly());
      assertThat(integration(stage).theme()).isEqualTo(honest.theme());
      assertThat(integration(stage).applicationName()).isEqualTo(honest.applicationName());
      stage.proxy().bean(Refusals.class).write();
      assertThat(stage.column(Store.VAULT, "select convert_from(body, 'UTF8') from audit_event").toString()).contains(
          "feed_colour_wrong",
          "feed_logo_wrong", "feed_name_misleading");
    }
  }

  @Test
  @Tag("S71")
  void eachPollSaysWhatThisVersionReadsAndADocumentWithoutItGoesOnWorking() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      String connection = stage.connect("ada");
      stage.application().accessToken(connection).expect(200);
      assertThat(stage.plane.server().requests().stream().map(one -> new String(one.head(), StandardCharsets.ISO_8859_1))
          .filter(head -> head.startsWith("GET /link/v1/feed"))).isNotEmpty()
          .allMatch(head -> head.contains("Authpipe-Feed: 2\r\n"));
    }
  }

  private static Integration integration(LinkStage stage) {
    return stage.proxy().bean(Configuration.class).integration(IntegrationId.parse(LinkStage.INTEGRATION)).orElseThrow();
  }

  private static String wearing(String integrations, String members) {
    return LinkStage.workspace(integrations, "", LinkStage.request()).replaceFirst("}$", ",\"branding\":{" + members + "}}");
  }

  private static String vector() {
    try {
      String feed = Files.readString(Path.of("../docs/link-vectors/feed.json"));
      return Objects.requireNonNull(new com.fasterxml.jackson.databind.ObjectMapper().readTree(feed)
          .at("/workspaces/0/branding/logo").textValue());
    } catch (java.io.IOException missing) {
      throw new java.io.UncheckedIOException(missing);
    }
  }
}
