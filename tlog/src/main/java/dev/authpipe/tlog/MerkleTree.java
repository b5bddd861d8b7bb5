package dev.authpipe.tlog;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A growing Merkle tree (RFC 6962 section 2.1) of which only the size and the frontier are kept: the roots of the perfect subtrees, the
 * largest (leftmost) first, as many as the size has one-bits. Must never be built from a frontier of another size. Not thread-safe.
 */
public final class MerkleTree {
  /** Bytes of a hash. */
  public static final int HASH_LENGTH = 32;
  private final List<byte[]> frontier;
  private long size;

  private MerkleTree(long size, List<byte[]> frontier) {
    this.size = size;
    this.frontier = frontier;
  }

  /** The tree of no leaves. */
  public static MerkleTree empty() {
    return new MerkleTree(0, new ArrayList<>());
  }

  /**
   * The tree of a stored size and frontier.
   *
   * @throws IllegalStateException if the frontier does not belong to a tree of this size
   */
  public static MerkleTree of(long size, byte[] frontier) {
    if (size < 0 || frontier.length != HASH_LENGTH * Long.bitCount(size)) {
      throw new IllegalStateException("the frontier does not belong to a tree of this size");
    }
    List<byte[]> roots = new ArrayList<>();
    for (int at = 0; at < frontier.length; at += HASH_LENGTH) {
      roots.add(Arrays.copyOfRange(frontier, at, at + HASH_LENGTH));
    }
    return new MerkleTree(size, roots);
  }

  /** The hash of a leaf with this content. */
  public static byte[] leafHash(byte[] content) {
    return sha256((byte) 0, content, new byte[0]);
  }

  /** The hash of the node over two subtrees. */
  public static byte[] nodeHash(byte[] left, byte[] right) {
    return sha256((byte) 1, left, right);
  }

  /** Adds a leaf by its hash. */
  public void append(byte[] leafHash) {
    byte[] root = leafHash;
    for (long perfect = size; (perfect & 1) == 1; perfect >>>= 1) {
      root = nodeHash(frontier.remove(frontier.size() - 1), root);
    }
    frontier.add(root);
    size++;
  }

  /** How many leaves. */
  public long size() {
    return size;
  }

  /** The frontier, 32 bytes per subtree. */
  public byte[] frontier() {
    byte[] bytes = new byte[frontier.size() * HASH_LENGTH];
    for (int i = 0; i < frontier.size(); i++) {
      System.arraycopy(frontier.get(i), 0, bytes, i * HASH_LENGTH, HASH_LENGTH);
    }
    return bytes;
  }

  /** The root of these leaves, when they are one of the frontier's subtrees; null when they are not. */
  public byte @Nullable [] subtree(Proofs.Range leaves) {
    long from = 0;
    long left = size;
    for (byte[] root : frontier) {
      long leavesBelow = Long.highestOneBit(left);
      if (from == leaves.from() && from + leavesBelow == leaves.to()) {
        return root.clone();
      }
      from += leavesBelow;
      left -= leavesBelow;
    }
    return null;
  }

  /** The tree's hash; of the empty tree SHA-256 of nothing. */
  public byte[] root() {
    if (frontier.isEmpty()) {
      return digest().digest();
    }
    byte[] root = frontier.get(frontier.size() - 1);
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
