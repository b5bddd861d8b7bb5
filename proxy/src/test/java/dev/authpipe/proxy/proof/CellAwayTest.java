package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;

/** A cell that does not answer is the trouble of its workspaces alone (docs/cells.md). */
class CellAwayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void theOthersAreServedAndConfiguredAndItsOwnAreServedAgainWhenItIsBack() throws IOException {
    try (CellStage stage = new CellStage()) {
      String ours = stage.connected(stage.application, "ada");
      String theirs = stage.connected(stage.stranger, "ben");
      assertThat(stage.move(CellStage.CELL).code()).isZero();
      stage.application.send("POST", "/v1/connections/" + ours + "/refresh").expect(200);
      answers(stage, false);

      assertThat(stage.application.send("POST", "/v1/connections/" + ours + "/refresh").code()).isEqualTo("store_unavailable");
      stage.stranger.send("POST", "/v1/connections/" + theirs + "/refresh").expect(200);
      stage.connected(stage.stranger, "cleo");
      assertThat(slugs(stage.stranger)).contains("guarded");
      String text = Files.readString(stage.settings);
      int from = text.indexOf("name: globex");
      Files.writeString(stage.settings,
          text.substring(0, from) + text.substring(from).replaceFirst("(?m)^ +- \\{slug: guarded,.*\n", ""));
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(slugs(stage.stranger)).doesNotContain("guarded"));
      CellStage.Ran jobs = CellStage.run("jobs", "list", "--config", stage.settings.toString());
      assertThat(jobs.code()).as(jobs.err()).isZero();

      answers(stage, true);
      await().atMost(PATIENCE)
          .untilAsserted(() -> stage.application.send("POST", "/v1/connections/" + ours + "/refresh").expect(200));
      stage.application.proxied(ours, "/me").expect(200);
      assertThat(slugs(stage.application)).as("what it had").contains("guarded");
    }
  }

  private static void answers(CellStage stage, boolean answering) {
    for (Store store : CellStage.STORES) {
      stage.cell.allowConnections(store, answering);
      if (!answering) {
        stage.cell.terminateConnections(store);
      }
    }
  }

  private static List<String> slugs(ContractClient caller) {
    return caller.send("GET", "/v1/integrations").expect(200).json().path("data").findValuesAsText("slug");
  }
}
