package dev.authpipe.control.workspace;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.WorkspaceId;

/**
 * A tenant. Its region never changes here, for that is where its secrets are.
 *
 * @param id                  its id
 * @param name                unique short name, {@code [a-z0-9][a-z0-9-]*}
 * @param displayName         how people call it
 * @param region              where its proxies are
 * @param plan                name of its plan
 * @param version             counts its changes
 * @param createdAt           when it was made
 * @param updatedAt           when it last changed
 * @param deletionRequestedAt since when its deletion is asked for; null: it is not
 */
public record Workspace(WorkspaceId id, String name, String displayName, String region, String plan, long version,
    Instant createdAt, Instant updatedAt, @Nullable Instant deletionRequestedAt) {}
