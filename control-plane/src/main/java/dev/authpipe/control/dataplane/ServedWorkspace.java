package dev.authpipe.control.dataplane;

import dev.authpipe.wire.WorkspaceId;

/**
 * A workspace that is assigned to a data plane.
 *
 * @param id      its id
 * @param version of its configuration, which only rises
 */
public record ServedWorkspace(WorkspaceId id, long version) {}
