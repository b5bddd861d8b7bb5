package dev.authpipe.quickstart.attack;

/** What became of one attack. Its text never holds a secret. */
public sealed interface Verdict {
  /** What was seen, or why nothing was. */
  String text();

  /** Judges what was seen. */
  static Verdict when(boolean held, String seen) {
    return held ? new Holds(seen) : new Broken(seen);
  }

  /** The attacker got nothing. */
  record Holds(String text) implements Verdict {}

  /** The attacker got something. */
  record Broken(String text) implements Verdict {}

  /** Left out, for a stated reason that lies in the attack or the target. */
  record NotTried(String text) implements Verdict {}

  /** Could not be played to its end, so that nothing is known. */
  record Failed(String text) implements Verdict {}
}
