package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;

/** Moving a workspace to databases of its own and back (docs/cells.md), seen by those who use it meanwhile. */
class WorkspaceMoveTest {
  private static final int CONNECTIONS = 24;
  /** Connections beside those that are used, in hundreds: more of them to measure with. */
  private static final int HUNDREDS = Integer.getInteger("authpipe.hundreds", 0);
  private static final int CALLERS = 4;
  private static final int MOST_NEW = 12;

  private static CellStage stage;
  private static ExecutorService threads;
  private static final List<String> OURS = new ArrayList<>();

  @BeforeAll
  static void start() {
    stage = new CellStage();
    threads = Executors.newVirtualThreadPerTaskExecutor();
    for (int i = 0; i < CONNECTIONS; i++) {
      OURS.add(stage.connected(stage.application, "person-" + i));
    }
    String apiKey = stage.deployment.provider().createApiKey(stage.deployment.provider().accounts().getFirst()).reveal();
    for (int i = 0; i < HUNDREDS; i++) {
      int hundred = i;
      stage.application.send("POST", "/v1/connections/batch", Map.of("connections", IntStream.range(0, 100).mapToObj(
          one -> Map.of("integration", "sandbox-key", "end_user", Map.of("id", "imported-%d-%d".formatted(hundred, one)),
              "credential",
              Map.of("type", "api_key", "api_key", apiKey)))
          .toList())).expect(201);
    }
  }

  @AfterAll
  static void stop() {
    threads.shutdownNow();
    stage.close();
  }

  /** Callers that never pause: token reads, proxied calls, refreshes and new connections at both proxies. */
  private static final class Load implements AutoCloseable {
    private final AtomicBoolean going = new AtomicBoolean(true);
    private final AtomicLong calls = new AtomicLong();
    private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> made = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<Void>> callers = new ArrayList<>();

    Load() {
      for (int i = 0; i < CALLERS; i++) {
        int number = i;
        callers.add(CompletableFuture.runAsync(() -> call(number), threads));
      }
    }

    private void call(int number) {
      ContractClient client = number % 2 == 0 ? stage.application : stage.second(stage.application);
      for (int i = 0; going.get(); i++) {
        String connection = OURS.get((number + CALLERS * i) % OURS.size());
        switch ((number + i) % 5) {
          case 0 -> take(client.send("POST", "/v1/connections/" + connection + "/refresh"));
          case 1 -> take(client.proxied(connection, "/me"));
          case 2 -> make(client, connection, "caller-%d-%d".formatted(number, i));
          default -> take(client.accessToken(connection));
        }
      }
    }

    private void make(ContractClient client, String connection, String person) {
      if (made.size() >= MOST_NEW) {
        take(client.accessToken(connection));
        return;
      }
      try (ConnectFlow flow = new ConnectFlow(client, stage.addresses.connect(), person)) {
        made.add(flow.connect("sandbox"));
        calls.incrementAndGet();
      }
    }

    private void take(ContractAnswer answer) {
      calls.incrementAndGet();
      if (answer.status() != 200) {
        refused.add(answer.toString());
      }
    }

    /** Lets everybody make some more calls. */
    void goOn() {
      long before = calls.get();
      while (calls.get() < before + 40 && callers.stream().noneMatch(CompletableFuture::isDone)) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {
      going.set(false);
      callers.forEach(CompletableFuture::join);
    }
  }

  @Test
  void underLoadEverythingIsAtItsNewPlaceAndNobodyIsRefused() {
    String workspace = stage.workspace();
    String theirs = stage.connected(stage.stranger, "somebody-else");
    Map<String, Long> foreign = stage.rows(stage.deployment.stores(), foreign());
    try (ConnectFlow begun = new ConnectFlow(stage.application, stage.addresses.connect(), "on-the-way")) {
      begun.begin("sandbox");
      begun.authorize();
      Load load = new Load();
      CellStage.Ran there;
      try (load) {
        load.goOn();
        there = stage.move(CellStage.CELL);
        load.goOn();
      }
      assertThat(there.code()).as(there.err()).isZero();
      System.out.println(there.err() + there.out()); // what a person sees
      assertThat(load.refused).isEmpty();
      assertThat(load.calls.get()).isPositive();
      OURS.addAll(load.made);
      assertThat(there.out())
          .containsPattern("acme is at eu-2 now: [\\d,]+ rows are the same there, [\\d,]+ sealed records opened there");
      assertThat(stage.rows(stage.deployment.stores(), workspace)).as("rows left at the old place").isEmpty();
      assertThat(stage.rows(stage.cell, workspace)).containsKeys("vault.credential", "vault.audit_event", "vault.api_key",
          "vault.workspace_keyset", "client_secrets.client_secret", "client_secrets.client_keyset", "vault.connect_attempt");
      begun.finish().expect(200);
    }
    Map<String, Long> after = stage.rows(stage.deployment.stores(), foreign());
    after.keySet().removeIf(table -> table.contains("audit_") || table.endsWith("api_key_usage"));
    foreign.keySet().removeIf(table -> table.contains("audit_") || table.endsWith("api_key_usage"));
    assertThat(after).as("the other workspace").isEqualTo(foreign);
    stage.stranger.accessToken(theirs).expect(200);
    everythingWorks();
    assertThat(CellStage.run("workspace", "list", "--config", stage.operator(url -> url).toString()).out())
        .containsPattern("acme +eu-2")
        .containsPattern("globex +first");
    theLogIsWholeAndSaysSo();
    backAgain(workspace);
  }

  private static void backAgain(String workspace) {
    CellStage.Ran again = stage.move(CellStage.CELL);
    assertThat(again.out()).contains("acme was at eu-2 already", "0 rows were deleted");
    CellStage.Ran back;
    Load load = new Load();
    try (load) {
      load.goOn();
      back = stage.move("first");
      load.goOn();
    }
    assertThat(back.code()).as(back.err()).isZero();
    assertThat(load.refused).isEmpty();
    assertThat(stage.rows(stage.cell, workspace)).as("rows left in the cell").isEmpty();
    everythingWorks();
    theLogIsWholeAndSaysSo();
  }

  private static String foreign() {
    return CellStage
        .column(stage.deployment.stores(), Store.VAULT, "select workspace_id::text from workspace where name = 'globex'")
        .getFirst();
  }

  private static void everythingWorks() {
    for (String connection : OURS) {
      stage.second(stage.application).accessToken(connection).expect(200);
      stage.application.send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
      stage.application.proxied(connection, "/me").expect(200);
    }
    String fresh = stage.connected(stage.application, "after-the-move-" + ConnectFlow.random());
    stage.application.send("DELETE", "/v1/connections/" + fresh).expect(200);
    assertThat(stage.second(stage.application).accessToken(fresh).code()).isEqualTo("disconnected");
  }

  private static void theLogIsWholeAndSaysSo() {
    for (Store store : CellStage.STORES) {
      AuditTreeCheck.check(stage.deployment.stores().superuser(store));
      AuditTreeCheck.check(stage.cell.superuser(store));
    }
    assertThat(stage.application.send("GET", "/v1/audit-events?limit=10&type=workspace.moved").expect(200).text())
        .contains("\"records\":");
    assertThat(stage.application.send("GET", "/v1/audit-events?limit=10&type=workspace.move_started").expect(200).text())
        .contains("workspace.move_started");
  }
}
