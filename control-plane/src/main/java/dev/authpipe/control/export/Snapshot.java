package dev.authpipe.control.export;

import java.util.List;

import dev.authpipe.control.policy.Branding;
import dev.authpipe.control.policy.Policy;
import dev.authpipe.control.policy.WebhookEndpoint;
import dev.authpipe.control.workspace.Workspace;
import dev.authpipe.wire.Feed;

/**
 * The configuration of a workspace at one moment. It has no member in which a secret could be.
 *
 * @param version      of what proxies are told
 * @param workspace    the workspace
 * @param policy       its rules
 * @param branding     its looks
 * @param endpoints    its webhook endpoints
 * @param integrations its integrations
 * @param withSecrets  slugs of those integrations whose proxy needs a client secret
 * @param requests     waiting requests for API keys
 * @param keys         API keys that are not revoked
 */
record Snapshot(long version, Workspace workspace, Policy policy, Branding branding, List<WebhookEndpoint> endpoints,
    List<Feed.Integration> integrations, List<String> withSecrets, List<Feed.ApiKeyRequest> requests, List<Feed.ApiKey> keys) {}
