package dev.authpipe.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Proofs against a tree that is computed from the top, by the definition, at every size up to 300. */
@Tag("S41")
class ProofsTest {
  private static final int LARGEST = 130; // every shape of tree up to two beyond 128
  private static final List<Hash> LEAVES = new ArrayList<>();
  private static final Hash[][] ROOTS = new Hash[LARGEST + 1][LARGEST + 1];

  @BeforeAll
  static void grow() {
    for (int i = 0; i < LARGEST; i++) {
      LEAVES.add(Hash.of(MerkleTree.leafHash(("event " + i).getBytes(StandardCharsets.UTF_8))));
    }
  }

  @Test
  void theFrontierGivesTheRootOfEverySize() {
    MerkleTree tree = MerkleTree.empty();
    for (int n = 0; n <= LARGEST; n++) {
      assertThat(Hash.of(tree.root())).as("size %s", n).isEqualTo(naive(0, n));
      assertThat(MerkleTree.of(n, tree.frontier()).root()).isEqualTo(tree.root());
      if (n < LARGEST) {
        tree.append(LEAVES.get(n).bytes());
      }
    }
  }

  @Test
  void inclusionProofsAreThoseOfTheDefinitionAndHold() {
    for (int n = 1; n <= LARGEST; n++) {
      for (int i = 0; i < n; i++) {
        List<Hash> proof = hashes(Proofs.inclusion(i, n));
        assertThat(proof).isEqualTo(path(i, 0, n));
        assertThat(Proofs.includes(LEAVES.get(i), i, n, proof, naive(0, n))).isTrue();
        assertThat(Proofs.includes(LEAVES.get(i), i ^ 1, n, proof, naive(0, n))).as("another place").isFalse();
        assertThat(Proofs.includes(naive(0, n), i, n, proof, naive(0, n))).as("another leaf").isEqualTo(n == 1);
      }
    }
  }

  @Test
  void consistencyProofsAreThoseOfTheDefinitionAndHold() {
    for (int n = 1; n <= LARGEST; n++) {
      for (int m = 1; m <= n; m++) {
        List<Hash> proof = hashes(Proofs.consistency(m, n));
        assertThat(proof).isEqualTo(subproof(m, 0, n, true));
        assertThat(Proofs.consistent(m, naive(0, m), n, naive(0, n), proof)).as("%s to %s", m, n).isTrue();
        if (m < n) {
          assertThat(Proofs.consistent(m, naive(1, m + 1), n, naive(0, n), proof)).as("another beginning").isFalse();
          assertThat(Proofs.consistent(m, naive(0, m), n, naive(0, n - 1), proof)).as("another end").isFalse();
          assertThat(Proofs.consistent(m, naive(0, m), n, naive(0, n), proof.subList(1, proof.size()))).as("too short").isFalse();
          List<Hash> longer = new ArrayList<>(proof);
          longer.add(naive(0, 1));
          assertThat(Proofs.consistent(m, naive(0, m), n, naive(0, n), longer)).as("too long").isFalse();
        }
      }
    }
  }

  @Test
  void whatAProofTakesFromBeforeTheFirstTreeStandsInItsFrontier() {
    MerkleTree tree = MerkleTree.empty();
    for (int m = 1; m <= LARGEST; m++) {
      tree.append(LEAVES.get(m - 1).bytes());
      for (int n = m; n <= LARGEST; n++) {
        for (Proofs.Range range : Proofs.consistency(m, n)) {
          byte[] kept = tree.subtree(range);
          if (range.from() < m) {
            assertThat(kept).isEqualTo(naive((int) range.from(), (int) range.to()).bytes());
          } else {
            assertThat(kept).isNull();
          }
        }
      }
    }
  }

  @Test
  void theEmptyTreeIsTheBeginningOfEveryOther() {
    assertThat(Proofs.consistency(0, 7)).isEmpty();
    assertThat(Proofs.consistent(0, naive(0, 0), 7, naive(0, 7), List.of())).isTrue();
    assertThat(Proofs.consistent(0, naive(0, 1), 7, naive(0, 7), List.of())).isFalse();
    assertThat(Proofs.consistent(3, naive(0, 3), 3, naive(1, 4), List.of())).isFalse();
    assertThat(Proofs.consistent(4, naive(0, 4), 3, naive(0, 3), List.of())).isFalse();
  }

  @Test
  void aPlaceOutsideTheTreeIsRefused() {
    assertThatThrownBy(() -> Proofs.inclusion(3, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Proofs.consistency(4, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Proofs.includes(LEAVES.get(0), 1, 1, List.of(), LEAVES.get(0))).isFalse();
  }

  private static List<Hash> hashes(List<Proofs.Range> ranges) {
    return ranges.stream().map(range -> naive((int) range.from(), (int) range.to())).toList();
  }

  /** RFC 6962 section 2.1. */
  private static Hash naive(int from, int to) {
    Hash known = ROOTS[from][to];
    if (known == null) {
      int n = to - from;
      known = n == 0
          ? Hash.of(MerkleTree.empty().root())
          : n == 1
              ? LEAVES.get(from)
              : Hash.of(MerkleTree.nodeHash(naive(from, from + half(n)).bytes(), naive(from + half(n), to).bytes()));
      ROOTS[from][to] = known;
    }
    return known;
  }

  /** RFC 6962 section 2.1.1. */
  private static List<Hash> path(int m, int from, int to) {
    if (to - from == 1) {
      return List.of();
    }
    int middle = from + half(to - from);
    List<Hash> path = new ArrayList<>(m < middle ? path(m, from, middle) : path(m, middle, to));
    path.add(m < middle ? naive(middle, to) : naive(from, middle));
    return path;
  }

  /** RFC 6962 section 2.1.2. */
  private static List<Hash> subproof(int m, int from, int to, boolean whole) {
    if (m == to) {
      return whole ? List.of() : List.of(naive(from, to));
    }
    int middle = from + half(to - from);
    List<Hash> proof = new ArrayList<>(m <= middle ? subproof(m, from, middle, whole) : subproof(m, middle, to, false));
    proof.add(m <= middle ? naive(middle, to) : naive(from, middle));
    return proof;
  }

  private static int half(int n) {
    int k = 1;
    while (k * 2 < n) {
      k *= 2;
    }
    return k;
  }
}
