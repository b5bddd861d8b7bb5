package dev.authpipe.control.member.totp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.secret.SecretText;

/** Sealing of TOTP secrets. */
@Tag("S1")
class FactorKeyTest {
  private final UUID person = new UUID(1, 2);

  @Test
  void aSecretOpensForItsPersonAndUnderItsKeyOnly() throws GeneralSecurityException {
    FactorKey key = new FactorKey(FactorKey.newKeyset());
    byte[] sealed = key.seal(person, SecretText.of("SECRET"));
    assertThat(key.open(person, sealed)).isEqualTo(SecretText.of("SECRET"));
    assertThatThrownBy(() -> key.open(new UUID(1, 3), sealed)).isInstanceOf(IllegalStateException.class);
    FactorKey other = new FactorKey(null);
    assertThatThrownBy(() -> other.open(person, sealed)).isInstanceOf(IllegalStateException.class);
    sealed[sealed.length - 1] ^= 1;
    assertThatThrownBy(() -> key.open(person, sealed)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsNoKeysetIsRefused() {
    assertThatThrownBy(() -> new FactorKey(SecretText.of("{}"))).isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> new FactorKey(SecretText.of("no json"))).isInstanceOf(GeneralSecurityException.class);
  }
}
