package dev.authpipe.control.analytics;

import org.jspecify.annotations.Nullable;

/** The parameters of a list of usage as they were sent. */
record UsageFilter(@Nullable String period, @Nullable String from, @Nullable String to, @Nullable String integration,
    @Nullable String keyId) {}
