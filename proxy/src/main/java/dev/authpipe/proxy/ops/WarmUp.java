package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks the way of a hot call again and again before this replica says that it is ready, so that what it loads and compiles is not paid for by the
 * first callers. Bounded in rounds and in time; calls are served meanwhile, and whatever goes wrong ends it and nothing else.
 */
@Singleton
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int MOST_ROUNDS = 3_000;

  private final List<Rehearsal> rehearsals;
  private final Duration limit;
  private final Ticker ticker;
  private volatile boolean over;
  private volatile boolean stopped;

  WarmUp(Collection<Rehearsal> rehearsals, SettingValues values, Ticker ticker) {
    this.rehearsals = List.copyOf(rehearsals);
    this.limit = values.get(Settings.WARM_UP);
    this.ticker = ticker;
  }

  /** Begins, on a thread of its own; at once over when its limit is nothing. Once the listeners are open. */
  void start() {
    if (limit.isZero()) {
      over = true;
    } else {
      Thread.ofPlatform().name("warm-up").daemon().start(this::run);
    }
  }

  /** Whether it is over, however it ended. */
  boolean isOver() {
    return over;
  }

  private void run() {
    long started = ticker.read();
    int rounds = 0;
    try {
      List<Rehearsal> left = new ArrayList<>(rehearsals);
      while (!left.isEmpty() && rounds < MOST_ROUNDS && !stopped && ticker.read() - started < limit.toNanos()) {
        left.removeIf(rehearsal -> !walked(rehearsal));
        rounds++;
      }
    } finally {
      over = true;
      LOG.debug("warm: {} rounds in {} ms", rounds, Duration.ofNanos(ticker.read() - started).toMillis());
    }
  }

  private static boolean walked(Rehearsal rehearsal) {
    try {
      return rehearsal.once();
    } catch (IOException | RuntimeException failed) {
      LOG.debug("no more of {}: {}", rehearsal.getClass().getSimpleName(), failed.getClass().getSimpleName());
      return false;
    }
  }

  @PreDestroy
  void stop() {
    stopped = true;
  }
}
