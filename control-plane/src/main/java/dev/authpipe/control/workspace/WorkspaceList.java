package dev.authpipe.control.workspace;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * A page of workspaces.
 *
 * @param data       in the order of their ids
 * @param nextCursor where the next page begins; absent on the last one
 */
@Introspected
record WorkspaceList(List<WorkspaceView> data, @Nullable String nextCursor) {}
