package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the operator says about the control plane.
 *
 * @param url       where its link listener is; null: there is none, and workspaces come from the file
 * @param regions   regions that this proxy serves
 * @param trusting  whether everything that the control plane says applies without approval
 * @param budget    connections that its destructive commands may reach in an hour without approval
 * @param directory where the proxy keeps its identity
 */
public record LinkSettings(@Nullable URI url, Set<String> regions, boolean trusting, int budget, Path directory) {
  /** Copies the set. */
  public LinkSettings {
    regions = Set.copyOf(regions);
  }
}
