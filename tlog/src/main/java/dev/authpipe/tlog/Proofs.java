package dev.authpipe.tlog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Inclusion and consistency proofs (RFC 6962 sections 2.1.1 and 2.1.2, checked as RFC 9162 sections 2.1.3.2 and 2.1.4.2 describe). A proof is
 * first a list of ranges of leaves whose roots it consists of, so that whoever makes it can read the leaves once, in order. Never reads a leaf
 * itself.
 */
public final class Proofs {
  private Proofs() {}

  /**
   * Leaves whose root is one hash of a proof.
   *
   * @param from number of the first
   * @param to   number after the last
   */
  public record Range(long from, long to) {
    /** Refuses an empty range. */
    public Range {
      if (from < 0 || to <= from) {
        throw new IllegalArgumentException("a range has leaves");
      }
    }
  }

  /** The ranges of the proof that leaf {@code index} is in the tree of this size. */
  public static List<Range> inclusion(long index, long size) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("the leaf is not in the tree");
    }
    List<Range> fromTheTop = new ArrayList<>();
    long from = 0;
    long to = size;
    while (to - from > 1) {
      long middle = from + split(to - from);
      if (index < middle) {
        fromTheTop.add(new Range(middle, to));
        to = middle;
      } else {
        fromTheTop.add(new Range(from, middle));
        from = middle;
      }
    }
    Collections.reverse(fromTheTop);
    return List.copyOf(fromTheTop);
  }

  /** The ranges of the proof that the tree of size {@code first} is the beginning of that of size {@code second}; the sizes may be equal. */
  public static List<Range> consistency(long first, long second) {
    if (first < 0 || first > second) {
      throw new IllegalArgumentException("the first tree is not larger than the second");
    }
    if (first == 0 || first == second) {
      return List.of();
    }
    List<Range> fromTheTop = new ArrayList<>();
    long from = 0;
    long to = second;
    while (first != to) {
      long middle = from + split(to - from);
      if (first <= middle) {
        fromTheTop.add(new Range(middle, to));
        to = middle;
      } else {
        fromTheTop.add(new Range(from, middle));
        from = middle;
      }
    }
    if (from > 0) {
      fromTheTop.add(new Range(from, to)); // else it is the first tree itself, whose root the verifier has
    }
    Collections.reverse(fromTheTop);
    return List.copyOf(fromTheTop);
  }

  /** Whether the proof leads from the leaf to the root. */
  public static boolean includes(Hash leaf, long index, long size, List<Hash> proof, Hash root) {
    if (index < 0 || index >= size) {
      return false;
    }
    long node = index;
    long last = size - 1;
    byte[] hash = leaf.bytes();
    for (Hash step : proof) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = MerkleTree.nodeHash(step.bytes(), hash);
        int up = (node & 1) == 1 ? 0 : Long.numberOfTrailingZeros(node);
        node >>>= up;
        last >>>= up;
      } else {
        hash = MerkleTree.nodeHash(hash, step.bytes());
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && Hash.of(hash).equals(root);
  }

  /** Whether the proof shows that the tree of size {@code first} is the beginning of that of size {@code second}. */
  public static boolean consistent(long first, Hash firstRoot, long second, Hash secondRoot, List<Hash> proof) {
    if (first < 0 || first > second) {
      return false;
    }
    if (first == second) {
      return proof.isEmpty() && firstRoot.equals(secondRoot);
    }
    if (first == 0) {
      return proof.isEmpty() && firstRoot.equals(Hash.of(MerkleTree.empty().root()));
    }
    int skipped = Long.numberOfTrailingZeros(first);
    long node = (first - 1) >>> skipped;
    long last = (second - 1) >>> skipped;
    boolean whole = Long.bitCount(first) == 1;
    if (proof.isEmpty()) {
      return false;
    }
    byte[] start = whole ? firstRoot.bytes() : proof.get(0).bytes();
    byte[] inFirst = start;
    byte[] inSecond = start;
    for (Hash step : proof.subList(whole ? 0 : 1, proof.size())) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        inFirst = MerkleTree.nodeHash(step.bytes(), inFirst);
        inSecond = MerkleTree.nodeHash(step.bytes(), inSecond);
        int up = (node & 1) == 1 ? 0 : Long.numberOfTrailingZeros(node);
        node >>>= up;
        last >>>= up;
      } else {
        inSecond = MerkleTree.nodeHash(inSecond, step.bytes());
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && Hash.of(inFirst).equals(firstRoot) && Hash.of(inSecond).equals(secondRoot);
  }

  /** The largest power of two that is smaller than the size, which is at least 2. */
  private static long split(long size) {
    return Long.highestOneBit(size - 1);
  }
}
