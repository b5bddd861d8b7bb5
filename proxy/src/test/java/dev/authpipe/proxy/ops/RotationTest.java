package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.report.OutboxSettings;

/** The command rotate: new keysets in both stores, everything resealed, the old ones destroyed once nothing names them. */
@Tag("S71")
class RotationTest {
  private static final String KEY_IDS = "select distinct encode(substring(sealed from 3 for 4), 'hex') from credential where sealed is not null";
  private static final String OTHER_KEY_IDS = "select distinct encode(substring(sealed from 3 for 4), 'hex') from client_secret";

  private static final String UNUSED_FOR_LONG = "update KEYSET set unused_since = unused_since - interval '6 minutes'";

  @TempDir
  Path directory;

  private static void inBoth(LinkStage stage, String change) {
    for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
      try (Connection connection = stage.stores.superuser(store).getConnection(); Statement sql = connection.createStatement()) {
        sql.execute(change.replace("KEYSET", store == Store.VAULT ? "workspace_keyset" : "client_keyset"));
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }

  /** Waits until the job has looked at everything again. */
  private static void severalRuns(LinkStage stage) {
    String runs = "select count(*) from audit_event where type = 'job.completed' and object_id = 'keyset-rotation'";
    long before = stage.number(runs);
    await().atMost(LinkStage.PATIENCE).until(() -> stage.number(runs) >= before + 2);
  }

  private static List<String> states(LinkStage stage) {
    return List.of(String.join(" ", stage.column(Store.VAULT, "select state from workspace_keyset order by keyset_version")),
        String.join(" ", stage.column(Store.CLIENT_SECRETS, "select state from client_keyset order by keyset_version")));
  }

  private static void awaitStates(LinkStage stage, String both) {
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(states(stage)).containsExactly(both, both));
  }

  private static void awaitReport(LinkStage stage, String command, String status) {
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(stage.plane.reports("command")).anySatisfy(report -> {
      assertThat(report.path("command").asText()).isEqualTo(command);
      assertThat(report.path("status").asText()).isEqualTo(status);
    }));
  }

  private static String approved(LinkStage stage) {
    String command = stage.plane.command("rotate", LinkStage.WORKSPACE, "", Map.of());
    awaitReport(stage, command, "waiting");
    assertThat(states(stage)).as("it only waits").containsExactly("active", "active");
    LinkStage.Ran ran = stage.run("acme\n", "approve", command);
    assertThat(ran.code()).as(ran.err()).isZero();
    return command;
  }

  @Test
  void everyColumnWithSealedBytesIsCountedByARoom() {
    try (LinkStage stage = new LinkStage(directory, "", OutboxSettings.usual())) {
      String columns = "select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'"
          + " and data_type = 'bytea' and column_name like '%sealed%'";
      assertThat(stage.column(Store.VAULT, columns)).as("each needs its SealedRows").containsExactlyInAnyOrder(
          "credential.sealed",
          "credential_candidate.sealed", "revocation.sealed", "connect_attempt.sealed_verifier", "connect_attempt.sealed_code",
          "idempotent_request.sealed_response", "webhook_secret.sealed");
      assertThat(stage.column(Store.CLIENT_SECRETS, columns)).containsExactlyInAnyOrder("client_key.sealed",
          "client_secret.sealed", "client_secret_previous.sealed");
    }
  }

  @Test
  @Tag("S6")
  void everythingIsResealedAndTheOldKeysetsAreDestroyedOnceNothingNamesThem() {
    try (LinkStage stage = LinkStage.ready(directory, "  budget: 0\n")) {
      String ada = stage.connect("ada");
      String ben = stage.connect("ben");
      String before = stage.column(Store.VAULT, KEY_IDS).getFirst();
      String otherBefore = stage.column(Store.CLIENT_SECRETS, OTHER_KEY_IDS).getFirst();
      String command = approved(stage);
      awaitStates(stage, "active opens_only");
      String second = stage.plane.command("rotate", LinkStage.WORKSPACE, "", Map.of());
      awaitReport(stage, second, "waiting");
      assertThat(stage.run("acme\n", "approve", second).code()).isZero();
      awaitReport(stage, second, "failed");

      inBoth(stage, "update KEYSET set created_at = created_at - interval '6 minutes'");
      awaitStates(stage, "decrypt_only active");
      stage.sql(
          "insert into revocation (workspace_id, revocation_id, integration_id, provider, reason, sealed, state) select workspace_id,"
              + " gen_random_uuid(), gen_random_uuid(), 'sandbox', 'disconnect', sealed, 'gave_up' from credential limit 1");
      String cleo = stage.connect("cleo"); // this process may still seal under the old one
      stage.restart();
      assertThat(stage.column(Store.VAULT, KEY_IDS)).as("nothing is resealed while somebody may seal under the old one")
          .contains(before);

      inBoth(stage, "update KEYSET set activated_at = activated_at - interval '7 minutes' where activated_at is not null");
      await().atMost(LinkStage.PATIENCE).untilAsserted(() -> {
        assertThat(stage.column(Store.VAULT, KEY_IDS)).hasSize(1).doesNotContain(before);
        assertThat(stage.column(Store.CLIENT_SECRETS, OTHER_KEY_IDS)).hasSize(1).doesNotContain(otherBefore);
      });
      severalRuns(stage);
      assertThat(states(stage)).as("what was cached before may still be opened").containsExactly("decrypt_only active",
          "decrypt_only active");
      await().atMost(LinkStage.PATIENCE).until(() -> {
        inBoth(stage, UNUSED_FOR_LONG);
        return states(stage).getLast().equals("destroyed active");
      });
      severalRuns(stage);
      inBoth(stage, UNUSED_FOR_LONG);
      severalRuns(stage);
      assertThat(states(stage)).as("a sealed record names the old one").containsExactly("decrypt_only active",
          "destroyed active");
      assertThat(stage.plane.reports("command")).as("a sealed record names the old one").noneSatisfy(report -> {
        assertThat(report.path("command").asText()).isEqualTo(command);
        assertThat(report.path("status").asText()).isEqualTo("done");
      });
      stage.sql("delete from revocation where sealed is not null");
      await().atMost(LinkStage.PATIENCE).until(() -> {
        inBoth(stage, UNUSED_FOR_LONG);
        return states(stage).getFirst().equals("destroyed active");
      });
      awaitReport(stage, command, "done");
      assertThat(states(stage)).containsExactly("destroyed active", "destroyed active");
      assertThat(stage.column(Store.VAULT, "select length(wrapped) from workspace_keyset where state = 'destroyed'"))
          .containsExactly("0");
      assertThat(stage.column(Store.VAULT, "select type from audit_event where type like 'keyset.%' order by seq"))
          .containsSubsequence("keyset.created", "keyset.activated", "keyset.destroyed");

      stage.restart(false);
      for (String connection : List.of(ada, ben, cleo)) {
        stage.application().accessToken(connection).expect(200);
        stage.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(200); // by the resealed client secret
      }
      stage.connect("dan");
    }
  }
}
