package dev.authpipe.proxy.ops;

import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;

/** How far long work is: a bar that moves where people look on, else a line every few seconds. Prints beside the result, never into it. */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long BAR_EVERY = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LINE_EVERY = TimeUnit.SECONDS.toNanos(5);

  private final Console console;
  private final Ticker ticker;
  private final String verb;
  private final boolean watched;
  private final long began;
  private long told;
  private boolean open;

  /** @param verb what happens to each, as in "100 imported" */
  ProgressBar(Console console, Ticker ticker, String verb) {
    this.console = console;
    this.ticker = ticker;
    this.verb = verb;
    this.watched = console.isWatched();
    this.began = ticker.read();
    this.told = began;
  }

  /**
   * Shows how far it is, if it is time to.
   *
   * @param count    how many are done
   * @param fraction of the whole, 0 to 1; below 0: unknown
   */
  void show(long count, double fraction) {
    say(text(verb, count, fraction, ticker.read() - began));
  }

  /** Shows what is waited for, if it is time to. */
  void say(String words) {
    long now = ticker.read();
    if (now - told < (watched ? BAR_EVERY : LINE_EVERY)) {
      return;
    }
    told = now;
    if (watched) {
      console.passing(words);
      open = true;
    } else {
      console.note(words);
    }
  }

  /** The line: bar, per cent, count, speed and what is left of the time. */
  static String text(String verb, long count, double fraction, long nanos) {
    double seconds = Math.max(nanos, 1) / 1e9;
    String counted = "%,d %s, %,d/s".formatted(count, verb, Math.round(count / seconds));
    if (fraction < 0) {
      return counted;
    }
    double part = Math.min(1, fraction);
    int full = (int) Math.round(part * WIDTH);
    String left = part > 0.01 && part < 1 ? ", %,d s left".formatted(Math.round(seconds / part * (1 - part))) : "";
    return "[" + "#".repeat(full) + "-".repeat(WIDTH - full) + "] %3d %%  %s%s".formatted((int) (part * 100), counted, left);
  }

  /** Leaves the last state standing. */
  @Override
  public void close() {
    if (open) {
      console.note("");
    }
  }
}
