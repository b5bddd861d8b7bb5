package dev.authpipe.control.dataplane;

import java.time.Instant;

/**
 * Which feed a data plane is to have.
 *
 * @param version  only rises
 * @param issuedAt when it came to be, in milliseconds
 */
public record FeedVersion(long version, Instant issuedAt) {}
