package dev.authpipe.proxy.journal;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/** An answer in the journal. Holds its sealed bytes only until they are written; never a plaintext. Thread-safe. */
public final class JournalEntry {
  /** Whose it is. */
  public enum State {
    /** Somebody in this process is about to commit it. */
    HELD,
    /** Its commit was acknowledged. */
    SETTLED,
    /** Nobody has it in hand, and nobody knows that it was committed: to be recovered. */
    LEFT,
    /** It is of no more use. */
    ERASED
  }

  private final JournalPlace place;
  private final UUID journal;
  private volatile State state;
  private volatile @Nullable Instant settledAt;
  private volatile byte @Nullable [] unwritten;
  private final AtomicBoolean reading = new AtomicBoolean();
  private @Nullable Segment segment;
  private int position;
  private int bodyLength;

  JournalEntry(JournalPlace place, UUID journal, State state, byte @Nullable [] unwritten) {
    this.place = place;
    this.journal = journal;
    this.state = state;
    this.unwritten = unwritten;
  }

  /** Where it belongs. */
  public JournalPlace place() {
    return place;
  }

  /** The journal that it is sealed to. */
  public UUID journal() {
    return journal;
  }

  /** Whose it is now. */
  public State state() {
    return state;
  }

  boolean isUnsettled() {
    return state == State.HELD || state == State.LEFT;
  }

  /** Leaves a final state alone. */
  synchronized boolean become(State next) {
    if (state == State.ERASED) {
      return false;
    }
    state = next;
    return true;
  }

  synchronized void settle(Instant now) {
    if (become(State.SETTLED)) {
      settledAt = now;
    }
  }

  /** Whether the caller alone may recover it now. */
  boolean beginReading() {
    return state != State.ERASED && state != State.HELD && reading.compareAndSet(false, true);
  }

  void endReading() {
    reading.set(false);
  }

  @Nullable
  Instant settledAt() {
    return settledAt;
  }

  byte @Nullable [] unwritten() {
    return unwritten;
  }

  @Nullable
  Segment segment() {
    return segment;
  }

  int position() {
    return position;
  }

  int bodyLength() {
    return bodyLength;
  }

  /** Called by whoever owns the files only. */
  void writtenAt(Segment where, int at, int length) {
    segment = where;
    position = at;
    bodyLength = length;
    unwritten = null;
  }

  void forgetPlaceInFile() {
    segment = null;
    unwritten = null;
  }

  @Override
  public String toString() {
    return "JournalEntry[" + place.purpose() + " " + place.connection() + ", " + state + "]";
  }
}
