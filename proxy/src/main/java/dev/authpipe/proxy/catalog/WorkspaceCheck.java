package dev.authpipe.proxy.catalog;

import java.util.Set;

/** Checks the workspaces of a configuration without a store. Never gives an id. */
public final class WorkspaceCheck {
  private WorkspaceCheck() {}

  /**
   * Checks.
   *
   * @throws ConfigurationException if something is wrong
   */
  public static void check(YamlSection root, Catalog catalog, String usualKek, Set<String> keks) {
    new WorkspacesReader(catalog, usualKek, keks).read(root);
    root.finish();
  }
}
