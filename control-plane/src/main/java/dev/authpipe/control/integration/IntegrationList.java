package dev.authpipe.control.integration;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * A page of integrations.
 *
 * @param data       in the order of their ids
 * @param nextCursor where the next page begins; absent on the last one
 */
@Introspected
record IntegrationList(List<IntegrationView> data, @Nullable String nextCursor) {}
