package dev.authpipe.control.dataplane.command;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * Commands, newest first.
 *
 * @param data       the page
 * @param nextCursor where the next page begins; absent on the last one
 */
@Introspected
record CommandList(List<CommandView> data, @Nullable String nextCursor) {}
