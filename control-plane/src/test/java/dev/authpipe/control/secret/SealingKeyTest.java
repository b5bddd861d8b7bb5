package dev.authpipe.control.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;

import org.junit.jupiter.api.Test;

class SealingKeyTest {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.US_ASCII);
  private final Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
  private final SealingKey key = key(1);

  private SealingKey key(int first) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) first;
    return SealingKey.of(SecretText.of(Base64.getEncoder().encodeToString(bytes)), randomness);
  }

  @Test
  void whatIsSealedOpensWithItsKeyForItsPurpose() {
    byte[] sealed = key.seal("a", CONTENT);
    assertThat(key.open("a", sealed)).isEqualTo(CONTENT);
    assertThat(key.seal("a", CONTENT)).as("never twice the same").isNotEqualTo(sealed);
    assertThatThrownBy(() -> key.open("b", sealed)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> key(2).open("a", sealed)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void everyChangedBitIsFound() {
    byte[] sealed = key.seal("a", CONTENT);
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> key.open("a", changed)).isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> key.open("a", new byte[5])).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aKeyOfAnotherLengthIsNone() {
    assertThatThrownBy(() -> SealingKey.of(SecretText.of("AAAA"), randomness)).isInstanceOf(IllegalArgumentException.class);
    assertThat(key).hasToString("***");
  }
}
