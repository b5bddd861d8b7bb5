package dev.authpipe.proxy.config;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * A page of providers.
 *
 * @param data       the providers, by slug
 * @param nextCursor where the next page begins; null: this was the last
 */
@Introspected
record ProviderList(List<ProviderView> data,
    @JsonProperty("next_cursor") @Nullable String nextCursor) {}
