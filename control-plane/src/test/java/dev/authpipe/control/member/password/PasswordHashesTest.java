package dev.authpipe.control.member.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.InstantSource;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;

/** Argon2id hashes. */
@Tag("S80")
class PasswordHashesTest {
  private final Randomness randomness = new Randomness(new SecureRandom(), InstantSource.system());
  private final PasswordHashes light = new PasswordHashes(new PasswordCost(64, 1, 1), randomness);

  @Test
  void theHashOfTheReferenceImplementationMatches() {
    String reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assertThat(light.matches(reference, SecretText.of("password"))).isTrue();
    assertThat(light.matches(reference, SecretText.of("Password"))).isFalse();
    assertThat(light.isOutdated(reference)).isTrue();
  }

  @Test
  void eachHashHasItsOwnSaltAndStatesItsCost() {
    String one = light.hash(SecretText.of("correct horse"));
    assertThat(one).startsWith("$argon2id$v=19$m=64,t=1,p=1$").isNotEqualTo(light.hash(SecretText.of("correct horse")));
    assertThat(light.matches(one, SecretText.of("correct horse"))).isTrue();
    assertThat(light.isOutdated(one)).isFalse();
    assertThat(new PasswordHashes(PasswordCost.USUAL, randomness).isOutdated(one)).isTrue();
  }

  @Test
  @Tag("S83")
  void aCheckWithoutAHashComputesOneToo() {
    long before = light.computed();
    assertThat(light.matches(null, SecretText.of("anything"))).isFalse();
    assertThat(light.computed()).isEqualTo(before + 1);
  }

  @Test
  void aRowCannotAskForAllMemory() {
    String greedy = "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assertThatThrownBy(() -> light.matches(greedy, SecretText.of("password"))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> light.matches("plain", SecretText.of("password"))).isInstanceOf(IllegalStateException.class);
  }
}
