package dev.authpipe.proxy.refresh;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * One trip to a token endpoint as it was recorded. Times are the database's.
 *
 * @param cause   why
 * @param sentAt  when the intent was committed
 * @param retryAt before when no other trip should be made; null: nothing said
 */
record RefreshAttempt(UUID id, State state, String cause, Instant sentAt, @Nullable Instant retryAt) {

  /** What is known about a trip; the names are those in the store. */
  enum State {
    CLAIMED,
    SENT,
    RECEIVED,
    COMMITTED,
    FAILED_TRANSIENT,
    FAILED_TERMINAL,
    UNKNOWN,
    ABANDONED
  }
}
