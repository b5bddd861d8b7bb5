package dev.authpipe.proxy.ops;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.authpipe.proxy.cell.MoveProgress;

/** Tells an operator how far a move is: each phase, and within one at most every second. */
final class MoveNotes implements MoveProgress {
  private static final long EVERY_NANOS = 1_000_000_000L;

  private final Console console;
  private String store = "";
  private long wanted;
  private long done;
  private final Ticker ticker;
  private long told;

  MoveNotes(Console console, Ticker ticker) {
    this.console = console;
    this.ticker = ticker;
    this.told = ticker.read();
  }

  @Override
  public void store(String name, long rows, long differing) {
    store = name;
    wanted = differing;
    done = 0;
    if (differing > 0) {
      console.note("%s: %,d of %,d rows are to be copied".formatted(name, differing, rows));
    }
  }

  @Override
  public void copied(String table, int rows) {
    done += rows;
    seldom("%s: %,d of %,d rows copied (%s)".formatted(store, done, wanted, table));
  }

  @Override
  public void opened(long records) {
    seldom("%,d sealed records opened".formatted(records));
  }

  @Override
  public void switching() {
    console.note("switching: transactions of the workspace wait");
  }

  @Override
  public void deleted(String table, int rows) {
    seldom("deleting where it is no more (%s)".formatted(table));
  }

  private void seldom(String line) {
    long now = ticker.read();
    if (now - told >= EVERY_NANOS) {
      told = now;
      console.note(line);
    }
  }
}
