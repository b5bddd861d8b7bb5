package dev.authpipe.sdk;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.event.WebhookEvent;
import dev.authpipe.sdk.value.WebhookSecret;

/**
 * Says whether a webhook is from the proxy and fresh (Standard Webhooks). It must be given the body as it came, byte for byte, before
 * anything parsed it. Does not remember ids: a genuine event may come twice, under the same {@code webhook-id}.
 */
public final class WebhookVerifier {

  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final Duration MOST_TOLERANCE = Duration.ofHours(1);
  private static final String SECRET_PREFIX = "whsec_";
  private static final String SIGNATURE_PREFIX = "v1,";
  private static final int MOST_SIGNATURES = 16;

  private final List<SecretKeySpec> keys;
  private final InstantSource clock;
  private final Duration tolerance;

  /**
   * A verifier by the system's clock.
   *
   * @param secrets the endpoint's signing secrets: one, or two while they are being changed
   * @throws IllegalArgumentException if one is not {@code whsec_} and base64
   */
  public WebhookVerifier(WebhookSecret... secrets) {
    this(InstantSource.system(), TOLERANCE, List.of(secrets));
  }

  /**
   * A verifier by another clock and for another distance from it.
   *
   * @param clock     what the timestamp is compared with
   * @param tolerance how far away it may be, at most an hour: as long, an eavesdropped request may be sent again
   * @param secrets   the endpoint's signing secrets: one, or two while they are being changed
   * @throws IllegalArgumentException if one is not {@code whsec_} and base64, or the tolerance is none
   */
  public WebhookVerifier(InstantSource clock, Duration tolerance, List<WebhookSecret> secrets) {
    if (tolerance.compareTo(MOST_TOLERANCE) > 0) {
      throw new IllegalArgumentException("a tolerance is at most " + MOST_TOLERANCE);
    }
    this.tolerance = Limits.positive(tolerance);
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("a signing secret is needed");
    }
    this.clock = clock;
    this.keys = secrets.stream().map(WebhookVerifier::key).toList();
  }

  private static SecretKeySpec key(WebhookSecret secret) {
    String text = secret.reveal();
    if (!text.startsWith(SECRET_PREFIX)) {
      throw new IllegalArgumentException("a signing secret begins with " + SECRET_PREFIX);
    }
    try {
      return new SecretKeySpec(Base64.getDecoder().decode(text.substring(SECRET_PREFIX.length())), "HmacSHA256");
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException("a signing secret is base64 after " + SECRET_PREFIX); // without the cause, which may quote it
    }
  }

  /**
   * Verifies, and reads the event.
   *
   * @param id         the header {@code webhook-id}
   * @param timestamp  the header {@code webhook-timestamp}
   * @param signatures the header {@code webhook-signature}
   * @param body       the body as it came
   * @return the event; empty when it is not genuine, not fresh, or no event at all: answer with 400 and do nothing
   */
  public Optional<WebhookEvent> event(@Nullable String id, @Nullable String timestamp, @Nullable String signatures, byte[] body) {
    return id != null && isGenuine(id, timestamp, signatures, body)
        ? Optional.ofNullable(WebhookEvents.read(id, body))
        : Optional.empty();
  }

  /**
   * Verifies.
   *
   * @param id         the header {@code webhook-id}
   * @param timestamp  the header {@code webhook-timestamp}
   * @param signatures the header {@code webhook-signature}
   * @param body       the body as it came
   * @return false when a header is missing, nothing matches, or the timestamp is too far away: more than 5 minutes unless set
   */
  public boolean isGenuine(@Nullable String id, @Nullable String timestamp, @Nullable String signatures, byte[] body) {
    if (id == null || timestamp == null || signatures == null || !timestamp.matches("[0-9]{1,11}")) {
      return false;
    }
    Duration away = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), clock.instant()).abs();
    if (away.compareTo(tolerance) > 0) {
      return false;
    }
    byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
    boolean genuine = false;
    for (SecretKeySpec key : keys) {
      byte[] expected = (SIGNATURE_PREFIX + Base64.getEncoder().encodeToString(mac(key, head, body)))
          .getBytes(StandardCharsets.US_ASCII);
      for (String one : signatures.split(" ", MOST_SIGNATURES)) {
        genuine |= MessageDigest.isEqual(expected, one.getBytes(StandardCharsets.UTF_8));
      }
    }
    return genuine;
  }

  private static byte[] mac(SecretKeySpec key, byte[] head, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(head);
      return mac.doFinal(body);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no HMAC-SHA-256", missing);
    }
  }
}
