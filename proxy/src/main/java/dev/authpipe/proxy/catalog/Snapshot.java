package dev.authpipe.proxy.catalog;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** One configuration in force, indexed for reading. Immutable. */
final class Snapshot {
  private final Map<WorkspaceId, Workspace> workspaces = new HashMap<>();
  private final Map<String, Workspace> byName = new TreeMap<>();
  private final Map<IntegrationId, Integration> integrations = new HashMap<>();
  private final Map<WorkspaceId, Map<String, Integration>> byReference = new HashMap<>();
  private final Map<ApiKeyId, Feed.ApiKey> keyRules;

  Snapshot(ConfigurationCandidate candidate) {
    this.keyRules = candidate.keyRules();
    for (Workspace workspace : candidate.workspaces()) {
      workspaces.put(workspace.id(), workspace);
      byName.put(workspace.name(), workspace);
    }
    for (Integration integration : candidate.integrations()) {
      integrations.put(integration.id(), integration);
      Map<String, Integration> references = byReference.computeIfAbsent(integration.workspace(), w -> new HashMap<>());
      references.put(integration.slug(), integration);
      references.put(integration.id().toString(), integration);
    }
  }

  Feed.@Nullable ApiKey keyRule(ApiKeyId key) {
    return keyRules.get(key);
  }

  Optional<Workspace> workspace(WorkspaceId id) {
    return Optional.ofNullable(workspaces.get(id));
  }

  Optional<Workspace> workspaceNamed(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  List<Workspace> workspaces() {
    return List.copyOf(byName.values());
  }

  Optional<Integration> integration(WorkspaceId workspace, String idOrSlug) {
    return Optional.ofNullable(byReference.getOrDefault(workspace, Map.of()).get(idOrSlug));
  }

  Optional<Integration> integration(WorkspaceId workspace, IntegrationId id) {
    Integration found = integrations.get(id);
    return found == null || !found.workspace().equals(workspace) ? Optional.empty() : Optional.of(found);
  }

  Optional<Integration> integration(IntegrationId id) {
    return Optional.ofNullable(integrations.get(id));
  }

  List<Integration> integrations(WorkspaceId workspace) {
    return integrations.values().stream().filter(i -> i.workspace().equals(workspace))
        .sorted(Comparator.comparing(Integration::slug))
        .toList();
  }
}
