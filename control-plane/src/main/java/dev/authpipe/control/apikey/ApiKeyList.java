package dev.authpipe.control.apikey;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * A page of API keys.
 *
 * @param data       in the order of their ids
 * @param nextCursor where the next page begins; null: this was the last
 */
@Introspected
record ApiKeyList(List<ApiKeyView> data, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String nextCursor) {}
