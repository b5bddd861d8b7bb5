package dev.authpipe.quickstart.stage;

import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.StoreDump;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.testkit.sandbox.Call;

/**
 * Somebody connects, is refreshed, has to connect again, disconnects and is erased, at a proxy that tells its control plane of all that. Then every
 * row, every file and the write-ahead log of the control plane's PostgreSQL, which no proxy shares, is searched for the person: nothing is there,
 * and nothing ever was.
 */
@Tag("long")
@Tag("S52")
@Tag("S72")
class ErasedPersonTest {
  private final Map<String, CanaryText> person = new LinkedHashMap<>();
  private final CanaryText witness = CanaryText.random(new SecureRandom());

  private String of(String what) {
    return canary(what).text();
  }

  private CanaryText canary(String what) {
    return person.computeIfAbsent(what, _ -> CanaryText.random(new SecureRandom()));
  }

  @Test
  void theControlPlaneHasNothingOfWhoWasErased() {
    try (EmbeddedDatabases server = EmbeddedDatabases.start();
        TwoPlanes planes = TwoPlanes.apart(server);
        Application application = planes.application()) {
      planes.member().asks("PATCH", planes.path("integrations/sandbox"), Map.of("note", witness.text()));
      planes.provider.settings().canary(canary("tokens"));
      Account account = Account.named(of("account login"), of("account name"));
      planes.provider.addAccount(account);

      String refreshed = connected(planes, application, account);
      application.send("PATCH", "/v1/connections/" + refreshed, Map.of("metadata", Map.of("note", of("metadata")))).expect(200);
      assertThat(application.accessToken(refreshed).expect(200).path("access_token").asText()).contains(of("tokens"));
      application.refresh(refreshed).expect(200);
      application.call(refreshed).expect(200);
      String ended = connected(planes, application, account);
      planes.provider.script().next(Call.REFRESH, oauthError("invalid_grant"));
      application.refresh(ended).expect(424);
      eventually(() -> assertThat(connection(planes, ended).path("state").asText()).isEqualTo("reauth_required"));
      application.send("DELETE", "/v1/connections/" + ended, null).expect(200);
      eventually(() -> assertThat(connection(planes, ended).path("status").asText()).isEqualTo("disconnected"));
      String random = planes.inVault("select end_user_id::text from end_user where identifier = '" + of("identifier") + "'");

      String erasure = application.send("DELETE", "/v1/end-users/" + of("identifier"), null).expect(202).at("/erasure/id")
          .asText();
      eventually(
          () -> assertThat(application.send("GET", "/v1/erasures/" + erasure, null).expect(200).at("/erasure/status").asText())
              .isEqualTo("completed"));
      eventually(() -> assertThat(list(planes, "erasures")).anySatisfy(one -> {
        assertThat(one.path("id").asText()).isEqualTo(erasure);
        assertThat(one.path("pending").asLong()).isZero();
      }));
      eventually(() -> assertThat(planes.inVault("select count(*) from outbox")).as("all is told").isEqualTo("0"));
      assertThat(planes.inVault("select count(*) from end_user where identifier = '" + of("identifier") + "'")).isEqualTo("0");

      nothingIsFound(planes, random);
    }
  }

  private String connected(TwoPlanes planes, Application application, Account account) {
    planes.provider.consentsNext(account);
    Map<String, String> told = Map.of("id", of("identifier"), "display_name", of("display name"), "email",
        of("e-mail address") + "@example.com");
    String connection = application.finishes(of("identifier"), told).expect(200).at("/connection/id").asText();
    eventually(() -> assertThat(connection(planes, connection).path("state").asText()).isEqualTo("active"));
    return connection;
  }

  private void nothingIsFound(TwoPlanes planes, String random) {
    var superuser = planes.controlStores.superuser(Store.CONTROL);
    byte[] rows = StoreDump.rows(superuser);
    Path files = StoreDump.databaseDirectory(superuser);
    Path wal = StoreDump.writeAheadLog(superuser);
    assertThat(witness.search(rows)).as("the search finds what is there").isNotEmpty();
    assertThat(witness.search(files)).isNotEmpty();
    assertThat(witness.search(wal)).isNotEmpty();
    person.forEach((what, canary) -> {
      assertThat(canary.search(rows)).as("%s in the rows", what).isEmpty();
      assertThat(canary.search(files)).as("%s in the files", what).isEmpty();
      assertThat(canary.search(wal)).as("%s in the write-ahead log", what).isEmpty();
    });
    for (CanaryText id : List.of(CanaryText.of(random), CanaryText.of(random.replace("-", "")))) {
      assertThat(id.search(rows)).as("the random id of the person in the rows").isEmpty();
    }
  }

  private static JsonNode connection(TwoPlanes planes, String id) {
    return list(planes, "connections?limit=100").stream().filter(one -> one.path("id").asText().equals(id)).findFirst()
        .orElseThrow(() -> new AssertionError("the control plane knows no such connection"));
  }

  private static List<JsonNode> list(TwoPlanes planes, String path) {
    return StreamSupport.stream(Objects.requireNonNull(planes.reads(path)).path("data").spliterator(), false).toList();
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(TwoPlanes.PATIENCE).untilAsserted(assertion);
  }
}
