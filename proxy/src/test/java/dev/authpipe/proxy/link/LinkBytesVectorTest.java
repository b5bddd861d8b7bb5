package dev.authpipe.proxy.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.SignedCommands;

/** Code, proof and signature of docs/link-format.md, against vectors that another implementation wrote. */
@Tag("S74")
class LinkBytesVectorTest {
  private final Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());

  private static JsonNode vectors() throws Exception {
    return new ObjectMapper().readTree(Files.readAllBytes(Path.of("../docs/link-vectors/bytes.json")));
  }

  @Test
  void aCodeGivesItsIdentityAndAProofForOneKeyOnly() throws Exception {
    JsonNode vector = vectors().get("enrolment");
    try (SecretText text = SecretText.of(vector.get("code").textValue()); EnrolmentCode code = EnrolmentCode.parse(text)) {
      assertThat(code.controlPlane()).isEqualTo(vector.get("control_plane").textValue());
      assertThat(code.proof(HexFormat.of().parseHex(vector.get("proxy").textValue())))
          .isEqualTo(vector.get("code_proof").textValue());
      assertThat(code.proof(new byte[32])).isNotEqualTo(vector.get("code_proof").textValue());
      assertThat(code.isCommandKey(HexFormat.of().parseHex(vectors().get("command").get("key").textValue()))).isTrue();
      assertThat(code.isCommandKey(new byte[32])).isFalse();
    }
  }

  @Test
  void aMistypedCodeIsRefusedAndNotRepeated() throws Exception {
    String right = vectors().get("enrolment").get("code").textValue();
    for (String wrong : new String[]{"", "hunter2", right.substring(1), right.substring(0, 100), right.replace('A', 'B'),
        right + "A"}) {
      try (SecretText text = SecretText.of(wrong)) {
        assertThatThrownBy(() -> EnrolmentCode.parse(text)).as(wrong).isInstanceOf(IllegalArgumentException.class).message()
            .doesNotContain("hunter2", right.substring(10));
      }
    }
  }

  @Test
  void aCommandHoldsUnderItsKeyAndNoOther() throws Exception {
    JsonNode vector = vectors().get("command");
    String payload = vector.get("payload").textValue();
    String signature = vector.get("signature").textValue();
    CommandKey key = new CommandKey(vector.get("key").textValue());
    assertThat(key.signed(new SignedCommands.Signed(payload, signature))).isTrue();
    assertThat(key.signed(new SignedCommands.Signed(payload + " ", signature))).isFalse();
    assertThat(key.signed(new SignedCommands.Signed(payload, "00".repeat(64)))).isFalse();
    assertThat(new CommandKey(vectors().get("enrolment").get("proxy").textValue()).signed(
        new SignedCommands.Signed(payload, signature))).isFalse();
  }

  @Test
  void theCertificateIsSelfSignedByAP256Key() throws Exception {
    for (int i = 0; i < 20; i++) { // lengths of signatures and serials differ
      Identity identity = Identity.create(randomness);
      identity.certificate().verify(identity.certificate().getPublicKey());
      assertThat(identity.certificate().getVersion()).isEqualTo(3);
      assertThat(identity.certificate().getSigAlgName()).isEqualTo("SHA256withECDSA");
      assertThat(identity.hex()).hasSize(64);
    }
  }

  @Test
  void workIsATenthOfTheTimeUntilTheRestIsLongEnough() {
    LinkTimes times = LinkTimes.usual();
    Duration usual = Duration.ofSeconds(2);
    assertThat(times.afterWork(usual, Duration.ofMillis(100))).isEqualTo(usual);
    assertThat(times.afterWork(usual, Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(9));
    assertThat(times.afterWork(usual, Duration.ofHours(1))).isEqualTo(Duration.ofMinutes(10));
    assertThat(times.with(LinkTime.MOST_REST, Duration.ofSeconds(3)).afterWork(usual, Duration.ofHours(1)))
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void pausesAfterFailuresAreWithinTheirBounds() {
    LinkTimes times = LinkTimes.usual();
    for (int failures = 1; failures < 100; failures++) {
      assertThat(times.afterFailure(failures, 0)).isEqualTo(Duration.ofSeconds(1));
      assertThat(times.afterFailure(failures, 0.999)).isBetween(Duration.ofMillis(1_900), Duration.ofSeconds(60));
    }
    double minute = 60_000.0;
    assertThat(2 * minute / times.of(LinkTime.POLL).toMillis() + minute / times.of(LinkTime.REPORTS).toMillis()
        + minute / times.of(LinkTime.HEARTBEAT).toMillis()
        + minute / times.of(LinkTime.CHECKPOINTS).toMillis())
        .as("requests a minute").isLessThanOrEqualTo(120);
  }
}
