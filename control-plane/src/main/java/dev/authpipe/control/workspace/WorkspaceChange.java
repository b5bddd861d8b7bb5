package dev.authpipe.control.workspace;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * What may be changed about a workspace; what is left out stays.
 *
 * @param displayName how people call it
 * @param plan        name of its plan; only an owner changes it
 */
@Introspected
record WorkspaceChange(@Nullable String displayName, @Nullable String plan) {
  void check() {
    NewWorkspace.checkDisplayName(displayName);
  }
}
