package dev.authpipe.proxy.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.secret.SecretText;

@Tag("S24")
class InjectableTest {
  @ParameterizedTest
  @ValueSource(strings = {" key", "key ", "", " ", "a\r\nHost: b", "a\u0000", "a\tb", "a\u007f", "caf\u00e9", "\u4e2d\u010a"})
  void aSecretThatAHeaderWouldChangeOrRefuseIsNotTaken(String secret) {
    assertThat(Injectable.isSafe(SecretText.of(secret))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "sk-live_1/2+3=", "two words"})
  void visibleCharactersAreTaken(String secret) {
    assertThat(Injectable.isSafe(SecretText.of(secret))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {" key ", "caf\u00e9"})
  void aPasswordThatIsSentEncodedMayHaveOtherCharacters(String secret) {
    assertThat(Injectable.isSafeEncoded(SecretText.of(secret))).isTrue();
    assertThat(Injectable.isSafeEncoded(SecretText.of(secret + "\n"))).isFalse();
  }
}
