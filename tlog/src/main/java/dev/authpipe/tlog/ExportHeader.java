package dev.authpipe.tlog;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * First line of an export: which events follow and under which checkpoint. Never trusted: a verifier brings its own checkpoint and key.
 *
 * @param checkpoint signed note of a checkpoint whose size is at least {@code to}
 * @param from       number of the first event
 * @param to         number after the last
 * @param frontier   frontier of the tree of the first {@code from} events
 */
public record ExportHeader(String checkpoint, long from, long to, List<Hash> frontier) {
  /** Checks that the range is one and the frontier belongs to its beginning. */
  public ExportHeader {
    frontier = List.copyOf(frontier);
    if (from < 0 || to < from || frontier.size() != Long.bitCount(from)) {
      throw new LogFormatException("the first line does not name a range of events with the frontier before it");
    }
  }

  /** The line without its end. */
  public String line() {
    Map<String, Object> members = Map.of("checkpoint", checkpoint, "from", from, "to", to, "frontier", Hash.hex(frontier));
    return new String(CanonicalJson.write(members), StandardCharsets.UTF_8);
  }

  /**
   * Reads the first line.
   *
   * @throws LogFormatException if it is not the first line of an export
   */
  public static ExportHeader parse(byte[] line) {
    Map<String, Object> members = new HashMap<>(CanonicalJson.read(line));
    if (members.remove("checkpoint") instanceof String note && members.remove("from") instanceof Long from
        && members.remove("to") instanceof Long to && members.remove("frontier") instanceof String frontier
        && members.isEmpty()) {
      return new ExportHeader(note, from, to, Hash.listOfHex(frontier));
    }
    throw new LogFormatException("the first line must have checkpoint, from, to and frontier");
  }

  /** The tree of the events before the range. */
  MerkleTree tree() {
    byte[] roots = new byte[frontier.size() * MerkleTree.HASH_LENGTH];
    for (int i = 0; i < frontier.size(); i++) {
      System.arraycopy(frontier.get(i).bytes(), 0, roots, i * MerkleTree.HASH_LENGTH, MerkleTree.HASH_LENGTH);
    }
    return MerkleTree.of(from, roots);
  }
}
