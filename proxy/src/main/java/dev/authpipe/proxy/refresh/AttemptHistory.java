package dev.authpipe.proxy.refresh;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What was tried with one generation of a credential so far, seen under the lease. Times are the database's.
 *
 * @param now             the database's time
 * @param latest          the latest trip that was not abandoned; null: none
 * @param failures        trips without a usable answer
 * @param failingSince    the first of them; null: none
 * @param firstUnknownAt  the first trip whose answer was lost; null: none
 * @param repeated        whether the same refresh token was already sent once more
 * @param invalidTokenAt  the latest trip, with any generation, that an invalid-token answer of the API caused; null: none
 * @param invalidTokenHad whether one of them was made with this generation
 */
record AttemptHistory(Instant now, @Nullable RefreshAttempt latest, int failures, @Nullable Instant failingSince,
    @Nullable Instant firstUnknownAt, boolean repeated, @Nullable Instant invalidTokenAt, boolean invalidTokenHad) {}
