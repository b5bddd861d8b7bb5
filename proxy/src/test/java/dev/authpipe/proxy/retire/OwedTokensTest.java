package dev.authpipe.proxy.retire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.catalog.RevocationProfile.Revoked;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

class OwedTokensTest {

  @Test
  void theFormIsTheDocumentedOne() {
    try (OwedTokens owed = new OwedTokens(SecretText.of("r1"), SecretText.of("a")); SecretBytes bytes = owed.encode()) {
      assertThat(HexFormat.of().formatHex(bytes.expose()))
          .isEqualTo("01" + "01" + "00000002" + "7231" + "02" + "00000001" + "61");
      try (OwedTokens read = OwedTokens.decode(bytes)) {
        assertThat(read.of(Revoked.REFRESH_TOKEN)).contains(SecretText.of("r1"));
        assertThat(read.of(Revoked.ACCESS_TOKEN)).contains(SecretText.of("a"));
        assertThat(read.toString()).doesNotContain("r1");
      }
    }
  }

  @Test
  void aMissingTokenIsLeftOut() {
    try (OwedTokens owed = new OwedTokens(null, SecretText.of("a")); OwedTokens read = OwedTokens.decode(owed.encode())) {
      assertThat(read.of(Revoked.REFRESH_TOKEN)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "02", "01ff", "0101000000", "01010000000361", "0103000000016161", "01020000000161020000000162",
      "010200000000", "0102ffffffff61"})
  void anythingElseIsRefused(String hex) {
    assertThatThrownBy(() -> OwedTokens.decode(SecretBytes.taking(HexFormat.of().parseHex(hex))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
