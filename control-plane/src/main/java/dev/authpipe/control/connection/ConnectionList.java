package dev.authpipe.control.connection;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * A page of connections.
 *
 * @param data       in the order of their ids
 * @param nextCursor where the next page begins; absent on the last one
 */
@Introspected
record ConnectionList(List<ConnectionView> data, @Nullable String nextCursor) {}
