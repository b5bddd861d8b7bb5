package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.value.WebhookSecret;

/** The vector that implementations of Standard Webhooks share, and what must not pass. */
class WebhookVerifierTest {
  private static final WebhookSecret SECRET = new WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  private static final WebhookSecret OTHER = new WebhookSecret("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final String AT = "1614265330";
  private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

  private static WebhookVerifier at(long second, WebhookSecret... secrets) {
    return new WebhookVerifier(() -> Instant.ofEpochSecond(second), Duration.ofMinutes(5), List.of(secrets));
  }

  @Test
  void theSharedVectorIsGenuineUnderEitherSecretAndAnyOfItsSignatures() {
    assertThat(at(1_614_265_330, SECRET).isGenuine(ID, AT, SIGNATURE, BODY)).isTrue();
    assertThat(at(1_614_265_330, OTHER, SECRET).isGenuine(ID, AT, "v1,bm9wZQ== " + SIGNATURE, BODY)).isTrue();
  }

  @Test
  void anyChangeIsRefused() {
    WebhookVerifier verifier = at(1_614_265_330, SECRET);
    byte[] other = BODY.clone();
    other[3] ^= 1;
    assertThat(verifier.isGenuine(ID, AT, SIGNATURE, other)).isFalse();
    assertThat(verifier.isGenuine(ID + "x", AT, SIGNATURE, BODY)).isFalse();
    assertThat(verifier.isGenuine(ID, "1614265331", SIGNATURE, BODY)).isFalse();
    assertThat(verifier.isGenuine(ID, AT, SIGNATURE.replace("v1,", "v1a,"), BODY)).isFalse();
    assertThat(verifier.isGenuine(ID, AT, "", BODY)).isFalse();
    assertThat(verifier.isGenuine(null, AT, SIGNATURE, BODY)).isFalse();
    assertThat(verifier.isGenuine(ID, "soon", SIGNATURE, BODY)).isFalse();
    assertThat(at(1_614_265_330, OTHER).isGenuine(ID, AT, SIGNATURE, BODY)).isFalse();
  }

  @Test
  void fiveMinutesAreTheEnd() {
    assertThat(at(1_614_265_330 + 300, SECRET).isGenuine(ID, AT, SIGNATURE, BODY)).isTrue();
    assertThat(at(1_614_265_330 - 300, SECRET).isGenuine(ID, AT, SIGNATURE, BODY)).isTrue();
    assertThat(at(1_614_265_330 + 301, SECRET).isGenuine(ID, AT, SIGNATURE, BODY)).isFalse();
    assertThat(at(1_614_265_330 - 301, SECRET).isGenuine(ID, AT, SIGNATURE, BODY)).isFalse();
  }

  @Test
  void whatIsNoSigningSecretIsRefusedWithoutBeingQuoted() {
    for (String wrong : List.of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not*base64")) {
      assertThatThrownBy(() -> new WebhookVerifier(new WebhookSecret(wrong))).isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining(wrong).hasNoCause();
    }
    assertThatThrownBy(WebhookVerifier::new).isInstanceOf(IllegalArgumentException.class);
  }
}
