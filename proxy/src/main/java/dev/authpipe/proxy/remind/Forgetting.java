package dev.authpipe.proxy.remind;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditObserver;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** Forgets what was told about a secret with the transaction that replaces or ends it. Writes nothing else. */
@Singleton
final class Forgetting implements AuditObserver {
  @Override
  public void recorded(Tx tx, AuditEntry entry) {
    switch (entry.type()) {
      case CREDENTIAL_REPLACED, CONNECTION_RECONNECTED, CONNECTION_DISCONNECTED, CONNECTION_PURGED, CONNECTION_ERASED -> {
        if (tx.store().equals("vault")) {
          ReminderStore.forget(tx, ConnectionId.parse(entry.object().id()));
        }
      }
      case CLIENT_SECRET_ROTATED -> {
        if (tx.store().equals("client_secrets")) {
          ClientSecretReminderStore.forget(tx, IntegrationId.parse(entry.object().id()));
        }
      }
      default -> {
      }
    }
  }
}
