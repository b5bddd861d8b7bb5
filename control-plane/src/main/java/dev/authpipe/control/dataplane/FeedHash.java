package dev.authpipe.control.dataplane;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over what a feed says; tells whether two feeds say the same. */
public final class FeedHash {
  private final byte[] bytes;

  private FeedHash(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The hash over parts in their order; each counts with its length. */
  public static FeedHash over(Iterable<byte[]> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update((part.length + ":").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        digest.update(part);
      }
      return new FeedHash(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  byte[] bytes() {
    return bytes;
  }

  /** Its beginning, for an entity tag. */
  public String label() {
    return HexFormat.of().formatHex(bytes, 0, 8);
  }
}
