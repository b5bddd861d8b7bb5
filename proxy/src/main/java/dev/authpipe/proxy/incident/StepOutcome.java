package dev.authpipe.proxy.incident;

/**
 * Where a try of a step led.
 *
 * @param word a stable code, never provider text
 * @param done whether it is tried no more
 */
record StepOutcome(String word, boolean done) {
  static StepOutcome done(String word) {
    return new StepOutcome(word, true);
  }

  static StepOutcome later(String word) {
    return new StepOutcome(word, false);
  }
}
