package dev.authpipe.proxy.link;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import dev.authpipe.proxy.envelope.MessageCode;
import dev.authpipe.proxy.secret.SecretText;

/** What an operator carries from the control plane to the proxy, once. Must never be printed or sent: only a proof of it travels. */
final class EnrolmentCode implements AutoCloseable {
  private static final String PREFIX = "ap_enrol_";
  private static final int BODY = 1 + 32 + 32 + 32;
  private static final byte[] CONTEXT = "authpipe enrol v1\0".getBytes(StandardCharsets.US_ASCII);

  private final byte[] payload;

  private EnrolmentCode(byte[] payload) {
    this.payload = payload;
  }

  /**
   * Reads a code.
   *
   * @throws IllegalArgumentException if it is not one; the message does not repeat it
   */
  static EnrolmentCode parse(SecretText code) {
    byte[] text = code.exposeUtf8();
    try {
      int start = PREFIX.length();
      if (text.length < start || !Arrays.equals(text, 0, start, PREFIX.getBytes(StandardCharsets.US_ASCII), 0, start)) {
        throw new IllegalArgumentException("an enrolment code begins with " + PREFIX);
      }
      byte[] payload = Base64.getUrlDecoder().decode(Arrays.copyOfRange(text, start, text.length));
      if (payload.length != BODY + 4 || payload[0] != 1) {
        throw new IllegalArgumentException("the enrolment code is incomplete, or of another version");
      }
      byte[] sum = Identity.sha256(Arrays.copyOf(payload, BODY));
      if (!MessageDigest.isEqual(Arrays.copyOf(sum, 4), Arrays.copyOfRange(payload, BODY, BODY + 4))) {
        throw new IllegalArgumentException("the enrolment code was mistyped");
      }
      return new EnrolmentCode(payload);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /** Identity of the control plane in hexadecimal. */
  String controlPlane() {
    return HexFormat.of().formatHex(payload, 1, 33);
  }

  boolean isCommandKey(byte[] raw) {
    return MessageDigest.isEqual(Arrays.copyOfRange(payload, 33, 65), Identity.sha256(raw));
  }

  /** Proof of knowing the code that is worth nothing to another key. */
  String proof(byte[] identity) {
    byte[] message = new byte[CONTEXT.length + 64];
    System.arraycopy(CONTEXT, 0, message, 0, CONTEXT.length);
    System.arraycopy(payload, 1, message, CONTEXT.length, 32);
    System.arraycopy(identity, 0, message, CONTEXT.length + 32, 32);
    return HexFormat.of().formatHex(MessageCode.hmacSha256(Arrays.copyOfRange(payload, 65, BODY), message));
  }

  @Override
  public void close() {
    Arrays.fill(payload, (byte) 0);
  }
}
