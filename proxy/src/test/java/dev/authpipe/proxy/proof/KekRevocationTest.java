package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.kms.KmsKey;
import dev.authpipe.testkit.kms.KmsKey.Behaviour;

/**
 * A customer takes their key away, in AWS KMS, while calls go on at two replicas. Time is the ticker's, a second at a step, so that the bound is
 * measured to the second; the calls are real.
 */
@Tag("S5")
class KekRevocationTest {
  private static final int BOUND_SECONDS = 60;
  private static final int HARD_LIMIT_SECONDS = 300;

  private static KekStage stage;
  private static KmsKey key;
  private static String ours;
  private static String theirs;
  private static List<ContractClient> ourReplicas;
  private static List<ContractClient> theirReplicas;

  @BeforeAll
  static void start() {
    stage = new KekStage();
    key = stage.key("acme-key");
    KekStage.Ran changed = stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--to", "acme-key");
    assertThat(changed.code()).as(changed.err()).isZero();
    ours = stage.connections(stage.application, 1).getFirst();
    theirs = stage.connections(stage.stranger, 1).getFirst();
    ourReplicas = List.of(stage.application, stage.second(stage.application));
    theirReplicas = List.of(stage.stranger, stage.second(stage.stranger));
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  void atMostSixtySecondsAfterARefusalNothingOpensAndOthersAreServed() {
    for (Behaviour refusal : List.of(Behaviour.DISABLED, Behaviour.GONE)) {
      settle();
      key.behave(refusal);
      int last = lastServed(BOUND_SECONDS + 30);
      assertThat(last).as("%s: seconds after which something opened for the last time", refusal).isLessThan(BOUND_SECONDS);
      assertThat(call(ourReplicas.getFirst())).isEqualTo(503);
      assertThat(KekStage.call(stage.application, ours).code()).isEqualTo("key_unavailable");
      int asked = key.calls();
      for (int i = 0; i < 50; i++) {
        assertThat(call(ourReplicas.get(i % 2))).isEqualTo(503);
      }
      assertThat(key.calls() - asked).as("a refusal is remembered, whoever asks").isLessThan(10);
      key.behave(Behaviour.WORKS);
      recovers();
    }
  }

  @Test
  void streamsUnderWayAreCutAndThoseOfOthersGoOn() {
    settle();
    List<SlowStream> cut = new ArrayList<>();
    try (SlowStream other = KekStage.stream(theirReplicas.getFirst(), theirs)) {
      for (ContractClient one : ourReplicas) {
        cut.add(KekStage.stream(one, ours));
      }
      Awaitility.await().until(() -> cut.stream().allMatch(one -> one.bytes() > 0));
      key.behave(Behaviour.DISABLED);
      stage.advance(Duration.ofSeconds(56));
      for (ContractClient one : ourReplicas) {
        Awaitility.await().until(() -> call(one) == 503);
      }
      Awaitility.await().atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(cut).allSatisfy(one -> assertThat(one.endedAt()).isNotNull()));
      long before = other.bytes();
      Awaitility.await().until(() -> other.bytes() > before + 100_000);
      assertThat(other.endedAt()).as("another workspace's goes on").isNull();
      assertThat(stage.column(Store.VAULT, "select type from audit_event where object_id = 'acme-key' and type like 'kek.%'"))
          .contains("kek.refused");
      key.behave(Behaviour.WORKS);
      recovers();
      Awaitility.await().untilAsserted(() -> assertThat(stage.column(Store.VAULT,
          "select type from audit_event where object_id = 'acme-key' order by seq desc limit 1"))
          .containsExactly("kek.recovered"));
    } finally {
      cut.forEach(SlowStream::close);
      key.behave(Behaviour.WORKS);
    }
  }

  @Test
  void anOutageIsNoRefusalAndEndsServiceAtTheHardLimitOnly() {
    for (Behaviour outage : List.of(Behaviour.THROTTLED)) {
      settle();
      key.behave(outage);
      int last = lastServed(HARD_LIMIT_SECONDS + 30);
      assertThat(last).as("%s: seconds after which something opened for the last time", outage)
          .isGreaterThanOrEqualTo(HARD_LIMIT_SECONDS - BOUND_SECONDS).isLessThanOrEqualTo(HARD_LIMIT_SECONDS);
      key.behave(Behaviour.WORKS);
      recovers();
    }
  }

  /** Keys that were loaded just now, at both replicas. */
  private static void settle() {
    stage.advance(Duration.ofMinutes(6));
    for (ContractClient one : ourReplicas) {
      assertThat(call(one)).isEqualTo(200);
    }
  }

  /** The second, from now on, in which a call was served for the last time; others are served in each. */
  private static int lastServed(int seconds) {
    int last = 0;
    for (int second = 1; second <= seconds; second++) {
      stage.advance(Duration.ofSeconds(1));
      for (ContractClient one : ourReplicas) {
        int status = call(one);
        assertThat(status).isIn(200, 503);
        last = status == 200 ? second : last;
      }
      assertThat(KekStage.call(theirReplicas.get(second % 2), theirs).status()).as("another workspace, second %s", second)
          .isEqualTo(200);
    }
    return last;
  }

  /** Without a restart, seconds after the KEK works again. */
  private static void recovers() {
    stage.advance(Duration.ofSeconds(6));
    for (ContractClient one : ourReplicas) {
      Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(call(one)).isEqualTo(200));
    }
  }

  private static int call(ContractClient caller) {
    return KekStage.call(caller, ours).status();
  }
}
