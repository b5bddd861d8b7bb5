package dev.authpipe.proxy.catalog;

import java.time.Duration;
import java.util.List;

import dev.authpipe.wire.WorkspaceId;

/**
 * An isolation boundary as the operator configured it.
 *
 * @param id          stable for as long as the workspace exists
 * @param name        what operators call it, unique in the deployment
 * @param kekName     the KEK that wraps its keysets
 * @param strictAudit whether reads and calls are recorded before they happen
 * @param retention   how long the shell of a disconnected connection stays, at most 30 days
 * @param webhooks    where the application is told of its connections
 */
public record Workspace(WorkspaceId id, String name, String kekName, boolean strictAudit, Duration retention,
    List<WebhookEndpoint> webhooks) {
  /** Copies the list. */
  public Workspace {
    webhooks = List.copyOf(webhooks);
  }

  /** One without webhooks. */
  public Workspace(WorkspaceId id, String name, String kekName, boolean strictAudit, Duration retention) {
    this(id, name, kekName, strictAudit, retention, List.of());
  }

  /** The same under another KEK. */
  Workspace under(String kek) {
    return new Workspace(id, name, kek, strictAudit, retention, webhooks);
  }
}
