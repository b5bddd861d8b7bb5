package dev.authpipe.proxy.catalog;

import java.util.List;
import java.util.Map;

import dev.authpipe.wire.IntegrationId;

/**
 * A whole configuration that has been read and checked but is not in force yet.
 *
 * @param workspaces    all workspaces
 * @param integrations  all integrations
 * @param clientSecrets where the client secrets of integrations are to be read
 */
public record ConfigurationCandidate(List<Workspace> workspaces, List<Integration> integrations,
    Map<IntegrationId, SecretFile> clientSecrets) {

  /** Copies the collections. */
  public ConfigurationCandidate {
    workspaces = List.copyOf(workspaces);
    integrations = List.copyOf(integrations);
    clientSecrets = Map.copyOf(clientSecrets);
  }
}
