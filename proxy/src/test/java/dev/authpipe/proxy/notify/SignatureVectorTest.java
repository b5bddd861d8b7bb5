package dev.authpipe.proxy.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;

/** The signature against the vector that implementations of Standard Webhooks share, and against another one's verifier. */
@Tag("S15")
class SignatureVectorTest {
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";

  @Test
  void theSharedVectorHasItsSignature() {
    byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    try (SecretBytes secret = SecretBytes.taking(Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))) {
      assertThat(Signature.of(List.of(secret), ID, Instant.ofEpochSecond(1_614_265_330), body))
          .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
  }

  @Test
  void anotherImplementationVerifiesEitherSecretAndRefusesAnyChange() throws WebhookVerificationException {
    Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
    byte[] body = "{\"type\":\"connection.created\"}".getBytes(StandardCharsets.UTF_8);
    Instant now = Clock.systemUTC().instant();
    try (SecretBytes next = SecretBytes.taking(randomness.bytes(Signature.SECRET_LENGTH));
        SecretBytes former = SecretBytes.taking(randomness.bytes(Signature.SECRET_LENGTH))) {
      String signature = Signature.of(List.of(next, former), ID, now, body);
      assertThat(signature.split(" ")).hasSize(2);
      HttpHeaders headers = headers(ID, now, signature);
      String text = new String(body, StandardCharsets.UTF_8);
      for (SecretBytes one : List.of(next, former)) {
        Webhook verifier = new Webhook(Signature.shown(one).expose());
        verifier.verify(text, headers);
        assertThatThrownBy(() -> verifier.verify(text + " ", headers)).isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> verifier.verify(text, headers("msg_other", now, signature)))
            .isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> verifier.verify(text, headers(ID, now.minusSeconds(1), signature)))
            .isInstanceOf(WebhookVerificationException.class);
      }
    }
  }

  private static HttpHeaders headers(String id, Instant timestamp, String signature) {
    return HttpHeaders.of(Map.of("webhook-id", List.of(id), "webhook-timestamp",
        List.of(Long.toString(timestamp.getEpochSecond())), "webhook-signature", List.of(signature)), (_, _) -> true);
  }
}
