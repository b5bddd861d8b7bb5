package dev.authpipe.proxy.report;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.caller.ApiKeyDescriptions;
import dev.authpipe.proxy.caller.ApiKeyView;
import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ApiKeyRequestId;
import dev.authpipe.wire.ChangeId;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.ErasureId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.Report;
import dev.authpipe.wire.WorkspaceId;

/** Says which report an audited event owes the control plane. Never passes on a text that is not ours. */
@Singleton
final class ReportWriter {
  private final Connections connections;
  private final ApiKeyDescriptions keys;

  ReportWriter(Connections connections, ApiKeyDescriptions keys) {
    this.connections = connections;
    this.keys = keys;
  }

  /** The report of an event, if it owes one. */
  Optional<Report> write(Tx tx, AuditEntry entry, Instant at) {
    WorkspaceId workspace = tx.workspace();
    AuditObject object = entry.object();
    return switch (entry.type()) {
      case CONNECTION_CREATED, CONNECTION_IMPORTED, CONNECTION_RECONNECTED, CONNECTION_DISCONNECTED, CREDENTIAL_REPLACED,
          REFRESH_FAILED, REFRESH_REAUTH_REQUIRED, REFRESH_RECOVERED ->
        connection(tx, ConnectionId.parse(object.id()), entry.reason(), at);
      case CONNECTION_PURGED, CONNECTION_ERASED -> purged(workspace, ConnectionId.parse(object.id()), entry, at);
      case CLIENT_SECRET_SET, CLIENT_SECRET_ROTATED -> Optional.of(new Report.ClientSecret(at, workspace,
          IntegrationId.parse(object.id()), at, (int) count(entry, AuditDetail.VERSION)));
      case API_KEY_CREATED, API_KEY_REVOKED -> key(tx, ApiKeyId.parse(object.id()), entry, at);
      case ERASURE_REQUESTED -> Optional.of(erasure(workspace, object, entry, (int) count(entry, AuditDetail.CONNECTIONS), at));
      case ERASURE_COMPLETED -> Optional.of(erasure(workspace, object, entry, 0, at));
      case JOB_FAILED ->
        Optional.of(new Report.Job(at, Database.STORE, object.id(), Report.Job.Status.FAILED, entry.reason()));
      case APPROVAL_ASKED -> Optional.of(change(workspace, object, Report.Change.Status.WAITING, at));
      case APPROVAL_WITHDRAWN -> Optional.of(change(workspace, object, Report.Change.Status.WITHDRAWN, at));
      case APPROVAL_GIVEN -> Optional.of(change(workspace, object, Report.Change.Status.APPROVED, at));
      case APPROVAL_REFUSED -> Optional.of(change(workspace, object, Report.Change.Status.REFUSED, at));
      case CHANGE_APPLIED -> Optional.of(change(workspace, object, Report.Change.Status.APPLIED, at));
      case CONTROL_COMMAND_DONE -> Optional.of(command(workspace, object, Report.Command.Status.DONE, entry, at));
      case CONTROL_COMMAND_WAITING -> Optional.of(command(workspace, object, Report.Command.Status.WAITING, entry, at));
      case CONTROL_COMMAND_REFUSED -> Optional.of(command(workspace, object, Report.Command.Status.REFUSED, entry, at));
      case CONTROL_COMMAND_EXPIRED -> Optional.of(command(workspace, object, Report.Command.Status.EXPIRED, entry, at));
      case CONTROL_COMMAND_FAILED -> Optional.of(command(workspace, object, Report.Command.Status.FAILED, entry, at));
      default -> Optional.empty();
    };
  }

  private Optional<Report> connection(Tx tx, ConnectionId id, @Nullable String reason, Instant at) {
    return connections.show(tx, id).map(listing -> {
      ConnectionRow row = listing.connection();
      List<String> missing = row.scopesRequested().stream().filter(scope -> !row.scopesGranted().contains(scope)).toList();
      return new Report.Connection(at, tx.workspace(), id, row.integration(),
          row.status() == ConnectionStatus.ACTIVE ? Report.Connection.Status.ACTIVE : Report.Connection.Status.DISCONNECTED,
          state(listing), reason, row.scopesGranted().isEmpty() ? 0 : missing.size(), row.createdAt());
    });
  }

  private static Report.Connection.State state(ConnectionListing listing) {
    if (listing.connection().status() != ConnectionStatus.ACTIVE) {
      return Report.Connection.State.REVOKED;
    }
    CredentialRow credential = listing.credential();
    return credential == null ? Report.Connection.State.ACTIVE : Report.Connection.State.valueOf(credential.state().name());
  }

  /** The row is gone; the id tells when it was made (UUID version 7), the event through which integration. */
  private static Optional<Report> purged(WorkspaceId workspace, ConnectionId id, AuditEntry entry, Instant at) {
    Object integration = entry.detail().get(AuditDetail.INTEGRATION);
    return integration == null
        ? Optional.empty()
        : Optional.of(new Report.Connection(at, workspace, id, IntegrationId.parse(integration.toString()),
            Report.Connection.Status.PURGED, Report.Connection.State.REVOKED, null, 0,
            Instant.ofEpochMilli(id.value().getMostSignificantBits() >>> 16)));
  }

  private Optional<Report> key(Tx tx, ApiKeyId id, AuditEntry entry, Instant at) {
    Object request = entry.detail().get(AuditDetail.KEY_REQUEST);
    ApiKeyView key = keys.find(tx, id).orElse(null);
    return key == null
        ? Optional.empty()
        : Optional.of(new Report.ApiKey(at, tx.workspace(), id,
            request == null ? null : ApiKeyRequestId.parse(request.toString()), key.name(),
            key.scopes().stream().map(Scope::word).sorted().toList(),
            key.revokedAt() == null ? Report.ApiKey.Status.ACTIVE : Report.ApiKey.Status.REVOKED, key.createdAt(),
            key.expiresAt()));
  }

  private static Report erasure(WorkspaceId workspace, AuditObject object, AuditEntry entry, int pending, Instant at) {
    return new Report.Erasure(at, workspace, ErasureId.parse(object.id()), (int) count(entry, AuditDetail.CONNECTIONS), pending);
  }

  private static Report change(WorkspaceId workspace, AuditObject object, Report.Change.Status status, Instant at) {
    return new Report.Change(at, workspace, ChangeId.parse(object.id()), status);
  }

  private static Report command(WorkspaceId workspace, AuditObject object, Report.Command.Status status, AuditEntry entry,
      Instant at) {
    Object count = entry.detail().get(AuditDetail.CONNECTIONS);
    return new Report.Command(at, workspace, CommandId.parse(object.id()), status, entry.reason(),
        count instanceof Long connections ? Integer.valueOf(connections.intValue()) : null);
  }

  private static long count(AuditEntry entry, AuditDetail member) {
    return Objects.requireNonNullElse((Long) entry.detail().get(member), 0L);
  }

}
