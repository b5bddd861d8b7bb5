package dev.authpipe.proxy.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

/** How little of a secret may be shown. */
class MaskedPrefixTest {
  private static final List<String> PREFIXES = List.of("sbx_", "sbx_secret_");

  @Test
  void itIsAlwaysUnderAnEighthAndAtMostFourCharactersBeyondTheLongestPrefix() {
    for (int length = 1; length <= 200; length++) {
      for (String beginning : List.of("", "sbx_", "sbx_secret_", "zz")) {
        String secret = (beginning + "r".repeat(200)).substring(0, length);
        String shown = shown(secret);
        int fixed = PREFIXES.stream().filter(secret::startsWith).mapToInt(String::length).max().orElse(0);
        assertThat(secret).startsWith(shown);
        assertThat(shown.length() * 8).as("of %s characters", length).isLessThan(length);
        assertThat(shown.length()).isLessThanOrEqualTo(fixed + 4);
      }
    }
  }

  @Test
  void aShortSecretShowsNothing() {
    assertThat(shown("r".repeat(8))).isEmpty();
    assertThat(shown("r".repeat(9))).isEqualTo("r");
    assertThat(shown("r".repeat(200))).isEqualTo("rrrr");
    assertThat(shown("sbx_secret_" + "r".repeat(189))).isEqualTo("sbx_secret_rrrr");
  }

  private static String shown(String secret) {
    try (SecretText text = SecretText.of(secret)) {
      return MaskedPrefix.of(text, PREFIXES);
    }
  }
}
