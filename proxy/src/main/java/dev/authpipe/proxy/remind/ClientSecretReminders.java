package dev.authpipe.proxy.remind;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientSecretView;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Records reminders of client secrets that are to be replaced, each once, in the log of their own store. Never opens one. */
@Singleton
final class ClientSecretReminders {
  private final ClientSecretsDatabase database;
  private final ClientSecrets secrets;
  private final Configuration configuration;
  private final AuditLog audit;
  private final Clock clock;

  ClientSecretReminders(ClientSecretsDatabase database, ClientSecrets secrets, Configuration configuration, AuditLog audit,
      Clock clock) {
    this.database = database;
    this.secrets = secrets;
    this.configuration = configuration;
    this.audit = audit;
    this.clock = clock;
  }

  /** Tells what is due in a workspace, and forgets what is so no more. */
  void remind(WorkspaceId workspace) {
    List<IntegrationId> changed = database.inWorkspace(workspace, tx -> {
      Map<IntegrationId, Told> told = ClientSecretReminderStore.told(tx);
      return secrets.views(tx).entrySet().stream().filter(one -> {
        Upcoming upcoming = upcoming(tx, one.getKey(), one.getValue());
        Told before = told.get(one.getKey());
        return upcoming == null ? before != null : before == null || !before.covers(Kind.ROTATION, upcoming.next());
      }).map(Map.Entry::getKey).toList();
    });
    changed.forEach(integration -> database.run(workspace, tx -> settle(tx, integration)));
  }

  private void settle(Tx tx, IntegrationId integration) {
    ClientSecretView secret = secrets.lock(tx, integration).orElse(null);
    Upcoming upcoming = secret == null ? null : upcoming(tx, integration, secret);
    if (upcoming == null) {
      ClientSecretReminderStore.forget(tx, integration);
      return;
    }
    Told before = ClientSecretReminderStore.told(tx).get(integration);
    if (before == null || !before.covers(Kind.ROTATION, upcoming.next())) {
      ClientSecretReminderStore.tell(tx, integration, upcoming.next());
      audit.append(tx,
          AuditEntry.of(AuditType.CLIENT_SECRET_ROTATION_DUE, Reminders.ACTOR, AuditObject.integration(integration))
              .reason(upcoming.reason()).detail(AuditDetail.VERSION, upcoming.next().generation())
              .detail(AuditDetail.DUE_AT, upcoming.next().dueAt())
              .detail(AuditDetail.DAYS, Math.abs(upcoming.next().days())).detail(AuditDetail.OVERDUE, upcoming.overdue())
              .detail(AuditDetail.PROVIDER, configuration.integration(tx.workspace(), integration.toString())
                  .map(one -> one.provider().slug()).orElse(null))
              .build());
    }
  }

  private @Nullable Upcoming upcoming(Tx tx, IntegrationId id, ClientSecretView secret) {
    Integration integration = configuration.integration(tx.workspace(), id.toString()).orElse(null);
    Instant now = clock.instant();
    return integration == null
        ? null
        : Upcoming.rotation(integration.clientSecretRotation(secret.since(), secret.expiresAt(), now), secret.version(), now);
  }
}
