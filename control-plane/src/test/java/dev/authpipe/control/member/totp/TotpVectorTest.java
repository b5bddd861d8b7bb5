package dev.authpipe.control.member.totp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.authpipe.control.secret.SecretText;

/** The vectors of RFC 6238, appendix B, for SHA-1, and of RFC 4648 for base32. */
class TotpVectorTest {
  private static final byte[] KEY = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @CsvSource({"59, 94287082", "1111111109, 07081804", "1111111111, 14050471", "1234567890, 89005924", "2000000000, 69279037",
      "20000000000, 65353130"})
  void theCodesAreThoseOfTheRfc(long seconds, String code) {
    assertThat(Totp.code(KEY, seconds / 30, 8)).isEqualTo(code);
    assertThat(Totp.step(Totp.secret(KEY), SecretText.of(code.substring(2)), Instant.ofEpochSecond(seconds)))
        .hasValue(seconds / 30);
  }

  @Test
  void base32ComesBackAsTheBytes() {
    assertThat(Totp.secret(KEY)).isEqualTo(SecretText.of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    assertThat(Totp.bytes(Totp.secret(KEY))).isEqualTo(KEY);
  }

  @Test
  void onlyTheNeighboursOfNowCount() {
    SecretText secret = Totp.secret(KEY);
    SecretText code = SecretText.of(Totp.code(KEY, 100, 6));
    assertThat(Totp.step(secret, code, Instant.ofEpochSecond(99 * 30))).hasValue(100);
    assertThat(Totp.step(secret, code, Instant.ofEpochSecond(101 * 30 + 29))).hasValue(100);
    assertThat(Totp.step(secret, code, Instant.ofEpochSecond(102 * 30))).isEmpty();
    assertThat(Totp.step(secret, code, Instant.ofEpochSecond(99 * 30 - 1))).isEmpty();
    assertThat(Totp.step(secret, SecretText.of(""), Instant.ofEpochSecond(3000))).isEmpty();
  }
}
