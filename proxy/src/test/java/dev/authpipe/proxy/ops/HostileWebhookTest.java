package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.WebhookEndpoint;

/** A hostile control plane cannot redirect events: an address is the one that was approved, or none. */
class HostileWebhookTest {
  private static final String GOOD = "https://app.example.com/hooks";
  private static final String EVIL = "https://evil.example.com/hooks";
  private static final String ID = "whk_01js00000ke008000000000001";

  @TempDir
  Path directory;

  private static String offer(String url, String events, boolean disabled) {
    String workspace = LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request());
    return "[" + workspace.substring(0, workspace.length() - 1)
        + ",\"webhook_endpoints\":[{\"id\":\"%s\",\"url\":\"%s\",\"events\":[%s],\"disabled\":%s}]}]".formatted(ID, url, events,
            disabled);
  }

  private static List<WebhookEndpoint> inForce(LinkStage stage) {
    return stage.proxy().bean(Configuration.class).workspaceNamed("acme").orElseThrow().webhooks();
  }

  @Test
  @Tag("S71")
  void anAddressComesIntoForceOnlyAsItWasApprovedAndOnlyNarrows() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      String both = "\"connection.created\",\"connection.erased\"";
      stage.plane.offer(offer(GOOD, both, false));
      stage.awaitWaiting(1);
      assertThat(inForce(stage)).isEmpty();
      assertThat(stage.run("", "approve").out()).contains("webhook endpoint " + ID, GOOD);
      stage.approveAll();
      await().atMost(LinkStage.PATIENCE).until(() -> inForce(stage).size() == 1);
      assertThat(stage.run("", "webhook", "list").out()).contains(ID, "no signing secret");

      stage.plane.offer(offer(EVIL, both + ",\"refresh.failed\"", false));
      stage.awaitWaiting(2);
      assertThat(inForce(stage)).singleElement().satisfies(one -> {
        assertThat(one.url()).isEqualTo(URI.create(GOOD));
        assertThat(one.events()).hasSize(2);
      });

      stage.plane.offer(offer(GOOD, "\"connection.erased\"", false));
      await().atMost(LinkStage.PATIENCE).until(() -> inForce(stage).stream().allMatch(one -> one.events().size() == 1));
      stage.plane.offer(offer(GOOD, "\"connection.erased\"", true));
      await().atMost(LinkStage.PATIENCE).until(() -> inForce(stage).isEmpty());
    }
  }

  @Test
  @Tag("S71")
  void anAddressOfThisMachineCannotBeApproved() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      stage.plane.offer(offer("http://127.0.0.1:1/hooks", "\"connection.created\"", false));
      stage.awaitWaiting(1);
      LinkStage.Ran refused = stage.run("", "approve", "--all");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.out() + refused.err()).contains("no https:// address");
      assertThat(inForce(stage)).isEmpty();
    }
  }
}
