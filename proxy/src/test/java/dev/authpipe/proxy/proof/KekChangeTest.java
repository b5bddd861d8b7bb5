package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.kms.KmsKey.Behaviour;

/** A workspace goes from the deployment's KEK to its customer's, and from there to another, while two replicas serve it. Its hours pass in milliseconds. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KekChangeTest {
  private static KekStage stage;
  private static List<String> ours;

  @BeforeAll
  static void start() {
    stage = new KekStage();
    ours = stage.connections(stage.application, 3);
    stage.connections(stage.stranger, 1);
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  @Tag("S4")
  @Order(1)
  void aKekThatOnlyEncryptsIsRefusedAndNothingIsChanged() {
    List<String> before = keysets();
    stage.kms.deny("Decrypt", true);
    KekStage.Ran refused = stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--to", "acme-key");
    stage.kms.deny("Decrypt", false);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("the KEK acme-key refuses: access is denied; nothing was changed");
    assertThat(stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--to", "acme-kye").err())
        .contains("no KEK is named acme-kye").contains("acme-key");
    assertThat(stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--to", "client-secrets").err())
        .contains("the two need two KEKs");
    assertThat(stage.run("kek", "change", "--deployment", "--to", "client-secrets").err()).contains("the two need two KEKs");
    assertThat(stage.run("kek", "change", "--deployment", "--to", "acme-next").err())
        .contains("set keys.vault_next to acme-next");
    assertThat(stage.run("kek", "change", "--deployment", "--to", "acme-key", "--client-secrets-to", "acme-secrets").code())
        .isEqualTo(1);
    assertThat(stage.run("kek", "change").code()).isEqualTo(1);
    assertThat(keysets()).isEqualTo(before);
  }

  @Test
  @Order(2)
  @Tag("S6")
  void theKekChangesWhileTwoReplicasServeAndNoCallFails() {
    List<String> records = records();
    try (Load load = new Load()) {
      load.goOn(60);
      KekStage.Ran changed = stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--to", "acme-key",
          "--client-secrets-to",
          "acme-secrets", "--json");
      assertThat(changed.code()).as(changed.err()).isZero();
      assertThat(changed.out()).contains("\"vault\":{").contains("\"keysets_rewrapped\":1");
      load.goOn(60);
      stage.advance(Duration.ofSeconds(46)); // every replica proves, and follows
      Awaitility.await().untilAsserted(() -> assertThat(stage.key("acme-key").decryptions()).isGreaterThan(3));
      load.goOn(60);
      KekStage.Ran again = stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--to", "acme-next", "--json");
      assertThat(again.code()).as(again.err()).isZero();
      assertThat(stage.kms.operations()).contains("ReEncrypt");
      stage.advance(Duration.ofSeconds(46));
      load.goOn(60);
      stage.key("acme-key").behave(Behaviour.DISABLED); // the one of before is not needed any more
      for (int i = 0; i < 10; i++) {
        stage.advance(Duration.ofSeconds(46));
        load.goOn(20);
      }
    }
    assertThat(records()).as("no record is sealed anew").isEqualTo(records);
    assertThat(stage.column(Store.VAULT, "select kek_name from workspace where name = '" + ProofDeployment.OWN + "'"))
        .containsExactly("acme-next");
    assertThat(stage.column(Store.VAULT, "select kek_name from workspace where name = '" + ProofDeployment.FOREIGN + "'"))
        .containsExactly("main");
    assertThat(stage.application.send("GET", "/v1/audit-events?type=keyset.rewrapped").expect(200).json().path("data"))
        .extracting(event -> event.at("/detail/kek").asText()).contains("acme-key", "acme-next");
  }

  @Test
  @Order(3)
  void whatIsDoneIsNotDoneAgainAndStatusSaysHowItStands() {
    KekStage.Ran again = stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--to", "acme-next");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains("vault: under acme-next already");
    KekStage.Ran status = stage.run("kek", "status", "--json");
    assertThat(status.code()).as(status.err()).isZero();
    assertThat(status.out()).contains("\"acme-key\":{").contains("the key is disabled")
        .contains("\"vault\":\"acme-next\"").contains("\"client_secrets\":\"acme-secrets\"");
    stage.settingsSay("- name: " + ProofDeployment.OWN, "- name: " + ProofDeployment.OWN + "\n    kek: acme-key");
    assertThat(stage.run("doctor").out()).contains("the workspace " + ProofDeployment.OWN
        + " is under the KEK acme-next, and the settings say acme-key");
    assertThat(stage.run("kek", "status").out()).contains("aws-kms").contains("the KEK acme-key refuses: the key is disabled");
  }

  @Test
  @Order(4)
  void theDeploymentsOwnKeysChangeTheSameWay() {
    stage.key("acme-key").behave(Behaviour.WORKS);
    try (Load load = new Load()) {
      load.goOn(20);
      KekStage.Ran changed = stage.run("kek", "change", "--deployment", "--to", "acme-key");
      assertThat(changed.code()).as(changed.err()).isZero();
      assertThat(changed.out()).contains("deployment: 4 keysets are under acme-key now");
      for (int i = 0; i < 8; i++) {
        stage.advance(Duration.ofSeconds(46));
        load.goOn(20);
      }
    }
    assertThat(stage.column(Store.VAULT, "select distinct kek_name from deployment_key")).containsExactly("acme-key");
    assertThat(stage.run("kek", "status").out()).contains("(the deployment)").contains("acme-key");
  }

  @Test
  @Order(5)
  @Tag("S4")
  void aStoreOfAnEarlierVersionIsBoundAndWhatIsUnderAKekOfItsOwnByTheOperatorsWord() {
    for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
      stage.execute(store, "update " + (store == Store.VAULT ? "workspace" : "client") + "_keyset set mac = null");
    }
    assertThat(stage.run("doctor").out()).contains("keysets of the workspace " + ProofDeployment.OWN + " are bound to no KEK");
    assertThat(unbound(Store.VAULT)).as("under the KEK that the workspace's row names").isZero();
    assertThat(unbound(Store.CLIENT_SECRETS)).as("that of " + ProofDeployment.OWN + " is under a KEK of its own").isEqualTo(1);
    KekStage.Ran refused = stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--client-secrets-to", "acme-secrets");
    assertThat(refused.err()).contains("--bind-older").contains("acme-secrets");
    assertThat(unbound(Store.CLIENT_SECRETS)).isEqualTo(1);
    KekStage.Ran bound = stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--client-secrets-to", "acme-secrets",
        "--bind-older");
    assertThat(bound.code()).as(bound.err()).isZero();
    assertThat(unbound(Store.CLIENT_SECRETS)).isZero();
    try (Load load = new Load()) {
      for (int i = 0; i < 8; i++) {
        stage.advance(Duration.ofSeconds(46));
        load.goOn(20);
      }
    }
  }

  private static long unbound(Store store) {
    return Long.parseLong(stage.column(store, "select count(*) from " + (store == Store.VAULT ? "workspace" : "client")
        + "_keyset where mac is null").getFirst());
  }

  private static List<String> keysets() {
    return stage.column(Store.VAULT, "select kek_name || ' ' || encode(wrapped, 'hex') from workspace_keyset order by 1");
  }

  private static List<String> records() {
    return stage.column(Store.VAULT, "select encode(sealed, 'hex') from credential where sealed is not null order by 1");
  }

  /** Callers at both replicas that never pause. */
  private static final class Load implements AutoCloseable {
    private final AtomicBoolean going = new AtomicBoolean(true);
    private final AtomicLong calls = new AtomicLong();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<CompletableFuture<Void>> callers;

    Load() {
      callers = List.of(stage.application, stage.second(stage.application)).stream()
          .map(client -> CompletableFuture.runAsync(() -> run(client), threads)).toList();
    }

    private void run(ContractClient client) {
      for (int i = 0; going.get(); i++) {
        ContractAnswer answer = KekStage.call(client, ours.get(i % ours.size()));
        calls.incrementAndGet();
        if (answer.status() != 200) {
          failed.add("call " + calls + ": " + answer.status() + " " + answer.code());
        }
      }
    }

    void goOn(int more) {
      long target = calls.get() + more;
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> calls.get() >= target || !failed.isEmpty());
      assertThat(failed).isEmpty();
    }

    @Override
    public void close() {
      going.set(false);
      callers.forEach(CompletableFuture::join);
      threads.close();
      assertThat(failed).isEmpty();
    }
  }
}
