package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The second net of the log. */
@Tag("S61")
class MaskingEncoderTest {
  @Test
  void whatLooksLikeASecretIsMasked() {
    assertThat(MaskingEncoder.mask("password=hunter2hunter2 and Bearer abcdefgh12345")).doesNotContain("hunter2", "abcdefgh");
    assertThat(MaskingEncoder.mask("cookie: authpipe_session=aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gI3kM5oQ7sU9w"))
        .doesNotContain("aB3dE5gH7jK9mN1p");
    assertThat(MaskingEncoder.mask("jdbc:postgresql://user:hunter2@db/control")).doesNotContain("hunter2");
  }

  @Test
  void aPlainLineStaysAsItIs() {
    assertThat(MaskingEncoder.mask("listening: dashboard https://control.example")).isEqualTo(
        "listening: dashboard https://control.example");
  }

  @Test
  void theLinkOfALetterThatDevelopmentPrintsStaysReadable() {
    String link = "  http://127.0.0.1:8500/#/sign-up/uN-3q_Zt0kqTg4hV1c7mQpR5sW8yB2dE6fG9hJ0kL1x";
    assertThat(MaskingEncoder.mask(link)).isEqualTo(link);
  }
}
