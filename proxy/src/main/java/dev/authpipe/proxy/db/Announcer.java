package dev.authpipe.proxy.db;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has one database announce what this replica changed in it: at once, and then no more often than each 10 ms, many changes with one notifying
 * commit, for such commits wait for each other in the whole server (docs/adr/0015). What it could not have announced, because this replica was
 * killed or the database did not answer, the listeners of all replicas do with their next heartbeat. Thread-safe; never blocks who calls it.
 */
final class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
  private static final Duration PAUSE = Duration.ofMillis(10);
  /** Of what an announcement took, before the next of this replica. */
  private static final int REST = 9;
  private static final Duration LONGEST_REST = Duration.ofSeconds(1);
  /** In a row, by each of which the pause doubles. */
  private static final int MOST_REFUSALS = 4;

  /** Announces what waits. */
  interface Announcing {
    /** What was told. */
    Announcements.Told announce() throws SQLException;
  }

  private enum State {
    IDLE,
    ANNOUNCING,
    ASKED_AGAIN
  }

  private final Announcing announcing;
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private volatile int refused; // written by one thread at a time

  Announcer(Announcing announcing) {
    this.announcing = announcing;
  }

  /** A transaction that changed something was committed. */
  void changed() {
    if (state.getAndSet(State.ASKED_AGAIN) == State.IDLE) {
      Thread.ofVirtual().name("announcer").start(this::announceAll);
    }
  }

  private void announceAll() {
    boolean ended = false;
    try {
      do {
        state.set(State.ANNOUNCING);
        if (once()) {
          state.set(State.ASKED_AGAIN);
        }
        ended = state.compareAndSet(State.ANNOUNCING, State.IDLE);
      } while (!ended);
    } finally {
      if (!ended) {
        state.set(State.IDLE);
      }
    }
  }

  private boolean once() {
    boolean more = false;
    Duration rest = PAUSE;
    try {
      Announcements.Told told = announcing.announce();
      more = told.more();
      refused = told.othersAreAtIt() ? Math.min(refused + 1, MOST_REFUSALS) : 0;
      rest = PAUSE.multipliedBy(1L << refused);
      rest = Collections.max(List.of(rest, Collections.min(List.of(LONGEST_REST, told.took().multipliedBy(REST)))));
    } catch (SQLException | RuntimeException away) {
      LOG.debug("changes are not announced until a heartbeat does: {}", away.getClass().getSimpleName());
    }
    LockSupport.parkNanos(rest.toNanos());
    return more;
  }
}
