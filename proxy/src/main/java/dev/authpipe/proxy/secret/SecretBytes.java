package dev.authpipe.proxy.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Secret bytes that print as {@code ***} and are wiped when closed. Must never be turned into a {@code String} for a log, an exception or a
 * metric. Wiping is best effort: the JVM may have copied the array before. Not thread-safe against a concurrent {@link #close()}.
 */
public final class SecretBytes implements AutoCloseable {
  private final byte[] bytes;
  private boolean closed;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes ownership of the array: the giver must not keep it. */
  public static SecretBytes taking(byte[] bytes) {
    return new SecretBytes(bytes);
  }

  /** Copies the array; the giver wipes its own. */
  public static SecretBytes copyOf(byte[] bytes) {
    return new SecretBytes(bytes.clone());
  }

  /** The length in bytes. */
  public int length() {
    return bytes.length;
  }

  /** The bytes themselves, not a copy: for ciphers and wires only. */
  public byte[] expose() {
    if (closed) {
      throw new IllegalStateException("secret was wiped");
    }
    return bytes;
  }

  /** These bytes read as UTF-8 text, a copy with a life of its own. */
  public SecretText toText() {
    return SecretText.of(new String(expose(), StandardCharsets.UTF_8));
  }

  /** Overwrites the bytes with zeros. Idempotent. */
  @Override
  public void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  /** Compares in constant time (S7). */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretBytes that && MessageDigest.isEqual(bytes, that.bytes);
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
