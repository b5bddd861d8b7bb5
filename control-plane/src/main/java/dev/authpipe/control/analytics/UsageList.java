package dev.authpipe.control.analytics;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * A page of usage.
 *
 * @param data       the newest period first, in it in the order of integrations; what was not used has no row
 * @param nextCursor where the next page begins; absent on the last one
 */
@Introspected
record UsageList(List<UsageView> data, @Nullable String nextCursor) {}
