package dev.authpipe.proxy.egress;

/**
 * Tells a busy provider from one that wastes our time: every byte that arrives is a debt, which what it was good for pays back. Frames that
 * move no call forward (pings, settings, window updates, padding, continuations, frames of ended streams) pay nothing, and a debt beyond
 * {@value #LIMIT} bytes is one too many; {@value #FORGIVEN_PER_SECOND} bytes are forgiven each second. A limit on bytes holds whatever kind
 * of frame the next attack is made of.
 */
final class OverheadBudget {
  static final int LIMIT = 1024 * 1024;
  static final int FORGIVEN_PER_SECOND = 64 * 1024;
  private static final int FRAME_HEADER = 9;

  private long debt;

  /** Counts what arrived. */
  void arrived(int bytes) {
    debt += bytes;
  }

  boolean isExceeded() {
    return debt > LIMIT;
  }

  /** A part of an answer, and the window update that we owe for it. */
  void delivered(int bytes) {
    pay(2L * bytes + FRAME_HEADER);
  }

  /** Something we did lets the provider send this much. */
  void allow(int bytes) {
    pay(bytes);
  }

  /** A second passed. */
  void forgive() {
    pay(FORGIVEN_PER_SECOND);
  }

  private void pay(long bytes) {
    debt = Math.max(0, debt - bytes);
  }
}
