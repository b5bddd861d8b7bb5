package dev.authpipe.wire;

import java.util.List;

/** Checkpoints of audit logs on their way to a witness, at most 500. Never an event, nor a hash of a single one. */
public record CheckpointBatch(int v, List<Sent> checkpoints) implements Document {
  /** Most of them in one document. */
  public static final int MOST = 500;

  /** Validates and copies. */
  public CheckpointBatch {
    Rule.version(v);
    checkpoints = List.copyOf(checkpoints);
    Rule.holds(!checkpoints.isEmpty() && checkpoints.size() <= MOST, "no checkpoints, or too many");
  }

  /** The signed note of a log and the proof, hash by hash, that it contains the first {@code from} events. */
  public record Sent(String origin, String note, long from, List<String> proof) {
    /** Validates and copies. */
    public Sent {
      Rule.text(origin, 200);
      Rule.holds(note.length() <= 4_096, "a note that is too long");
      Rule.counts(from);
      proof = List.copyOf(proof);
      Rule.holds(proof.size() <= 64, "a proof that is too long");
      proof.forEach(hash -> Rule.hex(hash, 32));
    }
  }
}
