package dev.authpipe.control.dataplane;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.authpipe.control.http.LinkIdentity;
import dev.authpipe.control.secret.SecretText;

/** The enrolment code and its proof, byte for byte as docs/link-format.md has them. The code is shown once and never kept. */
final class EnrolmentCode {
  /** Length of the secret. */
  static final int SECRET_BYTES = 32;
  private static final String PREFIX = "ap_enrol_";
  private static final byte VERSION = 1;
  private static final int CHECKSUM = 4;
  private static final int LENGTH = 1 + 3 * 32 + CHECKSUM;

  private EnrolmentCode() {}

  /** The text that the operator carries to the proxy. */
  static SecretText text(LinkIdentity controlPlane, byte[] commandKey, SecretText secret) {
    ByteBuffer payload = ByteBuffer.allocate(LENGTH).put(VERSION).put(controlPlane.bytes()).put(sha256(commandKey))
        .put(secret.exposeUtf8());
    payload.put(sha256(Arrays.copyOf(payload.array(), payload.position())), 0, CHECKSUM);
    return SecretText.of(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.array()));
  }

  /** What a proxy of this identity must send that holds the code. */
  static String proof(SecretText secret, LinkIdentity controlPlane, LinkIdentity proxy) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.exposeUtf8(), "HmacSHA256"));
      mac.update("authpipe enrol v1\0".getBytes(StandardCharsets.US_ASCII));
      mac.update(controlPlane.bytes());
      return HexFormat.of().formatHex(mac.doFinal(proxy.bytes()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
