package dev.authpipe.proxy.refresh;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/** Records that a sealed credential was refused (S2), at most once a minute per connection and process. Never says what was in it. */
@Singleton
final class IntegrityAlarm {
  private static final Logger LOG = LoggerFactory.getLogger(IntegrityAlarm.class);

  private final VaultDatabase database;
  private final AuditLog audit;
  private final Cache<RowKey, Boolean> raised;

  IntegrityAlarm(VaultDatabase database, AuditLog audit, Ticker ticker) {
    this.database = database;
    this.audit = audit;
    this.raised = Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(1)).ticker(ticker).build();
  }

  void raise(WorkspaceId workspace, ConnectionId connection) {
    if (raised.asMap().putIfAbsent(new RowKey(workspace, connection.value()), Boolean.TRUE) != null) {
      return;
    }
    LOG.warn("a stored credential was refused: connection {}", connection);
    try {
      database.run(workspace,
          tx -> audit.append(tx,
              AuditEntry
                  .of(AuditType.CREDENTIAL_INTEGRITY_REFUSED, AuditActor.system("refresh"), AuditObject.connection(connection))
                  .outcome(AuditOutcome.REFUSED).reason("integrity_error").detail(AuditDetail.RECORD, "credential").build()));
    } catch (StoreUnavailableException _) {
      raised.invalidate(new RowKey(workspace, connection.value()));
    }
  }
}
