package dev.authpipe.proxy.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.testkit.Gate;

/** Every age of the keys crossed with every answer of the KEK. Times are monotonic and set by the test. */
@Tag("S5")
class GuardedKeysTest {
  private final AtomicLong now = new AtomicLong(1);
  private final Scripted source = new Scripted();
  private final GuardedKeys<String> keys = new GuardedKeys<>(source, now::get, () -> 0.5);

  @ParameterizedTest
  @CsvSource({
      // age of load, age of proof, KEK    -> warm,  use,     calls, warm afterwards
      "cold,   cold,  WORKS,                 false, served,  1,     true",
      "cold,   cold,  REFUSES,               false, REFUSED, 1,     false",
      "cold,   cold,  OUTAGE,                false, OUTAGE,  1,     false",
      "30,     30,    WORKS,                 true,  served,  0,     true",
      "30,     30,    REFUSES,               true,  served,  0,     true",
      "30,     30,    OUTAGE,                true,  served,  0,     true",
      "55,     55,    REFUSES,               true,  served,  0,     true",
      "56,     56,    WORKS,                 false, served,  1,     true",
      "56,     56,    REFUSES,               false, REFUSED, 1,     false",
      "56,     56,    OUTAGE,                false, served,  1,     true",
      "239,    30,    REFUSES,               true,  served,  0,     true",
      "250,    56,    WORKS,                 false, served,  1,     true",
      "250,    56,    REFUSES,               false, REFUSED, 1,     false",
      "250,    56,    OUTAGE,                false, served,  1,     true",
      "299,    20,    OUTAGE,                true,  served,  0,     true",
      "300,    10,    WORKS,                 false, served,  1,     true",
      "300,    10,    REFUSES,               false, REFUSED, 1,     false",
      "300,    10,    OUTAGE,                false, OUTAGE,  1,     false",
  })
  void keysAreUsedOnlyWhileTheirKekStandsByThem(String loaded, String proved, ScriptedKek.Mode kek, boolean warm, String use,
      int calls, boolean warmAfterwards) {
    if (!loaded.equals("cold")) {
      age(Integer.parseInt(loaded), Integer.parseInt(proved));
    }
    source.answers(kek);
    int before = source.calls();
    assertThat(keys.warm() != null).isEqualTo(warm);
    if (use.equals("served")) {
      assertThat(keys.use()).isEqualTo("keys");
    } else {
      assertUnavailable(KeyUnavailableException.Reason.valueOf(use));
    }
    assertThat(source.calls() - before).isEqualTo(calls);
    assertThat(keys.warm() != null).isEqualTo(warmAfterwards);
  }

  @Test
  void whoeverWasToldOfARefusalIsToldOfItsEndHoweverLongNobodyAsked() {
    keys.use();
    source.answers(ScriptedKek.Mode.REFUSES);
    advance(60);
    assertUnavailable(KeyUnavailableException.Reason.REFUSED);
    advance(600);
    assertThat(keys.tend()).as("nothing is left to keep").isFalse();
    source.answers(ScriptedKek.Mode.WORKS);
    assertThat(keys.use()).isEqualTo("keys");
    assertThat(source.events).containsExactly("DENIED", "recovered");
  }

  @Test
  void anOutageIsServedUntilFiveMinutesFromLoadAndNotFromAccess() {
    assertThat(keys.use()).isEqualTo("keys");
    source.answers(ScriptedKek.Mode.OUTAGE);
    for (int second = 1; second < 300; second++) {
      advance(1);
      assertThat(keys.use()).as("after %s s", second).isEqualTo("keys");
    }
    advance(1);
    assertThat(keys.warm()).isNull();
    assertUnavailable(KeyUnavailableException.Reason.OUTAGE);
    assertThat(source.calls()).as("one attempt in 5 s, no more").isLessThan(60);
  }

  @Test
  void aRefusalEndsUseWithinSixtySecondsEvenWhenTheKeeperNeverRuns() {
    assertThat(keys.use()).isEqualTo("keys");
    source.answers(ScriptedKek.Mode.REFUSES);
    int served = 0;
    for (int second = 1; second <= 60; second++) {
      advance(1);
      try {
        assertThat(keys.use()).isEqualTo("keys");
        served = second;
      } catch (KeyUnavailableException closed) {
        assertThat(closed.reason()).isEqualTo(KeyUnavailableException.Reason.REFUSED);
      }
    }
    assertThat(served).isEqualTo(55);
  }

  @Test
  void theKeeperProvesActiveKeysBetweenThirtyFiveAndFortyFiveSecondsAndEvictsAtOnce() {
    assertThat(keys.use()).isEqualTo("keys");
    int before = source.calls();
    advance(39);
    assertThat(keys.tend()).isFalse();
    assertThat(source.calls()).isEqualTo(before);
    source.answers(ScriptedKek.Mode.REFUSES);
    advance(1);
    assertThat(keys.tend()).isFalse();
    Awaitility.await().untilAsserted(() -> assertThat(keys.warm()).isNull());
    assertThat(source.events).containsExactly("DENIED");
  }

  @Test
  void theKeeperLetsKeysThatNobodyUsesGo() {
    assertThat(keys.use()).isEqualTo("keys");
    advance(301);
    assertThat(keys.tend()).isTrue();
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void recoveryIsNoticedWithinSecondsAndToldOnce() {
    assertThat(keys.use()).isEqualTo("keys");
    advance(56);
    source.answers(ScriptedKek.Mode.REFUSES);
    assertUnavailable(KeyUnavailableException.Reason.REFUSED);
    int asked = source.calls();
    assertUnavailable(KeyUnavailableException.Reason.REFUSED);
    assertThat(source.calls()).as("a refusal is remembered for 2 s").isEqualTo(asked);
    advance(3);
    assertUnavailable(KeyUnavailableException.Reason.REFUSED);
    source.answers(ScriptedKek.Mode.WORKS);
    advance(3);
    assertThat(keys.use()).isEqualTo("keys");
    assertThat(source.events).containsExactly("DENIED", "recovered");
  }

  @Test
  void aRefusalDuringAnOutageStillEvicts() {
    assertThat(keys.use()).isEqualTo("keys");
    advance(56);
    source.answers(ScriptedKek.Mode.OUTAGE);
    assertThat(keys.use()).isEqualTo("keys");
    source.answers(ScriptedKek.Mode.REFUSES);
    advance(6);
    assertUnavailable(KeyUnavailableException.Reason.REFUSED);
  }

  @Test
  void aSilentStoreDoesNotHideARefusingKek() {
    age(250, 56);
    source.storeFails = true;
    assertThat(keys.use()).as("proved from memory").isEqualTo("keys");
    advance(56);
    assertThatThrownBy(keys::use).as("past the hard limit").isInstanceOf(StoreUnavailableException.class);
    source.storeFails = false;
    age(250, 56);
    source.storeFails = true;
    source.answers(ScriptedKek.Mode.REFUSES);
    assertUnavailable(KeyUnavailableException.Reason.REFUSED);
  }

  @Test
  void aKekThatHoldsAnotherKeyNowCountsAsARefusal() {
    assertThat(keys.use()).isEqualTo("keys");
    source.mismatch = true;
    advance(56);
    assertUnavailable(KeyUnavailableException.Reason.REFUSED);
  }

  @Test
  void aProofOfKeysThatWereWrappedOtherwiseLoadsThem() {
    assertThat(keys.use()).isEqualTo("keys");
    source.replaced = true;
    advance(30);
    assertThat(keys.use()).isEqualTo("keys");
    assertThat(source.loads.get()).as("nobody looks before a proof is due").isEqualTo(1);
    advance(26);
    assertThat(keys.use()).isEqualTo("keys");
    assertThat(source.loads.get()).isEqualTo(2);
    source.replaced = false;
    advance(56);
    assertThat(keys.use()).isEqualTo("keys");
    assertThat(source.loads.get()).isEqualTo(2);
    assertThat(source.calls()).isEqualTo(3);
  }

  @Test
  void aHundredCallersCauseOneCall() throws Exception {
    Gate gate = Gate.closed();
    source.gate = gate;
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      Callable<String> call = keys::use;
      for (int i = 0; i < 100; i++) {
        answers.add(callers.submit(call));
      }
      gate.awaitArrivals(1);
      gate.open();
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("keys");
      }
    }
    assertThat(source.calls()).isEqualTo(1);
  }

  /** Keys that were loaded and last proved so long ago; the store is silent meanwhile, so that proofs do not load anew. */
  private void age(int loadedSeconds, int provedSeconds) {
    source.answers(ScriptedKek.Mode.WORKS);
    advance(600);
    assertThat(keys.use()).isEqualTo("keys");
    source.storeFails = true;
    int proofs = (loadedSeconds - provedSeconds) / 56;
    for (int proof = 0; proof < proofs; proof++) {
      now.addAndGet(Duration.ofSeconds(loadedSeconds - provedSeconds).toNanos() / proofs);
      assertThat(keys.use()).isEqualTo("keys");
    }
    source.storeFails = false;
    advance(provedSeconds);
  }

  private void assertUnavailable(KeyUnavailableException.Reason reason) {
    assertThatThrownBy(keys::use).isInstanceOfSatisfying(KeyUnavailableException.class,
        unavailable -> assertThat(unavailable.reason()).isEqualTo(reason));
  }

  private void advance(int seconds) {
    now.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private static final class Scripted implements GuardedKeys.Source<String> {
    final List<String> events = new ArrayList<>();
    private final AtomicLong calls = new AtomicLong();
    private volatile ScriptedKek.Mode mode = ScriptedKek.Mode.WORKS;
    volatile boolean storeFails;
    volatile boolean mismatch;
    volatile boolean replaced;
    final AtomicLong loads = new AtomicLong();
    volatile @Nullable Gate gate;

    void answers(ScriptedKek.Mode next) {
      mode = next;
    }

    int calls() {
      return calls.intValue();
    }

    @Override
    public String load() {
      if (storeFails) {
        throw new StoreUnavailableException(new IllegalStateException("scripted"));
      }
      loads.incrementAndGet();
      ask();
      return "keys";
    }

    @Override
    public boolean isReplaced(String current) {
      return replaced;
    }

    @Override
    public void prove(String current) {
      ask();
      if (mismatch) {
        throw new IntegrityException("wrapped keyset");
      }
    }

    @Override
    public void changed(KekRefusedException.@Nullable Reason refusal) {
      events.add(refusal == null ? "recovered" : refusal.name());
    }

    private void ask() {
      calls.incrementAndGet();
      Gate held = gate;
      if (held != null) {
        held.pass();
      }
      switch (mode) {
        case WORKS -> {
        }
        case REFUSES -> throw new KekRefusedException(KekRefusedException.Reason.DENIED);
        case OUTAGE -> throw new KekOutageException("scripted");
      }
    }
  }
}
