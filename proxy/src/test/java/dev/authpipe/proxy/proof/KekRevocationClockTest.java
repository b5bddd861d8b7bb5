package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.kms.KmsKey;

/**
 * The revocation bound by the real clock, under load, over the wire of AWS KMS: a customer disables their key the moment after it was proved, the
 * worst for them, while two replicas hand out 100 access tokens a second. Writes what was measured to {@code target/kek-revocation.md}.
 */
@Tag("longest")
@Tag("S5")
class KekRevocationClockTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int PER_SECOND = 50;

  @Test
  void atMostSixtySecondsAfterARefusalNothingIsOpenedAndNobodyElseNoticesIt() throws IOException {
    try (KekStage stage = new KekStage()) {
      KmsKey key = stage.key("acme-key");
      KekStage.Ran changed = stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--to", "acme-key");
      assertThat(changed.code()).as(changed.err()).isZero();
      List<String> ours = stage.connections(stage.application, 4);
      List<String> theirs = stage.connections(stage.stranger, 4);
      List<ContractClient> ourReplicas = List.of(stage.application, stage.second(stage.application));
      List<ContractClient> theirReplicas = List.of(stage.stranger, stage.second(stage.stranger));
      warm(ourReplicas, ours);
      warm(theirReplicas, theirs);
      List<SlowStream> ourStreams = new ArrayList<>();
      try (SteadyReaders own = new SteadyReaders(ourReplicas, ours, PER_SECOND);
          SteadyReaders foreign = new SteadyReaders(theirReplicas, theirs, PER_SECOND);
          SlowStream theirStream = KekStage.stream(stage.stranger, theirs.getFirst())) {
        for (ContractClient one : ourReplicas) {
          ourStreams.add(KekStage.stream(one, ours.getFirst()));
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> own.isSteady() && foreign.isSteady());
        long begun = now();
        int proofs = key.decryptions();
        Awaitility.await().atMost(Duration.ofSeconds(100)).until(() -> key.decryptions() >= proofs + 2); // both have just proved
        long disabledAt = now();
        key.behave(KmsKey.Behaviour.DISABLED);
        Awaitility.await().pollDelay(BOUND.plusSeconds(10)).atMost(BOUND.plusSeconds(20)).until(() -> true);
        long after = now();

        List<SteadyReaders.Reading> since = own.between(disabledAt, after - TimeUnit.SECONDS.toNanos(1));
        long last = since.stream().filter(one -> one.status() == 200).mapToLong(SteadyReaders.Reading::answeredAt).max()
            .orElse(disabledAt);
        assertThat(Duration.ofNanos(last - disabledAt)).as("something was opened for the last time").isLessThan(BOUND);
        assertThat(since).filteredOn(one -> one.status() != 200).as("refused from then on").isNotEmpty()
            .allSatisfy(one -> assertThat(one.code()).isEqualTo("key_unavailable"));
        assertThat(own.between(begun, disabledAt)).allSatisfy(one -> assertThat(one.status()).isEqualTo(200));
        long cut = 0;
        for (SlowStream stream : ourStreams) {
          assertThat(stream.bytes()).isPositive();
          cut = Math.max(cut, Objects.requireNonNull(stream.endedAt(), "a stream goes on") - disabledAt);
        }
        assertThat(Duration.ofNanos(cut)).as("the last stream is cut").isLessThan(BOUND);

        List<SteadyReaders.Reading> before = foreign.between(begun, disabledAt);
        List<SteadyReaders.Reading> meanwhile = foreign.between(disabledAt, after - TimeUnit.SECONDS.toNanos(1));
        assertThat(meanwhile).as("another workspace").allSatisfy(one -> assertThat(one.status()).isEqualTo(200));
        assertThat(meanwhile).as("as many answers as before")
            .hasSizeGreaterThan((int) (0.8 * PER_SECOND * BOUND.plusSeconds(9).toSeconds()));
        assertThat(theirStream.endedAt()).as("another workspace's stream").isNull();

        long enabledAt = now();
        key.behave(KmsKey.Behaviour.WORKS);
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
          for (ContractClient one : ourReplicas) {
            assertThat(one.accessToken(ours.getFirst()).status()).isEqualTo(200);
          }
        });
        long recoveredAt = now();
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(stage.column(Store.VAULT,
            "select type from audit_event where object_id = 'acme-key' and type like 'kek.%' order by seq"))
            .containsExactlyInAnyOrder("kek.refused", "kek.refused", "kek.recovered", "kek.recovered"));

        silence(key, own);
        report(last - disabledAt, cut, recoveredAt - enabledAt, before, meanwhile);
      } finally {
        ourStreams.forEach(SlowStream::close);
      }
    }
  }

  /** Everything is in memory, and the code that serves it has run often. */
  private static void warm(List<ContractClient> replicas, List<String> connections) {
    for (int i = 0; i < 100; i++) {
      for (ContractClient one : replicas) {
        one.accessToken(connections.get(i % connections.size()));
      }
    }
  }

  /** A KMS that does not answer has not refused: longer than the bound, everything is served. */
  private static void silence(KmsKey key, SteadyReaders own) {
    Gate gate = Gate.closed();
    long from = now();
    key.holdAt(gate);
    Awaitility.await().pollDelay(BOUND.plusSeconds(15)).atMost(BOUND.plusSeconds(30)).until(() -> true);
    long until = now();
    key.holdAt(null);
    gate.open();
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> own.all().size() >= own.asked() - PER_SECOND);
    assertThat(own.between(from, until)).as("the KMS is silent").hasSizeGreaterThan(PER_SECOND * 60)
        .allSatisfy(one -> assertThat(one.status()).isEqualTo(200));
  }

  private static void report(long last, long cut, long recovered, List<SteadyReaders.Reading> before,
      List<SteadyReaders.Reading> meanwhile) throws IOException {
    Files.writeString(Path.of("target", "kek-revocation.md"), """
        | measured | |
        |---|---|
        | last opening after the key was disabled | %s s |
        | last stream cut after it | %s s |
        | served again after it was enabled, at every replica | %s s |
        | another workspace, median before | %d us of %d |
        | another workspace, median meanwhile | %d us of %d |
        | another workspace, slowest meanwhile | %d us |
        """.formatted(seconds(last), seconds(cut), seconds(recovered), SteadyReaders.medianMicros(before), before.size(),
        SteadyReaders.medianMicros(meanwhile), meanwhile.size(),
        meanwhile.stream().map(SteadyReaders.Reading::nanos).max(Comparator.naturalOrder()).map(TimeUnit.NANOSECONDS::toMicros)
            .orElse(0L)));
  }

  private static String seconds(long nanos) {
    return String.format(java.util.Locale.ROOT, "%.1f", nanos / 1e9);
  }

  private static long now() {
    return Ticker.systemTicker().read();
  }
}
