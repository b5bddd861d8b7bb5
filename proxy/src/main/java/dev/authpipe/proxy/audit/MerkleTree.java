package dev.authpipe.proxy.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * A growing Merkle tree (RFC 6962 section 2.1) of which only the size and the frontier are kept: the roots of the perfect subtrees, the
 * largest (leftmost) first, as many as the size has one-bits. Must never be built from a frontier of another size. Not thread-safe.
 */
final class MerkleTree {
  static final int HASH_LENGTH = 32;
  private final List<byte[]> frontier;
  private long size;

  private MerkleTree(long size, List<byte[]> frontier) {
    this.size = size;
    this.frontier = frontier;
  }

  /** @throws IllegalStateException if the frontier does not belong to a tree of this size */
  static MerkleTree of(long size, byte[] frontier) {
    if (size < 0 || frontier.length != HASH_LENGTH * Long.bitCount(size)) {
      throw new IllegalStateException("the audit head is damaged");
    }
    List<byte[]> roots = new ArrayList<>();
    for (int at = 0; at < frontier.length; at += HASH_LENGTH) {
      roots.add(java.util.Arrays.copyOfRange(frontier, at, at + HASH_LENGTH));
    }
    return new MerkleTree(size, roots);
  }

  static byte[] leafHash(byte[] canonicalEvent) {
    return sha256((byte) 0, canonicalEvent, new byte[0]);
  }

  static byte[] nodeHash(byte[] left, byte[] right) {
    return sha256((byte) 1, left, right);
  }

  void append(byte[] leafHash) {
    byte[] root = leafHash;
    for (long perfect = size; (perfect & 1) == 1; perfect >>>= 1) {
      root = nodeHash(frontier.removeLast(), root);
    }
    frontier.add(root);
    size++;
  }

  long size() {
    return size;
  }

  byte[] frontier() {
    byte[] bytes = new byte[frontier.size() * HASH_LENGTH];
    for (int i = 0; i < frontier.size(); i++) {
      System.arraycopy(frontier.get(i), 0, bytes, i * HASH_LENGTH, HASH_LENGTH);
    }
    return bytes;
  }

  /** The tree's hash; of the empty tree SHA-256 of nothing. */
  byte[] root() {
    if (frontier.isEmpty()) {
      return digest().digest();
    }
    byte[] root = frontier.getLast();
    for (int i = frontier.size() - 2; i >= 0; i--) {
      root = nodeHash(frontier.get(i), root);
    }
    return root;
  }

  private static byte[] sha256(byte prefix, byte[] first, byte[] second) {
    MessageDigest digest = digest();
    digest.update(prefix);
    digest.update(first);
    digest.update(second);
    return digest.digest();
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
