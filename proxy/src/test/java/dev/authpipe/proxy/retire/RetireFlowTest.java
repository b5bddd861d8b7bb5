package dev.authpipe.proxy.retire;

import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.refresh.Replica;
import dev.authpipe.proxy.refresh.Stage;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.ErasureId;

/** Disconnecting and erasing, against a real provider and real PostgreSQL. */
class RetireFlowTest {
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();
  private static final AuditActor CALLER = AuditActor.system("test");
  private static final ApiKeyId KEY = new ApiKeyId(new UUID(7, 7));
  private final Stage stage = new Stage(Scene.none(), STORES);

  @AfterAll
  static void drop() {
    STORES.close();
  }

  @AfterEach
  void leave() {
    stage.close();
  }

  private Account ada() {
    return stage.server.accounts().getFirst();
  }

  private Account bruno() {
    return stage.server.accounts().get(1);
  }

  private DisconnectOutcome disconnect(ConnectionId connection, boolean purge) {
    return stage.one().retirement().disconnect(stage.workspace, connection, purge, CALLER, "req_1");
  }

  private void works(ConnectionId connection) {
    FreshOutcome outcome = stage.one().credentials().get(stage.request(connection));
    try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
      assertThat(stage.statusAtProvider(opened.accessToken())).isEqualTo(200);
    }
  }

  private ErasureView erase(String person) {
    return stage.one().erasures().erase(stage.workspace, person, KEY, "req_1");
  }

  @Test
  @Tag("S50")
  @Tag("S51")
  void disconnectBlocksRevokesAndErases() {
    ConnectionId connection = stage.connect("ada");
    Replica two = stage.replica();
    assertThat(two.credentials().get(stage.request(connection))).isInstanceOf(FreshOutcome.Fresh.class);
    assertThat(disconnect(connection, false))
        .isEqualTo(new DisconnectOutcome.Disconnected(RevocationState.CONFIRMED, false));
    assertThat(stage.one().credentials().get(stage.request(connection))).isEqualTo(new FreshOutcome.Disconnected());
    await().atMost(Duration.ofSeconds(2)).untilAsserted(
        () -> assertThat(two.credentials().get(stage.request(connection))).isEqualTo(new FreshOutcome.Disconnected()));
    assertThat(stage.server.liveTokens().isEmpty()).isTrue();
    assertThat(stage.count("credential where sealed is not null")).isZero();
    assertThat(stage.count("revocation where sealed is not null")).isZero();
    assertThat(stage.events(connection)).containsSubsequence("connection.disconnected", "credential.erased",
        "revocation.confirmed");
  }

  @Test
  void refreshTokenIsRevokedBeforeTheAccessToken() {
    ConnectionId connection = stage.connect("ada");
    disconnect(connection, false);
    assertThat(stage.server.requestsTo("/revoke")).hasSizeGreaterThanOrEqualTo(1);
    assertThat(stage.server.requestsTo("/revoke").getFirst().bodyText()).contains("token_type_hint=refresh_token");
  }

  @Test
  void disconnectingAgainIsHarmless() {
    ConnectionId connection = stage.connect("ada");
    DisconnectOutcome first = disconnect(connection, false);
    int calls = stage.server.calls(Call.REVOKE);
    assertThat(disconnect(connection, false)).isEqualTo(first);
    assertThat(stage.server.calls(Call.REVOKE)).isEqualTo(calls);
    assertThat(stage.events(connection)).containsOnlyOnce("connection.disconnected");
    assertThat(disconnect(new ConnectionId(UUID.randomUUID()), false)).isEqualTo(new DisconnectOutcome.UnknownConnection());
  }

  @Test
  @Tag("S50")
  void providerThatIsDownIsAskedAgainUntilItConfirms() {
    ConnectionId connection = stage.connect("ada");
    stage.server.refuseConnections();
    assertThat(disconnect(connection, false)).isEqualTo(new DisconnectOutcome.Disconnected(RevocationState.PENDING, false));
    assertThat(stage.one().credentials().get(stage.request(connection))).isEqualTo(new FreshOutcome.Disconnected());
    assertThat(stage.one().retirement().backlog(stage.workspace)).isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      stage.letDatabaseTimePass(Duration.ofMinutes(20));
      stage.one().retire().runJobs();
    }
    assertThat(stage.one().retirement().state(stage.workspace, connection)).isEqualTo(RevocationState.PENDING);
    stage.server.acceptConnections();
    stage.letDatabaseTimePass(Duration.ofMinutes(20));
    stage.one().retire().runJobs();
    assertThat(stage.one().retirement().state(stage.workspace, connection)).isEqualTo(RevocationState.CONFIRMED);
    assertThat(stage.server.liveTokens().isEmpty()).isTrue();
    assertThat(stage.one().retirement().backlog(stage.workspace)).isZero();
  }

  @Test
  void replicaThatDiesRightAfterBlockingIsFinishedByTheJob() {
    ConnectionId connection = stage.connect("ada");
    Replica dying = stage.replica();
    dying.database().run(stage.workspace, tx -> dying.retirement().block(tx, connection, stage.clock.instant(), false,
        RevocationReason.DISCONNECT, null, CALLER, null));
    dying.close();
    await().untilAsserted(() -> assertThat(stage.one().credentials().get(stage.request(connection)))
        .isEqualTo(new FreshOutcome.Disconnected()));
    stage.one().retire().runJobs();
    assertThat(stage.server.liveTokens().isEmpty()).isTrue();
    assertThat(stage.count("credential where sealed is not null")).isZero();
  }

  @Test
  @Tag("S51")
  void owedTokensPutBackDoNotOpen() {
    ConnectionId connection = stage.connect("ada");
    stage.server.script().always(Call.REVOKE, answersStatus(503));
    disconnect(connection, false);
    assertThat(stage.count("revocation where sealed is not null")).isEqualTo(1);
    stage.sql("update credential set sealed = (select sealed from revocation), state = 'ACTIVE'");
    stage.sql("update connection set status = 'active', disconnected_at = null, purge_after = null");
    await().untilAsserted(() -> assertThat(stage.one().credentials().get(stage.request(connection)))
        .isEqualTo(new FreshOutcome.Integrity()));
  }

  @Test
  void grantSharedWithAnotherLiveConnectionIsNotEnded() {
    ConnectionId first = stage.connect("ada", ada());
    ConnectionId second = stage.connect("ada at work", ada());
    assertThat(disconnect(first, false)).isEqualTo(new DisconnectOutcome.Disconnected(RevocationState.NOT_SENT, false));
    assertThat(stage.server.calls(Call.REVOKE)).isZero();
    works(second);
    assertThat(disconnect(second, false)).isEqualTo(new DisconnectOutcome.Disconnected(RevocationState.CONFIRMED, false));
  }

  @Test
  void purgeLeavesNeitherShellNorPerson() {
    ConnectionId connection = stage.connect("ada");
    assertThat(disconnect(connection, true)).isEqualTo(new DisconnectOutcome.Disconnected(RevocationState.CONFIRMED, true));
    assertThat(stage.count("connection")).isZero();
    assertThat(stage.count("end_user")).isZero();
    assertThat(stage.count("provider_account")).isZero();
    assertThat(stage.one().credentials().get(stage.request(connection))).isEqualTo(new FreshOutcome.UnknownConnection());
    assertThat(stage.events(connection)).contains("connection.purged");
  }

  @Test
  @Tag("S51")
  void shellGoesAfterItsRetention() {
    ConnectionId connection = stage.connect("ada");
    disconnect(connection, false);
    stage.letDatabaseTimePass(Duration.ofDays(29));
    stage.one().retire().runJobs();
    assertThat(stage.count("connection")).isEqualTo(1);
    stage.letDatabaseTimePass(Duration.ofDays(2));
    stage.one().retire().runJobs();
    assertThat(stage.count("connection")).isZero();
    assertThat(stage.events(connection)).contains("connection.purged");
  }

  @Test
  @Tag("S52")
  void erasureLeavesNothingOfThePersonAndEverythingOfOthers() {
    CanaryText secrets = CanaryText.random(new SecureRandom());
    CanaryText name = CanaryText.random(new SecureRandom());
    String person = name.text();
    ConnectionId others = stage.connect("bruno", bruno());
    stage.provider.canary(secrets);
    ConnectionId live = stage.connect(person, ada());
    Account elsewhere = Account.named("cleo", "Cleo Marsh", new Account.Installation(1003, "marsh"));
    stage.server.addAccount(elsewhere);
    ConnectionId ended = stage.connect(person, elsewhere);
    disconnect(ended, false);
    assertThat(everything()).as("the search finds what is there").anyMatch(text -> !name.search(text).isEmpty());

    ErasureView receipt = erase(person);

    assertThat(receipt.completed()).isTrue();
    assertThat(receipt.connections()).extracting(ErasureView.ErasedConnection::connection).containsExactlyInAnyOrder(live, ended);
    assertThat(everything()).noneMatch(text -> !name.search(text).isEmpty() || !secrets.search(text).isEmpty());
    assertThat(stage.server.liveTokensOf(ada()).isEmpty()).isTrue();
    assertThat(stage.server.liveTokensOf(elsewhere).isEmpty()).isTrue();
    works(others);
    assertThat(stage.count("end_user")).isEqualTo(1);
    assertThat(stage.count("connection")).isEqualTo(1);
    assertThat(stage.events(live)).contains("connection.erased");
    assertThat(stage.query("select type from audit_event where type like 'erasure.%' order by seq"))
        .containsExactly("erasure.requested", "erasure.completed");
  }

  /** Every value of every column of every table of the vault store, as text. */
  private List<String> everything() {
    List<String> all = new ArrayList<>();
    for (String table : stage
        .query("select tablename from pg_tables where schemaname = 'public' and tablename not like 'flyway%'")) {
      stage.query("select row_to_json(t)::text from " + table + " t").forEach(all::add);
      if ("audit_event".equals(table)) {
        stage.query("select convert_from(body, 'UTF8') from audit_event").forEach(all::add);
      }
    }
    return all;
  }

  @Test
  @Tag("S52")
  void erasureOfOneDoesNotEndTheGrantOfAnotherPersonWithTheSameAccount() {
    ConnectionId hers = stage.connect("ada", ada());
    ConnectionId his = stage.connect("bruno", ada());
    ErasureView receipt = erase("ada");
    assertThat(receipt.completed()).isTrue();
    assertThat(receipt.connections()).extracting(ErasureView.ErasedConnection::outcome).containsExactly(RevocationState.NOT_SENT);
    works(his);
    assertThat(stage.one().credentials().get(stage.request(hers))).isEqualTo(new FreshOutcome.UnknownConnection());
    assertThat(stage.count("provider_account")).isEqualTo(1);
  }

  @Test
  void erasureWaitsForAProviderThatIsDownButErasesAtOnce() {
    ConnectionId connection = stage.connect("ada");
    stage.server.refuseConnections();
    ErasureView running = erase("ada");
    assertThat(running.completed()).isFalse();
    assertThat(running.connections()).extracting(ErasureView.ErasedConnection::outcome).containsExactly(RevocationState.PENDING);
    assertThat(running.horizons().accessTokens()).isNotNull();
    assertThat(stage.count("end_user")).isZero();
    assertThat(stage.count("connection")).isZero();
    assertThat(stage.one().credentials().get(stage.request(connection))).isEqualTo(new FreshOutcome.UnknownConnection());
    stage.server.acceptConnections();
    stage.letDatabaseTimePass(Duration.ofMinutes(20));
    stage.one().retire().runJobs();
    ErasureId id = Objects.requireNonNull(running.id());
    ErasureView done = stage.one().erasures().view(stage.workspace, id).orElseThrow();
    assertThat(done.completed()).isTrue();
    assertThat(done.connections()).extracting(ErasureView.ErasedConnection::outcome).containsExactly(RevocationState.CONFIRMED);
    assertThat(stage.server.liveTokens().isEmpty()).isTrue();
  }

  @Test
  void erasingAgainErasesNothingMore() {
    stage.connect("ada");
    erase("ada");
    ErasureView again = erase("ada");
    assertThat(again.completed()).isTrue();
    assertThat(again.connections()).isEmpty();
  }

  @Test
  void dryRunTellsTheTruthAndChangesNothing() {
    ConnectionId first = stage.connect("ada", ada());
    ConnectionId second = stage.connect("ada", ada());
    ConnectionId shared = stage.connect("ada", bruno());
    stage.connect("bruno", bruno());
    ErasureView would = stage.one().erasures().dryRun(stage.workspace, "ada");
    assertThat(would.id()).isNull();
    assertThat(would.connections()).extracting(ErasureView.ErasedConnection::connection).containsExactlyInAnyOrder(first, second,
        shared);
    assertThat(would.connections()).filteredOn(one -> one.connection().equals(shared))
        .extracting(ErasureView.ErasedConnection::outcome).containsExactly(RevocationState.NOT_SENT);
    assertThat(would.connections()).filteredOn(one -> !one.connection().equals(shared))
        .extracting(ErasureView.ErasedConnection::outcome).containsOnly(RevocationState.CONFIRMED);
    assertThat(stage.count("erasure")).isZero();
    works(first);
    ErasureView did = erase("ada");
    assertThat(did.connections()).containsExactlyInAnyOrderElementsOf(would.connections());
  }
}
