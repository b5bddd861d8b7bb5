package dev.authpipe.proxy.vault;

import java.time.Instant;
import java.util.List;

import jakarta.inject.Singleton;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * When each credential is to be renewed though nobody asks for it, shared by all replicas: a row that one of them takes is put off for the
 * others. Only steers who looks when; must never be what keeps two replicas from calling. Only live connections are seen. Thread-safe.
 */
@Singleton
public final class DueCredentials {
  private final DueStore store = new DueStore();

  /**
   * What one integration has to do.
   *
   * @param unplanned new credentials for which no time was set yet
   * @param waiting   credentials whose time has come
   * @param oldest    the earliest of those times; null: none waits
   */
  public record Lot(WorkspaceId workspace, IntegrationId integration, long unplanned, long waiting, @Nullable Instant oldest) {}

  /** Integrations of all workspaces of one database with something to do. */
  public List<Lot> lots(DSLContext dsl, Instant now) {
    return store.lots(dsl, now);
  }

  /** New credentials for which a time is to be set; locked, without those that another replica is at. */
  public List<CredentialRow> unplanned(Tx tx, IntegrationId integration, int most) {
    return store.unplanned(tx, integration, most);
  }

  /** Credentials whose time has come, the earliest first; locked, without those that another replica is at. */
  public List<CredentialRow> due(Tx tx, IntegrationId integration, Instant now, int most) {
    return store.due(tx, integration, now, most);
  }

  /** Sets the time of a credential that still has this generation; a new generation has none again. */
  public void renewAt(Tx tx, ConnectionId connection, long generation, Instant at) {
    store.renewAt(tx, connection, generation, at);
  }
}
