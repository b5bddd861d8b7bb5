package dev.authpipe.control.policy;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * A page of webhook endpoints.
 *
 * @param data       in the order of their ids
 * @param nextCursor where the next page begins; absent on the last one
 */
@Introspected
record WebhookEndpointList(List<WebhookEndpointView> data,
    @Nullable String nextCursor) {}
