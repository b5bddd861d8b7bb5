package dev.authpipe.proxy.echo;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;

/** Room to work in, for one thread. Holds nothing that anybody relies on from one look to the next. */
final class EchoScratch {
  private static final int PART = 16 * 1024;
  private static final int MOST_KEPT = 16 * PART;
  private static final int MOST_TABLES = 64;

  private final SplittableRandom random;
  private final Unescaped[] unescaped = {new Unescaped(), new Unescaped()};
  private final byte[] inflated = new byte[PART];
  private byte[] window = new byte[2 * PART];
  private final Deque<byte[]> tables = new ArrayDeque<>();

  /** @param seed random, and another one for each thread */
  EchoScratch(long seed) {
    this.random = new SplittableRandom(seed);
  }

  byte[] window(int least) {
    if (least <= window.length) {
      return window;
    }
    byte[] larger = new byte[Math.max(least, 2 * window.length)];
    if (larger.length <= MOST_KEPT) {
      window = larger;
    }
    return larger;
  }

  /** A table of zeros, to be given back as one. */
  byte[] table(int length) {
    byte[] kept = tables.pollLast();
    return kept == null || kept.length != length ? new byte[length] : kept;
  }

  /** Takes a table back that was wiped. */
  void giveBack(byte[] table) {
    if (tables.size() < MOST_TABLES) {
      tables.addLast(table);
    }
  }

  Unescaped unescaped(int level) {
    return unescaped[level];
  }

  byte[] inflated() {
    return inflated;
  }

  /** Forgets what was worked on. */
  void wipe() {
    Arrays.fill(window, (byte) 0);
    Arrays.fill(inflated, (byte) 0);
    for (Unescaped one : unescaped) {
      one.wipe();
    }
  }

  long random() {
    return random.nextLong();
  }
}
