package dev.authpipe.proxy.refresh;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RefreshProfile;
import dev.authpipe.proxy.vault.Candidate;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.Lease;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * One trip to a token endpoint for which the lease is held. Carries no secret.
 *
 * @param lease       the claim
 * @param row         the credential as read under the claim
 * @param history     what was tried with it before
 * @param integration whose client registration is used
 * @param candidate   an answer to this very generation that was kept but never used; null: none
 * @param cause       why
 * @param actor       for whom
 * @param claimedAt   monotonic nanoseconds from before the claim
 */
record Trip(Lease lease, CredentialRow row, AttemptHistory history, Integration integration, @Nullable Candidate candidate,
    RefreshCause cause, AuditActor actor, long claimedAt) {

  WorkspaceId workspace() {
    return row.workspace();
  }

  ConnectionId connection() {
    return row.connection();
  }

  long generation() {
    return row.generation();
  }

  UUID attempt() {
    return lease.attempt();
  }

  RefreshProfile profile() {
    return integration.provider().refresh();
  }

  /**
   * Whether a refusal with this code ends what the credential lives on: the refresh token, or the connection's own client secret. With the
   * integration's key the connection's client may only not know it yet.
   */
  boolean isFinal(String code) {
    boolean ownSecret = integration.provider().connectionsHaveClients()
        && integration.provider().requireToken().clientAuthentication().needsSecret();
    return code.equals("invalid_grant") || (ownSecret && (code.equals("invalid_client") || code.equals("unauthorized_client")));
  }

  /** Failures with this generation, were this trip to fail too. */
  int failures() {
    return history.failures() + 1;
  }

  AuditEntry.Builder event(AuditType type) {
    return AuditEntry.of(type, actor, AuditObject.connection(connection())).detail(AuditDetail.INTEGRATION, integration.id())
        .detail(AuditDetail.PROVIDER, integration.provider().slug()).detail(AuditDetail.ATTEMPT, attempt());
  }
}
