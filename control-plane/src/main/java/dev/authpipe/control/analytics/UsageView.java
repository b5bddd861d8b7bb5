package dev.authpipe.control.analytics;

import java.time.Instant;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * What was done with an integration in a period. Counts only: never who did it, or to what end.
 *
 * @param start          beginning of the period, in UTC
 * @param integration    {@code int_…}
 * @param calls          proxied calls that the provider answered
 * @param tokenReads     access tokens handed out
 * @param refused        calls and reads that were refused to their caller
 * @param failed         calls and reads that failed on our side
 * @param providerErrors calls and reads that failed at the provider
 * @param refreshes      credentials renewed
 */
@Introspected
@Schema(name = "Usage")
record UsageView(Instant start, String integration, long calls, long tokenReads, long refused, long failed, long providerErrors,
    long refreshes) {}
