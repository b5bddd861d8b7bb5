package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.migrations.Store;

/**
 * Keys are rotated while two replicas serve 200 requests a second, and what rotates them is killed (SIGKILL) at every step: for data-encryption
 * keys the third replica whose job it is, and the command that began it; for key-encryption keys the command, which does that work itself. The waits
 * of the protocol are by the database's time, which is moved there.
 */
@Tag("S6")
class KeyRotationFaultTest {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRotationFaultTest.class);
  private static final int PER_SECOND = 200;

  /** A statement at which what rotates is killed, when it comes for the n-th time. */
  private record Kill(String statement, int time) {}

  @Test
  @Tag("longest")
  void noRequestFailsWhileKeysAreRotatedByWhatIsKilledAgainAndAgain() {
    try (KeyRotationStage stage = new KeyRotationStage(24, 6); RequestLoad load = stage.load(PER_SECOND)) {
      load.goOn(200);
      rotateKek(stage, load, List.of(new Kill("update workspace_keyset set kek_name", 4)));
      rotateDeks(stage, load, List.of(), List.of(new Kill("update workspace_keyset set state", 1)),
          List.of(new Kill("update credential set sealed", 1)), List.of());
      end(stage, load);
    }
  }

  @Test
  @Tag("longest")
  void noRequestFailsWhileKeysAreRotatedByWhatIsKilledTwentyTimes() {
    try (KeyRotationStage stage = new KeyRotationStage(90, 14); RequestLoad load = stage.load(PER_SECOND)) {
      load.goOn(1000);
      List<Kill> ofKek = new ArrayList<>(Collections.nCopies(10, new Kill("update workspace_keyset set kek_name", 2)));
      ofKek.addAll(Collections.nCopies(8, new Kill("update client_keyset set kek_name", 2)));
      ofKek.addAll(Collections.nCopies(2, new Kill("update deployment_key set kek_name", 2)));
      rotateKek(stage, load, ofKek);
      load.goOn(50 * PER_SECOND); // each replica has proved its keys since, by the newest version alone
      List<Kill> resealing = new ArrayList<>(List.of(new Kill("update client_secret set sealed", 2)));
      resealing.addAll(Collections.nCopies(12, new Kill("update credential set sealed", 1)));
      rotateDeks(stage, load, List.of(new Kill("insert into client_keyset", 1)),
          List.of(new Kill("update client_keyset set state", 1), new Kill("update workspace_keyset set state", 1)), resealing,
          List.of(new Kill("update client_keyset set unused_since", 1), new Kill("update client_keyset set state", 1),
              new Kill("update workspace_keyset set unused_since", 1), new Kill("update workspace_keyset set state", 1)));
      end(stage, load);
      assertThat(load.rate()).as("requests a second").isGreaterThan(PER_SECOND * 0.95);
    }
  }

  /** The command does the work; each one that is killed has done a part of it. */
  private static void rotateKek(KeyRotationStage stage, RequestLoad load, List<Kill> kills) {
    String keyIds = keyIds(stage);
    stage.mainKey.rotate();
    stage.clientSecretsKey.rotate();
    for (Kill kill : kills) {
      stage.killsCommand(kill.statement, kill.time, "kek", "rotate");
      load.goOn(20);
    }
    assertThat(stage.completed("kek", "rotate", "--json")).contains("\"main\":{\"keysets\":", "\"client-secrets\":{\"keysets\":",
        "\"under_earlier_versions\":0").doesNotContain("\"under_earlier_versions\":1");
    stage.mainKey.destroyVersionsBefore(2);
    stage.clientSecretsKey.destroyVersionsBefore(2);
    load.goOn(200);
    assertThat(keyIds(stage)).as("no record is sealed anew").isEqualTo(keyIds);
    assertThat(stage.text(Store.VAULT, "select count(*) from kek_rotation where completed_at is not null")).isEqualTo("2");
  }

  private static String keyIds(KeyRotationStage stage) {
    return stage.text(Store.VAULT,
        "select string_agg(distinct encode(substring(sealed from 3 for 4), 'hex'), ' ') from credential");
  }

  /** The command only begins; a third replica does the work. */
  private static void rotateDeks(KeyRotationStage stage, RequestLoad load, List<Kill> following, List<Kill> activating,
      List<Kill> resealing, List<Kill> destroying) {
    stage.killsCommandThatSays("a rotation has begun", "dek", "rotate", "--workspace", ProofDeployment.OWN);
    following.forEach(kill -> stage.killsRotating(kill.statement, kill.time, () -> {}));
    stage.rotates();
    stage.awaitStates("active opens_only", "active opens_only");
    load.goOn(7 * PER_SECOND); // whoever meets an unknown key reads the keysets again, every five seconds at most

    if (activating.isEmpty()) {
      stage.passes("created_at");
    }
    activating.forEach(kill -> stage.killsRotating(kill.statement, kill.time, () -> stage.passes("created_at")));
    stage.rotates();
    stage.awaitStates("decrypt_only active", "decrypt_only active");
    load.goOn(PER_SECOND);

    stage.passes("activated_at");
    resealing.forEach(kill -> stage.killsRotating(kill.statement, kill.time, () -> {}));
    stage.rotates();
    Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> assertThat(stage.keyIds()).isEqualTo(Map.of(Store.VAULT, 1, Store.CLIENT_SECRETS, 1)));
    load.goOn(2 * PER_SECOND);
    // Six minutes have passed for the database only: a replica that still seals by the keyset before is resealed after.
    Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(stage.keyIds()).isEqualTo(Map.of(Store.VAULT, 1, Store.CLIENT_SECRETS, 1)));

    stage.sql(Store.VAULT, "delete from idempotent_request"); // a day has passed
    for (Kill kill : destroying) {
      stage.killsRotating(kill.statement, kill.time, () -> unusedForLong(stage, kill));
    }
    stage.rotates();
    Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(500)).until(() -> {
      stage.passes("unused_since");
      return stage.states().equals("destroyed active, destroyed active");
    });
    load.goOn(2 * PER_SECOND);
  }

  private static void unusedForLong(KeyRotationStage stage, Kill kill) {
    if (kill.statement.endsWith("set state")) {
      stage.unusedForLong(kill.statement.contains("client_keyset") ? Store.CLIENT_SECRETS : Store.VAULT);
    }
  }

  private static void end(KeyRotationStage stage, RequestLoad load) {
    load.close();
    assertThat(load.failed()).isEmpty();
    LOG.info("{} requests, {} of them refreshes, {} a second: none failed", load.calls(), load.refreshes(),
        Math.round(load.rate()));
    assertThat(load.refreshes()).isPositive();
    stage.everythingLives();
  }
}
