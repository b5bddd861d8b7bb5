package dev.authpipe.control.dataplane;

import dev.authpipe.wire.WorkspaceId;

/**
 * A workspace that is assigned to a data plane.
 *
 * @param id      its id
 * @param changes how often what its proxies are told changed
 */
public record ServedWorkspace(WorkspaceId id, long changes) {}
