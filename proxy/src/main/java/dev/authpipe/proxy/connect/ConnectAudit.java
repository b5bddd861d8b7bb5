package dev.authpipe.proxy.connect;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;

/** The events of the connect flow, each in the transaction of what it records. Names nobody: end users are random ids. */
@Singleton
final class ConnectAudit {
  private final AuditLog log;
  private final Configuration configuration;

  ConnectAudit(AuditLog log, Configuration configuration) {
    this.log = log;
    this.configuration = configuration;
  }

  void created(Tx tx, ConnectSession session, AuditActor actor, String requestId) {
    log.append(tx, AuditEntry.of(AuditType.CONNECT_SESSION_CREATED, actor, AuditObject.connectSession(session.id()))
        .detail(AuditDetail.END_USER, session.endUserId()).detail(AuditDetail.INTEGRATIONS, (long) session.integrations().size())
        .detail(AuditDetail.CONNECTION, session.reconnects()).detail(AuditDetail.EXPIRES_AT, session.expiresAt())
        .requestId(requestId)
        .build());
  }

  void started(Tx tx, ConnectSession session, ConnectAttempt attempt, Integration integration, String requestId) {
    log.append(tx, about(AuditType.CONNECT_STARTED, session, attempt, AuditActor.endUser(session.endUserId()), requestId)
        .detail(AuditDetail.PROVIDER, integration.provider().slug()).scopes(AuditDetail.SCOPES_REQUESTED, attempt.scopes())
        .build());
  }

  void authorized(Tx tx, ConnectSession session, ConnectAttempt attempt, Integration integration, String requestId) {
    log.append(tx, about(AuditType.CONNECT_AUTHORIZED, session, attempt, AuditActor.endUser(session.endUserId()), requestId)
        .detail(AuditDetail.PROVIDER, integration.provider().slug()).build());
  }

  /** A step was refused before any provider was asked. */
  void refused(Tx tx, ConnectSession session, @Nullable ConnectAttempt attempt, AuditActor actor, String reason,
      @Nullable String requestId) {
    log.append(tx,
        about(AuditType.CONNECT_REFUSED, session, attempt, actor, requestId).outcome(AuditOutcome.REFUSED).reason(reason)
            .detail(AuditDetail.TOKEN_CALLS, 0L).build());
  }

  /** The flow ended without a connection. */
  void failed(Tx tx, ConnectSession session, @Nullable ConnectAttempt attempt, AuditActor actor, String reason, long tokenCalls,
      @Nullable String requestId) {
    log.append(tx,
        about(AuditType.CONNECT_FAILED, session, attempt, actor, requestId).outcome(AuditOutcome.FAILURE).reason(reason)
            .detail(AuditDetail.TOKEN_CALLS, tokenCalls).build());
  }

  void expired(Tx tx, ConnectSession session, @Nullable ConnectAttempt attempt, String reason) {
    log.append(tx,
        about(AuditType.CONNECT_EXPIRED, session, attempt, AuditActor.job(ConnectPurge.NAME), null).reason(reason).build());
  }

  void finished(Tx tx, ConnectSession session, ConnectAttempt attempt, Integration integration, ConnectionId connection,
      AuditActor actor, long tokenCalls, @Nullable String requestId) {
    log.append(tx, about(AuditType.CONNECT_FINISHED, session, attempt, actor, requestId)
        .detail(AuditDetail.PROVIDER, integration.provider().slug()).detail(AuditDetail.CONNECTION, connection)
        .detail(AuditDetail.END_USER, session.endUserId()).detail(AuditDetail.TOKEN_CALLS, tokenCalls).build());
  }

  void append(Tx tx, AuditEntry entry) {
    log.append(tx, entry);
  }

  private AuditEntry.Builder about(AuditType type, ConnectSession session, @Nullable ConnectAttempt attempt, AuditActor actor,
      @Nullable String requestId) {
    AuditEntry.Builder entry = AuditEntry.of(type, actor, AuditObject.connectSession(session.id())).requestId(requestId);
    if (attempt != null) {
      entry.detail(AuditDetail.ATTEMPT, attempt.id()).detail(AuditDetail.INTEGRATION, attempt.integration());
      if (type != AuditType.CONNECT_STARTED && type != AuditType.CONNECT_AUTHORIZED && type != AuditType.CONNECT_FINISHED) {
        configuration.integration(attempt.integration())
            .ifPresent(integration -> entry.detail(AuditDetail.PROVIDER, integration.provider().slug()));
      }
    }
    return entry;
  }
}
