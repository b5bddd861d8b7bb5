package dev.authpipe.proxy.catalog;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * The workspaces and integrations in force: one immutable snapshot, swapped as a whole. Reading never blocks and never does SQL.
 */
public final class Configuration {
  private final AtomicReference<Snapshot> current;

  /** @param first what is in force at first */
  public Configuration(ConfigurationCandidate first) {
    this.current = new AtomicReference<>(new Snapshot(first));
  }

  /** The workspace with this id. */
  public Optional<Workspace> workspace(WorkspaceId id) {
    return current.get().workspace(id);
  }

  /** The workspace that operators call by this name. */
  public Optional<Workspace> workspaceNamed(String name) {
    return current.get().workspaceNamed(name);
  }

  /** All workspaces, by name. */
  public List<Workspace> workspaces() {
    return current.get().workspaces();
  }

  /** An integration of this workspace by id or slug; another workspace's is unknown. */
  public Optional<Integration> integration(WorkspaceId workspace, String idOrSlug) {
    return current.get().integration(workspace, idOrSlug);
  }

  /** The integration of the workspace with this id. */
  public Optional<Integration> integration(WorkspaceId workspace, IntegrationId id) {
    return current.get().integration(workspace, id);
  }

  /** An integration by its globally unique id: for the connect listener, which knows no workspace. */
  public Optional<Integration> integration(IntegrationId id) {
    return current.get().integration(id);
  }

  /** All integrations of a workspace, by slug. */
  public List<Integration> integrations(WorkspaceId workspace) {
    return current.get().integrations(workspace);
  }

  /** What a control plane took away from an API key, beyond what its row says; null: nothing. The same object as long as it is the same rule. */
  public Feed.@Nullable ApiKey keyRule(ApiKeyId key) {
    return current.get().keyRule(key);
  }

  /** Puts a prepared configuration into force at once. */
  void swap(ConfigurationCandidate next) {
    current.set(new Snapshot(next));
  }
}
