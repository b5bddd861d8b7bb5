package dev.authpipe.proxy.caller;

import java.util.Set;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * An authenticated program and what it may do. Must never be made from anything but a verified API key.
 *
 * @param workspace      whose rows it sees
 * @param key            the API key it used
 * @param scopes         what it may do
 * @param integrations   what it may use; empty: every integration of the workspace
 * @param requireEndUser whether it must name the end user of each connection it uses (S32)
 * @param actor          the caller as the audit log names it
 */
public record Caller(WorkspaceId workspace, ApiKeyId key, Set<Scope> scopes, Set<IntegrationId> integrations,
    boolean requireEndUser, AuditActor actor) {

  /** A caller under its own name. */
  public Caller(WorkspaceId workspace, ApiKeyId key, Set<Scope> scopes, Set<IntegrationId> integrations, boolean requireEndUser) {
    this(workspace, key, scopes, integrations, requireEndUser, AuditActor.apiKey(key));
  }

  /** Copies the sets. */
  public Caller {
    scopes = Set.copyOf(scopes);
    integrations = Set.copyOf(integrations);
  }

  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }

  /** Whether connections of the integration exist for this caller; those of others answer like unknown ids. */
  public boolean maySee(IntegrationId integration) {
    return integrations.isEmpty() || integrations.contains(integration);
  }
}
