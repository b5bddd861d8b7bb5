package dev.authpipe.proxy.db;

import java.util.UUID;

import dev.authpipe.wire.WorkspaceId;

/**
 * Names a row for a cache; always includes the workspace (S35).
 *
 * @param workspace the isolation boundary
 * @param id        the row's id in it
 */
public record RowKey(WorkspaceId workspace, UUID id) {}
