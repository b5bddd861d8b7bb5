package dev.authpipe.control.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A secret that is text by nature (a password, a session token, a one-time code), held as UTF-8 bytes; prints as {@code ***} and is wiped
 * when closed. Must never be concatenated into a message. Wiping is best effort: the JVM may have copied the array before.
 */
public final class SecretText implements AutoCloseable {
  private final byte[] utf8;

  private SecretText(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** A secret from text that a parser or a library already made a string of. */
  public static SecretText of(String text) {
    return new SecretText(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A secret from a part of an array, copied. */
  public static SecretText copyOf(byte[] source, int offset, int length) {
    return new SecretText(Arrays.copyOfRange(source, offset, offset + length));
  }

  /** The length in UTF-8 bytes. */
  public int length() {
    return utf8.length;
  }

  /** The UTF-8 bytes themselves, not a copy: for ciphers and wires only. */
  public byte[] exposeUtf8() {
    return utf8;
  }

  /** The text as a string, for libraries that take nothing else. The string cannot be wiped: keep its life short. */
  public String expose() {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** Overwrites the text with zeros. Idempotent. */
  @Override
  public void close() {
    Arrays.fill(utf8, (byte) 0);
  }

  /** Compares in constant time (S7). */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretText that && MessageDigest.isEqual(utf8, that.utf8);
  }

  /** Constant, so that nothing about the secret leaks through hash tables. */
  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return "***";
  }
}
