package dev.authpipe.control.export;

import java.util.List;

import jakarta.inject.Singleton;

import dev.authpipe.control.apikey.ApiKeys;
import dev.authpipe.control.apikey.KeyRequests;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.integration.Integrations;
import dev.authpipe.control.policy.Policies;
import dev.authpipe.control.policy.WebhookEndpoints;
import dev.authpipe.control.provider.Provider;
import dev.authpipe.control.provider.Providers;
import dev.authpipe.control.workspace.ConfigurationVersions;
import dev.authpipe.control.workspace.Workspaces;
import dev.authpipe.wire.Feed;

/** Reads the whole configuration of a workspace in one transaction. Never changes anything. */
@Singleton
final class Snapshots {
  private final ConfigurationVersions versions;
  private final Workspaces workspaces;
  private final Policies policies;
  private final WebhookEndpoints endpoints;
  private final Integrations integrations;
  private final Providers providers;
  private final KeyRequests requests;
  private final ApiKeys keys;

  Snapshots(ConfigurationVersions versions, Workspaces workspaces, Policies policies, WebhookEndpoints endpoints,
      Integrations integrations, Providers providers, KeyRequests requests, ApiKeys keys) {
    this.versions = versions;
    this.workspaces = workspaces;
    this.policies = policies;
    this.endpoints = endpoints;
    this.integrations = integrations;
    this.providers = providers;
    this.requests = requests;
    this.keys = keys;
  }

  Snapshot read(Tx tx) {
    List<Feed.Integration> configured = integrations.forProxies(tx);
    List<String> withSecrets = configured.stream()
        .filter(integration -> providers.find(integration.provider()).filter(Provider::clientSecret).isPresent())
        .map(Feed.Integration::slug).toList();
    return new Snapshot(versions.of(tx), workspaces.find(tx).orElseThrow(), policies.find(tx), policies.branding(tx),
        endpoints.all(tx), configured, withSecrets, requests.forProxies(tx), keys.forProxies(tx));
  }
}
