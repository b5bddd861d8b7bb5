package dev.authpipe.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.Gate;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/** How workspaces fare beside one another when records are written and one of their logs is busy, broken or away. */
class AuditRoundsTest {
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
  @Tag("S36")
  void aWorkspaceWhoseLogIsBusyDoesNotHoldTheOthersUp() throws Exception {
    List<WorkspaceId> all = new ArrayList<>(List.of(workspace));
    for (int i = 0; i < 30; i++) {
      all.add(stores.workspace());
    }
    count(workspace);
    batches.write(); // its head is there to be locked
    all.forEach(one -> count(one));
    Gate log = Gate.closed();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> busy = threads.submit(() -> busy(workspace, log));
      log.awaitArrivals(1);
      Future<?> writing = threads.submit(batches::write);
      await().atMost(Duration.ofSeconds(8))
          .until(() -> all.stream().skip(1).allMatch(one -> stores.events(one).size() == 1));
      stores.move(Duration.ofSeconds(3));
      WorkspaceId another = all.getLast();
      count(another);
      await("the next round goes on without the one that is busy").atMost(Duration.ofSeconds(8)).until(() -> {
        batches.write();
        return stores.events(another).size() == 2 && batches.open(another);
      });
      assertThat(batches.open(workspace)).isFalse();
      log.open();
      busy.get();
      writing.get();
    }
    await("the one that was busy is written by who waited for it").atMost(Duration.ofSeconds(8))
        .until(() -> stores.events(workspace).size() == 2);
  }

  @Test
  @Tag("S42")
  void logsThatAreWrittenSlowlyKeepTheirDoorsOpenAndOneThatHangsShutsItsOwn() throws Exception {
    WorkspaceId slow = stores.workspace();
    for (WorkspaceId one : List.of(workspace, slow)) {
      count(one);
    }
    batches.write(); // their heads are there to be locked
    for (WorkspaceId one : List.of(workspace, slow)) {
      count(one);
    }
    Gate hanging = Gate.closed();
    Gate late = Gate.closed();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first = threads.submit(() -> busy(workspace, hanging));
      Future<?> second = threads.submit(() -> busy(slow, late));
      hanging.awaitArrivals(1);
      late.awaitArrivals(1);
      Future<?> writing = threads.submit(batches::write);
      await().atMost(Duration.ofSeconds(8)).until(() -> !stores.asSuperuser(Store.VAULT,
          "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' having count(*) >= 2")
          .isEmpty());
      stores.move(Duration.ofSeconds(3));
      assertThat(List.of(batches.open(workspace), batches.open(slow))).as("nothing was written for three seconds")
          .containsOnly(false);
      assertThat(batches.open(stores.workspace())).as("of others nothing is owed").isTrue();
      late.open();
      second.get();
      await().atMost(Duration.ofSeconds(8)).until(() -> batches.open(slow));
      assertThat(batches.open(workspace)).as("its own log hangs still").isFalse();
      hanging.open();
      first.get();
      writing.get();
    }
    await().atMost(Duration.ofSeconds(8)).until(() -> batches.open(workspace));
  }

  @Test
  @Tag("S42")
  void aWorkspaceWhoseCellIsAwayLeavesNoOtherUnwritten() {
    WorkspaceId away = stores.workspace();
    stores.asSuperuser(Store.VAULT,
        "insert into moved_workspace (workspace_id, place) values ('" + away.value() + "', 'nowhere')");
    List<WorkspaceId> others = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      others.add(stores.workspace());
    }
    for (int round = 0; round < 3; round++) {
      others.forEach(one -> count(one));
      count(away);
      int recorded = round + 1;
      OpenStores.tryToWrite(batches);
      await().atMost(Duration.ofSeconds(10))
          .until(() -> others.stream().allMatch(one -> stores.events(one).size() == recorded));
      stores.move(Duration.ofSeconds(1));
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> others.stream().allMatch(batches::open));
    assertThat(batches.open(away)).isFalse();
  }

  private static void busy(WorkspaceId workspace, Gate until) {
    stores.vault().run(workspace, tx -> {
      tx.dsl().execute("select size from audit_head for update");
      until.pass();
    });
  }

  @Test
  @Tag("S36")
  void aStoreThatIsBackOpensTheDoorsAlsoWhereOnlyABrokenLogIsOwedSomething() {
    WorkspaceId broken = stores.workspace();
    count(broken);
    batches.write();
    stores.asSuperuser(Store.VAULT,
        "update audit_head set size = 0, frontier = '' where workspace_id = '" + broken.value() + "'");
    count(broken);
    stores.set().allowConnections(Store.VAULT, false);
    stores.set().terminateConnections(Store.VAULT);
    await("the store is known to be away").atMost(Duration.ofSeconds(30)).until(() -> {
      OpenStores.tryToWrite(batches);
      stores.move(Duration.ofSeconds(3));
      return !batches.open(workspace);
    });
    stores.set().allowConnections(Store.VAULT, true);
    await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
      batches.write();
      return batches.open(workspace);
    });
    assertThat(batches.open(broken)).isFalse();
  }

  @Test
  @Tag("S42")
  void aStoreThatAnswersNobodyShutsEverybodysDoorThoughTheRoundIsOverByThen() throws Exception {
    int pool = 12; // connections of OpenStores, each waited for 2 s: longer than a round
    Gate held = Gate.closed();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> holders = new ArrayList<>();
      for (int i = 0; i < pool; i++) {
        holders.add(threads.submit(() -> stores.vault().run(workspace, _ -> held.pass())));
      }
      held.awaitArrivals(pool);
      count(workspace);
      OpenStores.tryToWrite(batches);
      WorkspaceId another = stores.workspace();
      await("what was found out after the round counts").atMost(Duration.ofSeconds(15)).until(() -> {
        stores.move(Duration.ofSeconds(3));
        return !batches.open(another);
      });
      held.open();
      for (Future<?> holder : holders) {
        holder.get();
      }
      await().atMost(Duration.ofSeconds(10)).until(() -> {
        OpenStores.tryToWrite(batches);
        return batches.open(another) && batches.open(workspace);
      });
    }
  }

  private void count(WorkspaceId whose) {
    batches.count(whose, caller, connection, AuditType.CREDENTIAL_READ, AuditOutcome.SUCCESS, null);
  }
}
