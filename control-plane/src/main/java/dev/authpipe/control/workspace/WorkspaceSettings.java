package dev.authpipe.control.workspace;

import java.util.List;

/**
 * What the operator says about workspaces.
 *
 * @param regions where workspaces may be; at least one
 * @param plan    the plan of a new workspace that names none
 */
public record WorkspaceSettings(List<String> regions, String plan) {
  /** Checks that there is a region. */
  public WorkspaceSettings {
    regions = List.copyOf(regions);
    if (regions.isEmpty()) {
      throw new IllegalArgumentException("at least one region is needed");
    }
  }
}
