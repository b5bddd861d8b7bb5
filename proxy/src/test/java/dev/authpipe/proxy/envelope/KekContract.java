package dev.authpipe.proxy.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.envelope.KekRefusedException.Reason;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.testkit.Gate;
import dev.authpipe.wire.WorkspaceId;

/** What every KEK keeps, the double included. Real parts refuse, fail, hang and go away behind each. */
@Tag("S4")
public interface KekContract extends RevocationBoundContract {
  WrapContext CONTEXT = new WrapContext("contract", "deployment", new WorkspaceId(new UUID(1, 2)), 3);

  /** A way in which a KMS does not answer. */
  enum Outage {
    THROTTLED,
    SERVER_ERROR,
    UNREACHABLE
  }

  /** The same with a shorter deadline; the one who asks for it closes it. */
  default Kek kek(Duration deadline) {
    return kek();
  }

  /** Holds calls at a gate; false where that cannot be done. */
  default boolean hold(Gate gate) {
    return false;
  }

  /** How many calls reached the KMS; -1 where nobody counts. */
  default int calls() {
    return -1;
  }

  @Test
  default void unwrapsWhatItWrapped() {
    try (SecretBytes keyset = SecretBytes.taking(new byte[]{1, 2, 3});
        SecretBytes back = kek().unwrap(kek().wrap(keyset, CONTEXT), CONTEXT)) {
      assertThat(back).isEqualTo(keyset);
    }
  }

  @Test
  default void unwrapsTheLargestKeyset() {
    byte[] largest = new byte[4_096];
    for (int i = 0; i < largest.length; i++) {
      largest[i] = (byte) i;
    }
    try (SecretBytes keyset = SecretBytes.taking(largest)) {
      byte[] wrapped = kek().wrap(keyset, CONTEXT);
      assertThat(wrapped).hasSizeLessThanOrEqualTo(8_192);
      try (SecretBytes back = kek().unwrap(wrapped, CONTEXT)) {
        assertThat(back).isEqualTo(keyset);
      }
    }
  }

  @Test
  default void wrapsDifferentlyEachTime() {
    try (SecretBytes keyset = SecretBytes.taking(new byte[32])) {
      assertThat(kek().wrap(keyset, CONTEXT)).isNotEqualTo(kek().wrap(keyset, CONTEXT));
    }
  }

  @Test
  default void unwrapsInNoOtherContext() {
    byte[] wrapped = wrapped();
    WorkspaceId other = new WorkspaceId(new UUID(1, 3));
    for (WrapContext context : new WrapContext[]{new WrapContext("other", "deployment", CONTEXT.workspace(), 3),
        new WrapContext("contract", "other", CONTEXT.workspace(), 3), new WrapContext("contract", "deployment", other, 3),
        new WrapContext("contract", "deployment", null, 3), new WrapContext("contract", "deployment", CONTEXT.workspace(), 4)}) {
      assertThatThrownBy(() -> kek().unwrap(wrapped, context)).as("%s", context).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  default void refusesEverySingleBitChange() {
    byte[] wrapped = wrapped();
    for (int bit = 0; bit < wrapped.length * 8; bit++) {
      byte[] changed = wrapped.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> kek().unwrap(changed, CONTEXT)).as("bit %s", bit).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  default void refusesWhatIsCutShort() {
    byte[] wrapped = wrapped();
    for (int length : new int[]{0, 1, 4, 11, 12, 27, 28, wrapped.length - 1}) {
      byte[] cut = java.util.Arrays.copyOf(wrapped, length);
      assertThat(catchThrowable(() -> kek().unwrap(cut, CONTEXT))).as("%s bytes", length)
          .isInstanceOfAny(IntegrityException.class, KekRefusedException.class);
    }
  }

  @Test
  default void eachRefusalIsToldAsItselfAndEndsWithoutARestart() {
    byte[] wrapped = wrapped();
    assertThat(refusals()).isNotEmpty();
    for (Reason reason : refusals()) {
      refuse(reason);
      for (Throwable refusal : List.of(failureOf(this::wrapped), failureOf(() -> kek().unwrap(wrapped, CONTEXT)))) {
        assertThat(refusal).as("%s", reason).isInstanceOf(KekRefusedException.class);
        assertThat(((KekRefusedException) refusal).reason()).isEqualTo(reason);
      }
      recover();
      kek().unwrap(wrapped, CONTEXT).close();
    }
  }

  @Test
  default void noOutageIsToldAsARefusalAndEachEndsWithoutARestart() {
    byte[] wrapped = wrapped();
    for (Outage outage : outages()) {
      fail(outage);
      assertThat(failureOf(this::wrapped)).as("%s", outage).isInstanceOf(KekOutageException.class);
      assertThat(failureOf(() -> kek().unwrap(wrapped, CONTEXT))).as("%s", outage).isInstanceOf(KekOutageException.class);
      recover();
      kek().unwrap(wrapped, CONTEXT).close();
    }
  }

  @Test
  default void aCallThatFailsIsNotRepeated() {
    if (calls() < 0) {
      return;
    }
    byte[] wrapped = wrapped();
    for (Outage outage : outages()) {
      if (outage == Outage.UNREACHABLE) {
        continue; // nothing reaches whoever counts
      }
      fail(outage);
      int before = calls();
      assertThat(failureOf(() -> kek().unwrap(wrapped, CONTEXT))).isInstanceOf(KekOutageException.class);
      assertThat(calls() - before).as("%s", outage).isEqualTo(1);
      recover();
    }
  }

  @Test
  default void aCallEndsWithTheDeadlineAndIsMadeOnce() {
    byte[] wrapped = wrapped();
    Gate gate = Gate.closed();
    if (!hold(gate)) {
      return;
    }
    int before = calls();
    try (Kek hurried = kek(Duration.ofSeconds(1))) {
      assertThat(failureOf(() -> hurried.unwrap(wrapped, CONTEXT))).isInstanceOf(KekOutageException.class);
      assertThat(calls() - before).isEqualTo(1);
    } finally {
      gate.open();
      recover();
    }
    kek().unwrap(wrapped, CONTEXT).close();
  }

  @Test
  @Tag("S62")
  default void nothingThatIsWrappedIsLoggedOrThrown() {
    byte[] canary = "canary-5f0b2c9e7a1d4b38-keyset".getBytes(StandardCharsets.US_ASCII);
    List<String> forms = List.of(new String(canary, StandardCharsets.US_ASCII), Base64.getEncoder().encodeToString(canary),
        HexFormat.of().formatHex(canary));
    List<Throwable> thrown = new ArrayList<>();
    String logged;
    try (EverythingLogged log = EverythingLogged.open(); SecretBytes keyset = SecretBytes.copyOf(canary)) {
      byte[] wrapped = kek().wrap(keyset, CONTEXT);
      kek().unwrap(wrapped, CONTEXT).close();
      for (Reason reason : refusals()) {
        refuse(reason);
        thrown.add(failureOf(() -> kek().wrap(keyset, CONTEXT)));
        thrown.add(failureOf(() -> kek().unwrap(wrapped, CONTEXT)));
        recover();
      }
      for (Outage outage : outages()) {
        fail(outage);
        thrown.add(failureOf(() -> kek().wrap(keyset, CONTEXT)));
        recover();
      }
      logged = log.text();
    }
    StringWriter text = new StringWriter();
    thrown.forEach(one -> one.printStackTrace(new PrintWriter(text)));
    for (String form : secrets(forms)) {
      assertThat(logged).doesNotContain(form);
      assertThat(text.toString()).doesNotContain(form);
    }
    assertThat(thrown).allSatisfy(one -> assertThat(one).hasNoCause());
  }

  /** What else nobody may see: tokens, PINs. */
  default List<String> secrets(List<String> forms) {
    return forms;
  }

  @Test
  default void manyMayUseItAtATime() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        WrapContext own = new WrapContext("contract", "deployment", new WorkspaceId(new UUID(7, i)), 1);
        byte[] content = {(byte) i, 1, 2, 3};
        answers.add(callers.submit(() -> {
          try (SecretBytes keyset = SecretBytes.copyOf(content);
              SecretBytes back = kek().unwrap(kek().wrap(keyset, own), own)) {
            return back.equals(keyset);
          }
        }));
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    }
  }

  @Test
  default void aClosedOneAnswersNobodyAndMayBeClosedTwice() {
    byte[] wrapped = wrapped();
    kek().close();
    kek().close();
    assertThat(failureOf(() -> kek().unwrap(wrapped, CONTEXT))).isInstanceOf(KekOutageException.class);
  }

  private static Throwable failureOf(Runnable call) {
    Throwable failure = catchThrowable(call::run);
    assertThat(failure).as("it should have failed").isNotNull();
    return failure;
  }

  private byte[] wrapped() {
    try (SecretBytes keyset = SecretBytes.taking(new byte[32])) {
      return kek().wrap(keyset, CONTEXT);
    }
  }
}
