package dev.authpipe.control.member;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import dev.authpipe.control.secret.SecretText;

/**
 * SHA-256 of a random secret, which is all that the store has of it: 100 random bits or more need no salt and no work factor. Never for
 * passwords.
 */
final class SecretHash {
  private SecretHash() {}

  static byte[] of(SecretText secret) {
    return sha256(secret.exposeUtf8());
  }

  /** The hash of a name that is no secret, for fixed-length keys. */
  static byte[] ofName(String name) {
    return sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
