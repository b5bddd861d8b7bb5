package dev.authpipe.control.dataplane.command;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * Commands, newest first.
 *
 * @param data       the page
 * @param nextCursor where the next page begins; null: this was the last
 */
@Introspected
record CommandList(List<CommandView> data, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String nextCursor) {}
