package dev.authpipe.proxy.notify;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

import dev.authpipe.proxy.envelope.MessageCode;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * The symmetric signature of Standard Webhooks: {@code v1,base64(HMAC-SHA-256(secret, id.timestamp.body))}, one for each secret that is in
 * force, with a blank between them. Never signs anything else with such a secret.
 */
final class Signature {
  /** The length of a secret that the proxy makes, in bytes; the standard asks for 24 to 64. */
  static final int SECRET_LENGTH = 32;
  private static final String PREFIX = "whsec_";

  private Signature() {}

  /** The value of {@code webhook-signature}. */
  static String of(List<SecretBytes> secrets, String id, Instant timestamp, byte[] body) {
    byte[] head = (id + "." + timestamp.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream message = new ByteArrayOutputStream(head.length + body.length);
    message.writeBytes(head);
    message.writeBytes(body);
    return secrets.stream()
        .map(one -> "v1," + Base64.getEncoder().encodeToString(MessageCode.hmacSha256(one.expose(), message.toByteArray())))
        .collect(Collectors.joining(" "));
  }

  /** A secret as the application's library takes it. */
  static SecretText shown(SecretBytes secret) {
    return SecretText.of(PREFIX + Base64.getEncoder().encodeToString(secret.expose()));
  }
}
