package dev.authpipe.sdk.value;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What a health check of one credential found. Never carries what the provider answered.
 *
 * @param outcome what was found
 * @param checkedAt when; null when the answer did not say
 */
public record ProbeReport(ProbeOutcome outcome, @Nullable Instant checkedAt) {}
