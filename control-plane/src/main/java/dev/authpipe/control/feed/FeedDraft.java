package dev.authpipe.control.feed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.workspace.Workspace;
import dev.authpipe.wire.Feed;

/** What a workspace's proxies are to be told, while rooms add to it. Never kept. Not thread-safe. */
public final class FeedDraft {
  private static final int USUAL_RETENTION_DAYS = 30;

  private final List<Feed.Integration> integrations = new ArrayList<>();
  private final List<Feed.ApiKey> apiKeys = new ArrayList<>();
  private final List<Feed.ApiKeyRequest> apiKeyRequests = new ArrayList<>();
  private final List<Feed.Webhook> webhooks = new ArrayList<>();
  private int retentionDays = USUAL_RETENTION_DAYS;
  private boolean strictAudit;
  private Feed.@Nullable Branding branding;

  /** Days for which the shell of a disconnected connection stays, 0 to 30. */
  public void retentionDays(int days) {
    retentionDays = days;
  }

  /** Whether each use is recorded before it is answered. */
  public void strictAudit(boolean strict) {
    strictAudit = strict;
  }

  /** How the connect page looks; null: as usual. */
  public void branding(Feed.@Nullable Branding looks) {
    branding = looks;
  }

  /** A client registration. */
  public void integration(Feed.Integration integration) {
    integrations.add(integration);
  }

  /** What a key may do. */
  public void apiKey(Feed.ApiKey key) {
    apiKeys.add(key);
  }

  /** A wish for a key. */
  public void apiKeyRequest(Feed.ApiKeyRequest request) {
    apiKeyRequests.add(request);
  }

  /** Where the application wants to be told. */
  public void webhook(Feed.Webhook endpoint) {
    webhooks.add(endpoint);
  }

  /** The finished part, in the order of ids, so that the same configuration always reads the same. */
  Feed.Workspace of(Workspace workspace) {
    return new Feed.Workspace(workspace.id(), workspace.name(), workspace.region(), retentionDays, strictAudit,
        integrations.stream().sorted(Comparator.comparing(one -> one.id().value())).toList(),
        apiKeys.stream().sorted(Comparator.comparing(one -> one.id().value())).toList(),
        apiKeyRequests.stream().sorted(Comparator.comparing(one -> one.id().value())).toList(),
        webhooks.stream().sorted(Comparator.comparing(one -> one.id().value())).toList(), branding);
  }
}
