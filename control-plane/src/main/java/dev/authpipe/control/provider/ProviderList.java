package dev.authpipe.control.provider;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * The whole catalog in one page.
 *
 * @param data       in the order of their slugs
 * @param nextCursor always null
 */
@Introspected
record ProviderList(List<Provider> data, @Nullable String nextCursor) {}
