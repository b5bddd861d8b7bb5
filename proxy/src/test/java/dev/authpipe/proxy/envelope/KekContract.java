package dev.authpipe.proxy.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.WorkspaceId;

/** What every KEK keeps, the double included. */
@Tag("S4")
public interface KekContract {
  WrapContext CONTEXT = new WrapContext("contract", "deployment", new WorkspaceId(new UUID(1, 2)), 3);

  /** A working KEK. */
  Kek kek();

  /** Makes the same KEK refuse from now on. */
  void makeRefuse();

  @Test
  default void unwrapsWhatItWrapped() {
    try (SecretBytes keyset = SecretBytes.taking(new byte[]{1, 2, 3});
        SecretBytes back = kek().unwrap(kek().wrap(keyset, CONTEXT), CONTEXT)) {
      assertThat(back).isEqualTo(keyset);
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
      assertThatThrownBy(() -> kek().unwrap(wrapped, context)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  default void refusesEverySingleBitChange() {
    byte[] wrapped = wrapped();
    for (int bit = 0; bit < wrapped.length * 8; bit++) {
      byte[] changed = wrapped.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> kek().unwrap(changed, CONTEXT)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  default void aRefusalIsToldAsOne() {
    byte[] wrapped = wrapped();
    makeRefuse();
    assertThatThrownBy(() -> kek().unwrap(wrapped, CONTEXT)).isInstanceOf(KekRefusedException.class);
  }

  private byte[] wrapped() {
    try (SecretBytes keyset = SecretBytes.taking(new byte[32])) {
      return kek().wrap(keyset, CONTEXT);
    }
  }
}
