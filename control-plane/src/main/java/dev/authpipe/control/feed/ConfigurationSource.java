package dev.authpipe.control.feed;

import jakarta.inject.Singleton;

import dev.authpipe.control.apikey.ApiKeys;
import dev.authpipe.control.apikey.KeyRequests;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.integration.Integrations;
import dev.authpipe.control.policy.Policies;
import dev.authpipe.control.policy.Policy;
import dev.authpipe.control.policy.WebhookEndpoints;

/** Adds what the rooms of the configuration have for proxies. Never adds what they do not have. */
@Singleton
final class ConfigurationSource implements FeedSource {
  private final Policies policies;
  private final WebhookEndpoints webhooks;
  private final Integrations integrations;
  private final ApiKeys keys;
  private final KeyRequests requests;

  ConfigurationSource(Policies policies, WebhookEndpoints webhooks, Integrations integrations, ApiKeys keys,
      KeyRequests requests) {
    this.policies = policies;
    this.webhooks = webhooks;
    this.integrations = integrations;
    this.keys = keys;
    this.requests = requests;
  }

  @Override
  public void add(Tx tx, FeedDraft draft) {
    Policy policy = policies.find(tx);
    draft.retentionDays(policy.retentionDays());
    draft.strictAudit(policy.strictAudit());
    draft.branding(policies.branding(tx).forProxies());
    webhooks.forProxies(tx).forEach(draft::webhook);
    integrations.forProxies(tx).forEach(draft::integration);
    keys.forProxies(tx).forEach(draft::apiKey);
    requests.forProxies(tx).forEach(draft::apiKeyRequest);
  }
}
