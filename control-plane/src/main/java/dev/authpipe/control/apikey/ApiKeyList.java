package dev.authpipe.control.apikey;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * A page of API keys.
 *
 * @param data       in the order of their ids
 * @param nextCursor where the next page begins; absent on the last one
 */
@Introspected
record ApiKeyList(List<ApiKeyView> data, @Nullable String nextCursor) {}
