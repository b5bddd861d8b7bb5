package dev.authpipe.proxy.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.envelope.KekContract.Outage;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;
import dev.authpipe.proxy.secret.SecretBytes;

/** The revocation bound of docs/keks.md for each kind of KEK, by the test's clock: real parts refuse and go away, and time is set. */
@Tag("S5")
public interface RevocationBoundContract {
  /** A working KEK, the same until the test ends. */
  Kek kek();

  /** The refusals that it can be made to answer with. */
  Set<Reason> refusals();

  /** Makes it refuse from now on. */
  void refuse(Reason reason);

  /** The outages that it can have; none where the key is not somewhere else. */
  default Set<Outage> outages() {
    return Set.of();
  }

  /** Makes it not answer from now on. */
  default void fail(Outage outage) {
    throw new IllegalArgumentException(outage.name());
  }

  /** Ends refusals and outages. */
  void recover();

  @Test
  @Tag("S5")
  default void atMostSixtySecondsAfterARefusalNothingIsUsedUntilItEnds() {
    byte[] wrapped = wrap();
    assertThat(refusals()).isNotEmpty();
    for (Reason reason : refusals()) {
      AtomicLong now = new AtomicLong(1);
      GuardedKeys<String> keys = guarded(wrapped, now);
      assertThat(keys.use()).isEqualTo("keys");
      refuse(reason);
      int served = 0;
      for (int second = 1; second <= 60; second++) {
        advance(now, Duration.ofSeconds(1));
        try {
          assertThat(keys.use()).isEqualTo("keys");
          served = second;
        } catch (KeyUnavailableException closed) {
          assertThat(closed.reason()).as("%s", reason).isEqualTo(KeyUnavailableException.Reason.REFUSED);
        }
      }
      assertThat(served).as("seconds after %s", reason).isEqualTo(55);
      recover();
      advance(now, Duration.ofSeconds(3));
      assertThat(keys.use()).as("without a restart").isEqualTo("keys");
    }
  }

  @Test
  @Tag("S5")
  default void throughAnOutageKeysAreUsedForFiveMinutesAndNotBeyond() {
    byte[] wrapped = wrap();
    for (Outage outage : outages()) {
      AtomicLong now = new AtomicLong(1);
      GuardedKeys<String> keys = guarded(wrapped, now);
      assertThat(keys.use()).isEqualTo("keys");
      fail(outage);
      for (int minute = 1; minute < 5; minute++) {
        advance(now, Duration.ofMinutes(1));
        assertThat(keys.use()).as("%s, minute %s", outage, minute).isEqualTo("keys");
      }
      advance(now, Duration.ofMinutes(1));
      assertThatThrownBy(keys::use).as("%s", outage).isInstanceOfSatisfying(KeyUnavailableException.class,
          closed -> assertThat(closed.reason()).isEqualTo(KeyUnavailableException.Reason.OUTAGE));
      recover();
      advance(now, Duration.ofSeconds(6));
      assertThat(keys.use()).isEqualTo("keys");
    }
  }

  private static void advance(AtomicLong now, Duration step) {
    now.addAndGet(step.toNanos());
  }

  private byte[] wrap() {
    try (SecretBytes keyset = SecretBytes.taking(new byte[32])) {
      return kek().wrap(keyset, KekContract.CONTEXT);
    }
  }

  private GuardedKeys<String> guarded(byte[] wrapped, AtomicLong now) {
    return new GuardedKeys<>(new GuardedKeys.Source<>() {
      @Override
      public String load() {
        kek().unwrap(wrapped, KekContract.CONTEXT).close();
        return "keys";
      }

      @Override
      public boolean isReplaced(String keys) {
        return false;
      }

      @Override
      public void prove(String keys) {
        load();
      }

      @Override
      public void changed(@Nullable Reason refusal) {}
    }, now::get, () -> 0.5);
  }
}
