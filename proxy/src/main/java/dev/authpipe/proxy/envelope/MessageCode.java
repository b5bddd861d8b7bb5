package dev.authpipe.proxy.envelope;

import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A message authentication code under a key that is used once, or that the receiver has too; never one of this deployment's own keys. Never for what is stored. */
public final class MessageCode {
  private MessageCode() {}

  /** HMAC-SHA-256 (RFC 2104). */
  public static byte[] hmacSha256(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no HMAC-SHA-256", missing);
    }
  }
}
