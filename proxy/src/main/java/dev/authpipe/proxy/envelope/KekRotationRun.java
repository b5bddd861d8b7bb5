package dev.authpipe.proxy.envelope;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The last time that everything under a KEK was wrapped anew, or is being.
 *
 * @param completedAt null: not yet
 */
public record KekRotationRun(UUID id, Instant startedAt, @Nullable Instant completedAt) {}
