package dev.authpipe.tlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** A SHA-256 hash of the tree: 32 bytes, never changed. Public knowledge: compared in plain time. */
public final class Hash {
  private final byte[] bytes;

  private Hash(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Takes a hash.
   *
   * @throws LogFormatException unless there are 32 bytes
   */
  public static Hash of(byte[] bytes) {
    if (bytes.length != MerkleTree.HASH_LENGTH) {
      throw new LogFormatException("a hash has 32 bytes");
    }
    return new Hash(bytes.clone());
  }

  /**
   * Reads a hash as checkpoints write it.
   *
   * @throws LogFormatException unless it is the one base64 form of 32 bytes
   */
  public static Hash ofBase64(String text) {
    return of(base64(text));
  }

  /**
   * Hashes that stand one after the other in lower-case hex.
   *
   * @throws LogFormatException unless the text is whole hashes
   */
  public static List<Hash> listOfHex(String text) {
    if (text.length() % (2 * MerkleTree.HASH_LENGTH) != 0 || !text.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0)) {
      throw new LogFormatException("hashes are 64 lower-case hex digits each");
    }
    byte[] all = HexFormat.of().parseHex(text);
    List<Hash> hashes = new ArrayList<>();
    for (int at = 0; at < all.length; at += MerkleTree.HASH_LENGTH) {
      hashes.add(new Hash(Arrays.copyOfRange(all, at, at + MerkleTree.HASH_LENGTH)));
    }
    return List.copyOf(hashes);
  }

  /** The reverse of {@link #listOfHex}. */
  public static String hex(List<Hash> hashes) {
    StringBuilder text = new StringBuilder();
    hashes.forEach(text::append);
    return text.toString();
  }

  /** Bytes of standard base64, with padding and nothing that a second text could stand for as well. */
  static byte[] base64(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException wrong) {
      throw new LogFormatException("base64 is malformed");
    }
    throw new LogFormatException("base64 is not in its one form");
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /** Standard base64, as checkpoints write it. */
  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Lower-case hex. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
