package dev.authpipe.tlog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

import dev.authpipe.tlog.Verification.Finding;
import dev.authpipe.tlog.Verification.Kind;

/** The events of one export as they are read: their numbers, their leaves, their tree, and the checkpoints on the way. Not thread-safe. */
final class ExportedEvents {
  private static final int MOST_FINDINGS = 20;

  private final String origin;
  private final String deployment;
  private final ExportHeader header;
  private final MerkleTree tree;
  private final Deque<Checkpoint> ahead;
  private final List<Finding> findings = new ArrayList<>();
  private long expected;
  private long read;
  private long bodiless;
  private long sound;
  private long epoch;
  private boolean ended;
  private boolean reached;

  ExportedEvents(String origin, ExportHeader header, List<Checkpoint> checkpoints) {
    this.origin = origin;
    this.deployment = origin.split("/", 3)[1];
    this.header = header;
    this.tree = header.tree();
    this.ahead = new ArrayDeque<>(checkpoints);
    this.expected = header.from();
    this.sound = header.from();
    while (!ahead.isEmpty() && ahead.peekFirst().size() < header.from()) {
      Checkpoint before = ahead.removeFirst();
      find(0, Kind.NOT_PROVEN, "the checkpoint of size " + before.size() + " ends before the file begins, at event "
          + header.from() + ": export from there or take a newer checkpoint");
    }
    compare(1);
  }

  boolean more() {
    return !ended && read < header.to() - header.from() && findings.size() < MOST_FINDINGS;
  }

  /** Whether as many events as the file promised were read and nothing was wrong. */
  boolean isWhole() {
    return findings.isEmpty() && !more() && !ended;
  }

  void read(byte[] line, long number) {
    ExportLine parsed = ExportLine.parse(line);
    read++;
    byte[] event = parsed.event();
    if (event == null) {
      bodiless++;
      expected++;
    } else if (!Hash.of(MerkleTree.leafHash(event)).equals(parsed.leaf())) {
      find(number, Kind.CHANGED, "the event is not the one that its leaf stands for: one of the two was changed");
      expected++;
    } else {
      place(event, number);
    }
    tree.append(parsed.leaf().bytes());
    compare(number);
  }

  private void place(byte[] canonical, long number) {
    Map<String, Object> event;
    try {
      event = CanonicalJson.read(canonical);
    } catch (LogFormatException wrong) {
      find(number, Kind.MALFORMED, String.valueOf(wrong.getMessage()));
      expected++;
      return;
    }
    if (!(event.get("seq") instanceof Long seq && event.get("store") instanceof String store
        && event.get("workspace") instanceof String workspace && event.get("epoch") instanceof Long inEpoch)) {
      find(number, Kind.MALFORMED, "the event does not say where it belongs");
      expected++;
      return;
    }
    if (!origin.equals(new LogName(store, workspace).origin(deployment))) {
      find(number, Kind.FOREIGN, "the event is of another log: " + store + ", " + workspace);
    }
    if (seq > expected) {
      find(number, Kind.MISSING, "before event " + seq + " the events " + expected + " to " + (seq - 1) + " are missing");
      expected = seq + 1;
    } else if (seq < expected) {
      find(number, Kind.OUT_OF_PLACE,
          "event " + seq + " stands where event " + expected + " belongs: inserted, repeated or moved");
    } else {
      expected++;
    }
    if (inEpoch < epoch) {
      find(number, Kind.OUT_OF_PLACE, "the event is of an earlier epoch than the one before it");
    }
    epoch = Math.max(epoch, inEpoch);
  }

  /** Compares the tree with the checkpoints of its size. */
  private void compare(long number) {
    while (!ahead.isEmpty() && ahead.peekFirst().size() == tree.size()) {
      Checkpoint checkpoint = ahead.removeFirst();
      if (Hash.of(tree.root()).equals(checkpoint.root())) {
        sound = tree.size();
      } else if (findings.isEmpty()) {
        find(number, Kind.NOT_AS_SIGNED,
            "the first " + checkpoint.size() + " events are not those that were signed: of the lines "
                + (sound - header.from() + 2) + " to " + number + " at least one was changed together with its leaf");
      }
    }
  }

  /** The file ended although more was promised. */
  void end(long number) {
    ended = true;
    find(number, Kind.TRUNCATED, "the file ends after " + read + " events; it should hold " + (header.to() - header.from()));
  }

  /** A line that should have held an event does not. */
  void malformed(long number, String sentence) {
    read++;
    expected++;
    find(number, Kind.MALFORMED, sentence);
  }

  /** What follows the events is wrong. */
  void malformedEnd(long number, String sentence) {
    find(number, Kind.MALFORMED, sentence);
  }

  /** Follows the proof from the end of the range to the file's checkpoint. */
  void prove(Checkpoint own, List<Hash> proof) {
    if (!Proofs.consistent(tree.size(), Hash.of(tree.root()), own.size(), own.root(), proof)) {
      find(0, Kind.NOT_AS_SIGNED, "the events of the file are not those that the checkpoint of size " + own.size() + " signed");
      return;
    }
    while (!ahead.isEmpty() && ahead.peekLast().size() == own.size()) {
      if (!ahead.removeLast().root().equals(own.root())) {
        find(0, Kind.NOT_AS_SIGNED,
            "the file's own checkpoint of size " + own.size() + " is another than the one given: two histories were signed");
      }
      reached = true;
    }
  }

  /**
   * What was found.
   *
   * @param own the size of the file's own checkpoint
   * @param witnessed the size of the largest trusted one
   */
  Verification verification(long own, long witnessed) {
    for (Checkpoint checkpoint : ahead) {
      if (findings.isEmpty()) {
        boolean cut = checkpoint.size() > own;
        find(0, cut ? Kind.TRUNCATED : Kind.NOT_PROVEN, cut
            ? "the log had " + checkpoint.size() + " events when the checkpoint was signed; the file knows of " + own
            : "the checkpoint of size " + checkpoint.size() + " lies behind the range of the file: export up to it");
      }
    }
    long covered = !reached ? Math.max(0, tree.size() - Math.max(witnessed, header.from())) : 0;
    return new Verification(origin, header.from(), header.from() + read, bodiless, covered, findings);
  }

  private void find(long number, Kind kind, String sentence) {
    if (findings.size() < MOST_FINDINGS) {
      findings.add(new Finding(number, kind, sentence));
    }
  }
}
