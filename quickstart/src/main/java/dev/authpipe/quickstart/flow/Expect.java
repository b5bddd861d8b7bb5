package dev.authpipe.quickstart.flow;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The checks of the steps. What they say must not hold a secret. */
final class Expect {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Expect() {}

  static void that(boolean holds, String expected, String came) {
    if (!holds) {
      throw new StepFailure(expected, came);
    }
  }

  static void status(int expected, int came, String who) {
    that(expected == came, who + " answers " + expected, who + " answered " + came);
  }

  static void number(long expected, long came, String what) {
    that(expected == came, expected + " " + what, came + " " + what);
  }

  /** For what happens soon, but not within the answer, such as a revocation that is under way. */
  static void soon(Duration patience, BooleanSupplier holds, String expected, String otherwise) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (!holds.getAsBoolean()) {
      that(System.nanoTime() < until, expected + " within " + patience.toSeconds() + " s", otherwise);
      Thread.sleep(PAUSE);
    }
  }
}
