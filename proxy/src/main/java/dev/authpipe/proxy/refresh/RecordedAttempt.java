package dev.authpipe.proxy.refresh;

import java.time.Instant;
import java.util.UUID;

import dev.authpipe.proxy.journal.JournalPlace;
import dev.authpipe.wire.ConnectionId;

/**
 * What the store says of the trip that an answer in the journal came from.
 *
 * @param generation the base generation
 * @param fence      of the lease that it was made under
 * @param claimedAt  when it began, by the database's clock
 */
record RecordedAttempt(UUID id, ConnectionId connection, long generation, long fence, RefreshAttempt.State state,
    Instant claimedAt) {

  /** Whether it is the same trip in all that is recorded of it. */
  boolean matches(JournalPlace place) {
    return id.equals(place.attempt()) && connection.equals(place.connection()) && generation == place.generation()
        && fence == place.fence();
  }

  /**
   * Whether its answer is in force, or kept as a candidate.
   *
   * @param present the credential's generation now: a store that lost its last commits may have gone back
   */
  boolean isStored(long present) {
    return state == RefreshAttempt.State.RECEIVED || (state == RefreshAttempt.State.COMMITTED && present > generation);
  }
}
