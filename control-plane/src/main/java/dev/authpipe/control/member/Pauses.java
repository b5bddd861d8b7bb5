package dev.authpipe.control.member;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import jakarta.inject.Singleton;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;

/**
 * Makes guessing slow: after five failures in a row each attempt waits twice as long as the one before, at most 15 minutes. An attempt counts
 * before it is looked at, so that many at once count one by one; one that is refused changes nothing, so that a pause always ends and nobody
 * can hold another out for good. An unknown address pauses like a known one (S83).
 */
@Singleton
final class Pauses {
  /** What is guessed. */
  enum Kind {
    /** The password of an address. */
    PASSWORD,
    /** The second factor of a person. */
    SECOND_FACTOR
  }

  private static final int FREE = 5;
  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final int MOST_DOUBLINGS = 10;
  /** Failures older than this count no more. */
  static final Duration KEPT = Duration.ofHours(24);

  private final Database database;
  private final Clock clock;

  Pauses(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Counts an attempt as a failure; {@link #clear} takes that back when it succeeds.
   *
   * @return failures so far, with this one
   * @throws ProblemException {@code sign_in_paused} if no attempt is looked at now
   */
  int take(Kind kind, String who) {
    Instant now = clock.instant();
    return database.inWorkspace(Database.PLANE, tx -> {
      byte[] subject = subject(kind, who);
      PauseStore.Row before = PauseStore.lock(tx, subject, now);
      if (before == null) {
        return 1;
      }
      if (before.pausedUntil().isAfter(now)) {
        throw new ProblemException(ErrorCode.SIGN_IN_PAUSED, ErrorCode.SIGN_IN_PAUSED.meaning(),
            Duration.between(now, before.pausedUntil()));
      }
      int failures = before.failedAt().isBefore(now.minus(KEPT)) ? 1 : before.failures() + 1;
      PauseStore.update(tx, subject, new PauseStore.Row(failures, now, now.plus(pause(failures))));
      return failures;
    });
  }

  /** Forgets the failures: the attempt succeeded, or a code by mail did. */
  void clear(Tx tx, Kind kind, String who) {
    PauseStore.delete(tx, subject(kind, who));
  }

  static Duration pause(int failures) {
    if (failures < FREE) {
      return Duration.ZERO;
    }
    Duration pause = SHORTEST.multipliedBy(1L << Math.min(failures - FREE, MOST_DOUBLINGS));
    return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
  }

  private static byte[] subject(Kind kind, String who) {
    return SecretHash.ofName(kind.name() + ':' + who);
  }
}
