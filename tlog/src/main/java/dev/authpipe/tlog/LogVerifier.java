package dev.authpipe.tlog;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;

import dev.authpipe.tlog.Verification.Kind;

/**
 * Verifies an export against checkpoints that were kept outside the database. Reads the file once, in memory that does not grow with it. Must
 * never take trust from the file: key and checkpoints come from the caller. Thread-safe.
 */
public final class LogVerifier {
  private static final int LONGEST_LINE = 1 << 20;
  private static final int PROGRESS = 10_000;

  private final VerifierKey key;
  private final List<Checkpoint> trusted;

  /**
   * Opens the checkpoints.
   *
   * @param key   signs the checkpoints
   * @param notes signed notes of one log, at least one; more of them say more exactly where a log was changed
   * @throws LogFormatException if one is not signed by the key, or they are of different logs
   */
  public LogVerifier(VerifierKey key, List<SignedNote> notes) {
    this.key = key;
    this.trusted = notes.stream().map(note -> Checkpoint.open(note, key)).sorted(Comparator.comparingLong(Checkpoint::size))
        .toList();
    if (trusted.stream().map(Checkpoint::origin).distinct().count() != 1) {
      throw new LogFormatException("the checkpoints must be of one log");
    }
  }

  /** The trusted checkpoints, the smallest first. */
  public List<Checkpoint> checkpoints() {
    return trusted;
  }

  /**
   * Verifies a file.
   *
   * @param export   JSON lines
   * @param progress hears now and then how many events were read
   */
  public Verification verify(InputStream export, LongConsumer progress) throws IOException {
    BoundedLines lines = new BoundedLines(export, LONGEST_LINE);
    ExportHeader header;
    Checkpoint own;
    try {
      byte[] first = lines.next();
      if (first == null) {
        throw new LogFormatException("the file is empty");
      }
      header = ExportHeader.parse(first);
      own = Checkpoint.open(SignedNote.parse(header.checkpoint()), key);
      if (!own.origin().equals(origin())) {
        throw new LogFormatException("the file is of the log " + own.origin() + ", the checkpoint of " + origin());
      }
      if (own.size() < header.to()) {
        throw new LogFormatException("the file's own checkpoint is smaller than the range it names");
      }
    } catch (LogFormatException wrong) {
      return new Verification(origin(), 0, 0, 0, 0, List.of(new Verification.Finding(1, Kind.NOT_PROVEN, said(wrong))));
    }
    ExportedEvents events = new ExportedEvents(origin(), header, checkpoints(header, own));
    while (events.more()) {
      byte[] line = null;
      try {
        line = lines.next();
        if (line == null) {
          events.end(lines.number());
          break;
        }
        events.read(line, lines.number());
      } catch (LogFormatException wrong) {
        events.malformed(lines.number(), said(wrong));
      }
      if (lines.number() % PROGRESS == 0) {
        progress.accept(lines.number() - 1);
      }
    }
    proof(lines, header, own, events);
    return events.verification(own.size(), trusted.get(trusted.size() - 1).size());
  }

  /** After the events: the proof when the range ends before the file's checkpoint, and nothing else. */
  private static void proof(BoundedLines lines, ExportHeader header, Checkpoint own, ExportedEvents events)
      throws IOException {
    if (!events.isWhole()) {
      return;
    }
    try {
      if (header.to() < own.size()) {
        byte[] line = lines.next();
        if (line == null) {
          throw new LogFormatException("the proof that leads to the file's checkpoint is missing");
        }
        events.prove(own, ExportLine.parseProof(line));
      }
      if (lines.next() != null) {
        throw new LogFormatException("something follows the last line");
      }
    } catch (LogFormatException wrong) {
      events.malformedEnd(lines.number(), said(wrong));
    }
  }

  /** What the file is held to, the smallest first; its own checkpoint counts only together with a trusted one. */
  private List<Checkpoint> checkpoints(ExportHeader header, Checkpoint own) {
    List<Checkpoint> all = new ArrayList<>(trusted);
    if (own.size() == header.to()) {
      all.add(own);
    }
    all.sort(Comparator.comparingLong(Checkpoint::size));
    return all;
  }

  private String origin() {
    return trusted.isEmpty() ? "" : trusted.get(0).origin();
  }

  private static String said(LogFormatException wrong) {
    return String.valueOf(wrong.getMessage());
  }
}
