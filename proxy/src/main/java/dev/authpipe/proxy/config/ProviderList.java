package dev.authpipe.proxy.config;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * A page of providers.
 *
 * @param data       the providers, by slug
 * @param nextCursor where the next page begins; absent on the last one
 */
@Introspected
record ProviderList(List<ProviderView> data,
    @Nullable String nextCursor) {}
