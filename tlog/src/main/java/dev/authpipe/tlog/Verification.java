package dev.authpipe.tlog;

import java.util.List;

/**
 * What a verifier found in one file.
 *
 * @param origin     the log, as the trusted checkpoint names it
 * @param from       number of the first event
 * @param to         number after the last event that was read
 * @param bodiless   events of which only the leaf is there
 * @param unwitnessed events after the newest trusted checkpoint: only the export's own checkpoint speaks for them
 * @param findings   what is wrong, in the order of the lines; empty: nothing
 */
public record Verification(String origin, long from, long to, long bodiless, long unwitnessed, List<Finding> findings) {
  /** What can be wrong. */
  public enum Kind {
    /** A line is not of the format. */
    MALFORMED,
    /** An event is not the one its leaf stands for. */
    CHANGED,
    /** Events before this line are not there. */
    MISSING,
    /** An event stands where another belongs: inserted, repeated or moved. */
    OUT_OF_PLACE,
    /** An event of another log. */
    FOREIGN,
    /** The file ends before the log does. */
    TRUNCATED,
    /** Every line fits its leaf, and yet these are not the events that were signed. */
    NOT_AS_SIGNED,
    /** A checkpoint or proof does not hold. */
    NOT_PROVEN
  }

  /**
   * One thing that is wrong.
   *
   * @param line     number of the line in the file, from 1; 0: no line of it
   * @param kind     what sort
   * @param sentence for a person
   */
  public record Finding(long line, Kind kind, String sentence) {}

  /** Copies the list. */
  public Verification {
    findings = List.copyOf(findings);
  }

  /** Whether the file holds exactly what was signed. */
  public boolean holds() {
    return findings.isEmpty();
  }
}
