package dev.authpipe.wire;

import java.util.List;

/** What the witness made of each checkpoint of a batch, in its order. */
public record CheckpointAnswer(int v, List<Result> results) implements Document {
  /** Validates and copies. */
  public CheckpointAnswer {
    Rule.version(v);
    results = List.copyOf(results);
    Rule.holds(results.size() <= CheckpointBatch.MOST, "too many results");
  }

  /** What became of one, and which epoch and size of that log the witness has now, 0 for none. */
  public record Result(Status status, int epoch, long size) {
    /** Validates. */
    public Result {
      Rule.counts(epoch, size);
    }
  }

  /** What a witness says. */
  public enum Status {
    /** It is the last one now. */
    TAKEN,
    /** The proof begins elsewhere than at the last one. */
    BEHIND,
    /** It does not contain the last one. */
    FORK,
    /** It is not a checkpoint that the log's key signed. */
    REFUSED
  }
}
