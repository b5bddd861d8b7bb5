package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.audit.Checkpoints;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.link.ScriptedWitness;
import dev.authpipe.wire.WorkspaceId;

/** The proxy's logs before a witness that demands proofs: followed, caught up with, and found out when somebody rewrites them. */
@Tag("S41")
class WitnessedLogTest {
  private static final String DEPLOYMENT = "authpipe/authpipe/";
  private static final String LOG = DEPLOYMENT + LinkStage.WORKSPACE;

  @TempDir
  Path directory;

  private static void sign(LinkStage stage) {
    assertThat(stage.proxy().bean(Checkpoints.class).signAll()).isEmpty();
  }

  private static long events(LinkStage stage) {
    return stage.number("select size from audit_head where workspace_id = '"
        + WorkspaceId.parse(LinkStage.WORKSPACE).value() + "'");
  }

  private static void awaitWitnessed(LinkStage stage) {
    long size = events(stage);
    sign(stage);
    await().atMost(LinkStage.PATIENCE).until(() -> stage.plane.witness().size(LOG) >= size);
  }

  @Test
  void everyLogIsShownWithAProofAsItGrows() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      ScriptedWitness witness = stage.plane.witness();
      assertThat(witness.key()).isEqualTo(stage.proxy().bean(Checkpoints.class).key().toString());
      awaitWitnessed(stage);
      long before = witness.size(LOG);
      stage.connect("ada");
      stage.connect("ben");
      awaitWitnessed(stage);
      assertThat(witness.size(LOG)).isGreaterThan(before);
      assertThat(witness.notes().keySet()).contains(LOG, DEPLOYMENT + "client_secrets/" + LinkStage.WORKSPACE,
          DEPLOYMENT + "vault");
      assertThat(stage.number("select count(*) from audit_event where type = 'checkpoint.refused'")).isZero();
    }
  }

  @Test
  void aWitnessThatWasAwayOrForgotIsCaughtUpWith() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      awaitWitnessed(stage);
      stage.plane.script("/link/v1/checkpoints", exchange -> exchange.answer(Answer.of(503)));
      String connection = stage.connect("ada");
      sign(stage);
      stage.restart(); // what the proxy knew of the witness is gone
      stage.connect("ben");
      stage.application().accessToken(connection).expect(200);
      stage.plane.script("/link/v1/checkpoints", null);
      awaitWitnessed(stage);
      stage.plane.witness().forget();
      stage.connect("cleo");
      awaitWitnessed(stage);
      assertThat(stage.number("select count(*) from audit_event where type = 'checkpoint.refused'")).isZero();
    }
  }

  @Test
  void aStoreThatWasRolledBackWithItsCheckpointsIsFoundOutAndTheProxyGoesOn() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      sign(stage);
      stage.connect("ada");
      awaitWitnessed(stage);
      long witnessed = stage.plane.witness().size(LOG);
      String note = stage.plane.witness().notes().get(LOG);
      stage.proxy().close();
      String mine = "workspace_id = '" + WorkspaceId.parse(LinkStage.WORKSPACE).value() + "'";
      // who holds the database takes the last events away, and every checkpoint of them: the first one is what is left
      stage.sql("delete from audit_checkpoint where " + mine + " and size > (select min(size) from audit_checkpoint where " + mine
          + ")");
      stage.sql("update audit_head h set size = c.size, frontier = c.frontier from audit_checkpoint c where h." + mine + " and c."
          + mine);
      stage.sql("delete from audit_event e using audit_head h where e." + mine + " and h." + mine + " and e.seq >= h.size");
      assertThat(events(stage)).isLessThan(witnessed);
      stage.start();
      await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(
          stage.number("select count(*) from audit_event where type = 'checkpoint.refused' and convert_from(body, 'UTF8')"
              + " like '%\"reason\":\"fork\"%'"))
          .isEqualTo(1));
      stage.register();
      stage.connect("ben");
      assertThat(stage.plane.witness().notes()).containsEntry(LOG, note);
      assertThat(stage.plane.witness().size(LOG)).isEqualTo(witnessed);
    }
  }

  @Test
  void aWitnessThatAnswersAnythingCostsNothingButItsThread() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      String connection = stage.connect("ada");
      sign(stage);
      for (String answer : new String[]{"{\"v\":1,\"results\":[]}", "[]",
          "{\"v\":1,\"results\":[{\"status\":\"behind\",\"epoch\":7,\"size\":9007199254740991}]}"}) {
        int before = stage.plane.bodies("/link/v1/checkpoints").size();
        stage.plane.script("/link/v1/checkpoints", exchange -> exchange.answer(Answer.json(200, answer)));
        await().atMost(LinkStage.PATIENCE).until(() -> stage.plane.bodies("/link/v1/checkpoints").size() > before + 2);
        stage.application().accessToken(connection).expect(200);
      }
      stage.plane.script("/link/v1/checkpoints", null);
      stage.connect("ben");
      awaitWitnessed(stage);
    }
  }
}
