package dev.authpipe.proxy.catalog;

import java.util.List;
import java.util.Map;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.IntegrationId;

/**
 * A whole configuration that has been read and checked but is not in force yet.
 *
 * @param workspaces    all workspaces
 * @param integrations  all integrations
 * @param clientSecrets where the client secrets of integrations are to be read
 * @param development   whether secret files that everybody may read are tolerated
 * @param keyRules      what a control plane took away from API keys
 */
public record ConfigurationCandidate(List<Workspace> workspaces, List<Integration> integrations,
    Map<IntegrationId, ClientSecretFile> clientSecrets, boolean development, Map<ApiKeyId, Feed.ApiKey> keyRules) {

  /** No workspace at all: what is in force before the first load. */
  public static final ConfigurationCandidate EMPTY = new ConfigurationCandidate(List.of(), List.of(), Map.of(), false, Map.of());

  /** Copies the collections. */
  public ConfigurationCandidate {
    workspaces = List.copyOf(workspaces);
    integrations = List.copyOf(integrations);
    clientSecrets = Map.copyOf(clientSecrets);
    keyRules = Map.copyOf(keyRules);
  }
}
