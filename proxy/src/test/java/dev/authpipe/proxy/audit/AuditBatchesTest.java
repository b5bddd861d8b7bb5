package dev.authpipe.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

@Tag("S40")
class AuditBatchesTest {
  private static OpenStores stores;
  private AuditBatches batches;
  private WorkspaceId workspace;
  private final AuditActor caller = AuditActor.apiKey(new ApiKeyId(UUID.randomUUID()));
  private final ConnectionId connection = new ConnectionId(UUID.randomUUID());

  @BeforeAll
  static void openStores() {
    stores = new OpenStores();
  }

  @AfterAll
  static void closeStores() {
    stores.close();
  }

  @BeforeEach
  void open() {
    workspace = stores.workspace();
    batches = new AuditBatches(stores.log(), stores.vault(), stores.ticker(), stores.randomness());
  }

  @AfterEach
  void endOutage() {
    stores.set().allowConnections(Store.VAULT, true);
  }

  @Test
  void callsOfOneCallerConnectionAndOutcomeBecomeOneEvent() {
    ConnectionId other = new ConnectionId(UUID.randomUUID());
    for (int i = 0; i < 5; i++) {
      read(connection, AuditOutcome.SUCCESS, null);
    }
    read(other, AuditOutcome.SUCCESS, null);
    read(connection, AuditOutcome.REFUSED, "end_user_mismatch");
    assertThat(stores.events(workspace)).isEmpty();
    batches.write();
    assertThat(events()).hasSize(3).extracting(e -> e.at("/detail/calls").intValue()).containsExactlyInAnyOrder(5, 1, 1);
    assertThat(events()).allSatisfy(e -> assertThat(e.at("/actor/id").textValue()).isEqualTo(caller.id()));
    batches.write();
    assertThat(events()).hasSize(3);
  }

  @Test
  void nothingIsLostOrCountedTwiceWhileManyCount() throws Exception {
    int threads = 8;
    int each = 20_000;
    batches.start();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        done.add(executor.submit(() -> {
          for (int i = 0; i < each; i++) {
            read(connection, AuditOutcome.SUCCESS, null);
          }
        }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }
    batches.close();
    assertThat(events().stream().mapToLong(e -> e.at("/detail/calls").longValue()).sum()).isEqualTo((long) threads * each);
  }

  @Test
  void oneThousandCallsDoNotWaitForTheSecond() {
    batches.start();
    for (int i = 0; i < 1_000; i++) {
      read(connection, AuditOutcome.SUCCESS, null);
    }
    await().atMost(Duration.ofSeconds(5))
        .until(() -> events().stream().mapToLong(e -> e.at("/detail/calls").longValue()).sum() == 1_000);
    batches.close();
  }

  @Test
  void whatIsCountedIsWrittenWhenTheReplicaStops() {
    batches.start();
    read(connection, AuditOutcome.SUCCESS, null);
    batches.close();
    assertThat(events()).hasSize(1);
  }

  @Test
  @Tag("S42")
  void afterTwoSecondsOfFailingWritesTheDoorIsShutUntilTheyWorkAgain() {
    read(connection, AuditOutcome.SUCCESS, null);
    assertThat(batches.open(workspace)).isTrue();
    stores.set().allowConnections(Store.VAULT, false);
    stores.set().terminateConnections(Store.VAULT);
    WorkspaceId another = stores.workspace();
    await("also of a workspace that is owed nothing").atMost(Duration.ofSeconds(30)).until(() -> {
      OpenStores.tryToWrite(batches);
      stores.move(Duration.ofSeconds(3));
      return !batches.open(another);
    });
    assertThat(batches.open(workspace)).isFalse();
    stores.set().allowConnections(Store.VAULT, true);
    await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
      batches.write();
      return batches.open(workspace);
    });
    assertThat(events()).as("what was counted meanwhile").hasSize(1);
  }

  @Test
  @Tag("S36")
  void aBrokenLogShutsTheDoorOfItsOwnWorkspaceOnly() {
    WorkspaceId broken = stores.workspace();
    stores.vault().run(broken, tx -> stores.log().append(tx, AuditEntry
        .of(AuditType.CONNECTION_UPDATED, AuditActor.system("connection"), AuditObject.connection(connection)).build()));
    stores.asSuperuser(Store.VAULT,
        "update audit_head set size = 0, frontier = '' where workspace_id = '" + broken.value() + "'");
    batches.count(broken, caller, connection, AuditType.CREDENTIAL_READ, AuditOutcome.SUCCESS, null);
    read(connection, AuditOutcome.SUCCESS, null);
    batches.write();
    stores.move(Duration.ofSeconds(3));
    assertThat(batches.open(broken)).isFalse();
    assertThat(batches.open(workspace)).isTrue();
    assertThat(events()).hasSize(1);
  }

  @Test
  void strictWritesBeforeItAnswersOrThrows() {
    batches.writeNow(workspace, caller, connection, AuditType.CREDENTIAL_READ, AuditOutcome.SUCCESS, null, "req_1");
    assertThat(events()).singleElement().satisfies(e -> assertThat(e.get("request_id").textValue()).isEqualTo("req_1"));
    stores.set().allowConnections(Store.VAULT, false);
    stores.set().terminateConnections(Store.VAULT);
    assertThatThrownBy(
        () -> batches.writeNow(workspace, caller, connection, AuditType.CREDENTIAL_READ, AuditOutcome.SUCCESS, null, null))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void aFloodOfStrangersIsOneEventPerKindAndIntegration() {
    Refusals refusals = new Refusals(stores.log(), stores.vault(), stores.randomness());
    IntegrationId integration = new IntegrationId(UUID.randomUUID());
    for (int i = 0; i < 10_000; i++) {
      refusals.count(workspace, "state_invalid", integration);
    }
    refusals.count(workspace, "state_invalid", null);
    int before = stores.events(Database.STORE).size();
    refusals.count(Database.STORE, "api_key_forged", null);
    refusals.write();
    assertThat(events()).hasSize(2).extracting(e -> e.at("/detail/calls").intValue()).containsExactlyInAnyOrder(10_000, 1);
    assertThat(stores.events(Database.STORE)).hasSize(before + 1);
    refusals.write();
    assertThat(events()).hasSize(2);
  }

  @Test
  void countersThatStandStillAreForgottenAndComeBack() {
    for (int round = 0; round < 200; round++) {
      if (round % 50 == 0) {
        read(connection, AuditOutcome.SUCCESS, null);
      }
      batches.write();
    }
    assertThat(events()).hasSize(4).allSatisfy(e -> assertThat(e.at("/detail/calls").intValue()).isEqualTo(1));
  }

  private void read(ConnectionId what, AuditOutcome outcome, @Nullable String reason) {
    batches.count(workspace, caller, what, AuditType.CREDENTIAL_READ, outcome, reason);
  }

  private List<JsonNode> events() {
    return stores.events(workspace).stream().map(event -> {
      try {
        return new ObjectMapper().readTree(event);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }).toList();
  }
}
