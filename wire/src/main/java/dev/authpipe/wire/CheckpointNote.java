package dev.authpipe.wire;

import java.util.List;

/** A signed checkpoint of an audit log and the proof, hash by hash, that it contains the last one. */
public record CheckpointNote(int v, String origin, String note, List<String> proof) implements Document {
  /** Validates and copies. */
  public CheckpointNote {
    Rule.version(v);
    Rule.text(origin, 200);
    Rule.holds(note.length() <= 4_096, "a note that is too long");
    proof = List.copyOf(proof);
    Rule.holds(proof.size() <= 64, "a proof that is too long");
    proof.forEach(hash -> Rule.hex(hash, 32));
  }
}
