package dev.authpipe.control.workspace;

import java.time.Instant;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.Role;

/**
 * A workspace as its members see it.
 *
 * @param id                  {@code wks_…}
 * @param name                unique short name
 * @param displayName         how people call it
 * @param region              where its proxies are
 * @param plan                name of its plan
 * @param role                the role of who asks
 * @param version             counts its changes
 * @param createdAt           when it was made
 * @param updatedAt           when it last changed
 * @param deletionRequestedAt since when its deletion is asked for
 */
@Introspected
@Schema(name = "Workspace")
record WorkspaceView(String id, String name, String displayName, String region, String plan, String role, long version,
    Instant createdAt, Instant updatedAt, @Nullable Instant deletionRequestedAt) {

  static WorkspaceView of(Workspace workspace, Role role) {
    return new WorkspaceView(workspace.id().toString(), workspace.name(), workspace.displayName(), workspace.region(),
        workspace.plan(), role.word(), workspace.version(), workspace.createdAt(), workspace.updatedAt(),
        workspace.deletionRequestedAt());
  }
}
