package dev.authpipe.proxy.retire;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.journal.Journal;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.Lease;
import dev.authpipe.proxy.vault.Leases;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Ends connections: blocks their use at once, moves their tokens into sealed revocations, and has the provider confirm (S50). Must never leave a
 * token alive silently: what is not confirmed is owed and visible. Everything here may be repeated.
 */
@Singleton
public final class Retirement {
  private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);
  private static final Duration MOMENT = Duration.ofSeconds(5);
  private static final Duration LONGEST_RETENTION = Duration.ofDays(30);

  private final VaultDatabase database;
  private final Connections connections;
  private final CredentialVault vault;
  private final People people;
  private final Leases leases;
  private final Journal journal;
  private final Configuration configuration;
  private final RevocationStore store;
  private final Revocations revocations;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  Retirement(VaultDatabase database, Connections connections, CredentialVault vault, People people, Leases leases,
      Journal journal, Configuration configuration, RevocationStore store, Revocations revocations,
      AuditLog audit, Randomness randomness, Clock clock) {
    this.database = database;
    this.connections = connections;
    this.vault = vault;
    this.people = people;
    this.leases = leases;
    this.journal = journal;
    this.configuration = configuration;
    this.store = store;
    this.revocations = revocations;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /**
   * Disconnects. When this returns, nothing on this replica uses the credential any more, and the provider was asked once.
   *
   * @param purge     whether the shell goes too, as soon as the ciphertext has been moved; it always does where the retention is 0
   * @param requestId of the request that asked, for the audit log
   */
  public DisconnectOutcome disconnect(WorkspaceId workspace, ConnectionId connection, boolean purge, AuditActor actor,
      @Nullable String requestId) {
    boolean gone = purge || retention(workspace).isZero();
    Instant purgeAfter = clock.instant().plus(gone ? Duration.ZERO : retention(workspace));
    boolean known = database.inWorkspace(workspace,
        tx -> block(tx, connection, purgeAfter, gone, RevocationReason.DISCONNECT, null, actor, requestId));
    if (!known) {
      return new DisconnectOutcome.UnknownConnection();
    }
    advance(workspace, connection);
    RevocationState state = state(workspace, connection);
    boolean purged = gone && purge(workspace, connection, actor);
    return new DisconnectOutcome.Disconnected(state, purged);
  }

  /**
   * Blocks a connection as {@link #disconnect} does, asking no provider yet: of many that end together all are blocked first, so that none of
   * them counts as one that shares a grant and stays.
   */
  public void block(WorkspaceId workspace, ConnectionId connection, boolean purge, AuditActor actor) {
    Instant purgeAfter = purge ? clock.instant() : clock.instant().plus(retention(workspace));
    database.run(workspace, tx -> block(tx, connection, purgeAfter, purge, RevocationReason.DISCONNECT, null, actor, null));
  }

  /** As the other, in a transaction that blocks many. */
  public void block(Tx tx, ConnectionId connection, AuditActor actor) {
    Instant purgeAfter = clock.instant().plus(retention(tx.workspace()));
    boolean known = block(tx, connection, purgeAfter, false, RevocationReason.DISCONNECT, null, actor, null);
    LOG.debug("blocked {}: {}", connection, known);
  }

  /** Tries what a blocked connection owes and is due; how far that has come. */
  public RevocationState settle(WorkspaceId workspace, ConnectionId connection) {
    advance(workspace, connection);
    return state(workspace, connection);
  }

  /** How far the revocations of a disconnected connection have come: the least advanced of them. */
  public RevocationState state(WorkspaceId workspace, ConnectionId connection) {
    return database.inWorkspace(workspace, tx -> least(store.ofConnection(tx, connection)));
  }

  /** How many revocations of a workspace are owed to providers. */
  public int backlog(WorkspaceId workspace) {
    return database.inWorkspace(workspace, this::backlog);
  }

  /** As the other, in a transaction. */
  public int backlog(Tx tx) {
    return store.pending(tx);
  }

  /**
   * Takes the lease, marks the connection disconnected and owes its revocation. From its commit on a late answer is revoked, never stored.
   *
   * @return false when there is no such connection
   */
  boolean block(Tx tx, ConnectionId connection, Instant purgeAfter, boolean purge, RevocationReason reason,
      @Nullable UUID erasure,
      AuditActor actor, @Nullable String requestId) {
    Optional<Lease> lease = leases.seize(tx, connection, "retire", randomness.uuidV7(), MOMENT);
    ConnectionRow row = lease.isEmpty() ? null : connections.find(tx, connection).orElse(null);
    if (lease.isEmpty() || row == null) {
      return false;
    }
    if (row.status() == ConnectionStatus.ACTIVE) {
      if (erasure != null) {
        store.waitForOwed(tx, connection, erasure);
      }
      vault.disconnect(tx, connection, purgeAfter);
      store.add(tx, new Revocation(tx.workspace(), randomness.uuidV7(), connection, row.integration(), row.provider(),
          row.accountId(), erasure, reason, RevocationState.PENDING, false, 0, clock.instant()), null);
      audit.append(tx, AuditEntry.of(AuditType.CONNECTION_DISCONNECTED, actor, AuditObject.connection(connection))
          .requestId(requestId).detail(AuditDetail.INTEGRATION, row.integration()).detail(AuditDetail.PROVIDER, row.provider())
          .detail(AuditDetail.PURGE, purge).build());
    } else if (erasure != null) {
      store.waitFor(tx, connection, erasure);
    }
    leases.release(tx, lease.get());
    tx.afterCommit(() -> journal.ended(tx.workspace(), connection));
    return true;
  }

  /** Tries what a connection owes. */
  void advance(WorkspaceId workspace, ConnectionId connection) {
    List<Revocation> owed = database.inWorkspace(workspace, tx -> store.ofConnection(tx, connection));
    owed.stream().filter(one -> one.state() == RevocationState.PENDING).forEach(one -> {
      RevocationState state = revocations.advance(workspace, one.id());
      LOG.debug("revocation of {}: {}", connection, state);
    });
    boolean more = database.inWorkspace(workspace, tx -> store.ofConnection(tx, connection)).size() > owed.size();
    if (more) { // kept answers became revocations of their own
      advance(workspace, connection);
    }
  }

  /** Deletes the shell once its ciphertext is gone, and the person with the last of their connections. */
  boolean purge(WorkspaceId workspace, ConnectionId connection, AuditActor actor) {
    return database.inWorkspace(workspace, tx -> {
      ConnectionRow row = connections.find(tx, connection).orElse(null);
      if (row == null || row.status() == ConnectionStatus.ACTIVE || isUntaken(tx, connection)) {
        return row == null;
      }
      if (connections.byEndUser(tx, row.endUserId()).size() == 1) {
        people.erase(tx, row.endUserId()); // with the last connection, and with the account if nobody else uses it
      }
      vault.purge(tx, connection);
      audit.append(tx, AuditEntry.of(AuditType.CONNECTION_PURGED, actor, AuditObject.connection(connection))
          .detail(AuditDetail.INTEGRATION, row.integration()).detail(AuditDetail.PROVIDER, row.provider()).build());
      return true;
    });
  }

  boolean isUntaken(Tx tx, ConnectionId connection) {
    return store.ofConnection(tx, connection).stream().anyMatch(one -> one.state() == RevocationState.PENDING && !one.taken());
  }

  static RevocationState least(List<Revocation> all) {
    RevocationState least = RevocationState.CONFIRMED;
    for (Revocation one : all) {
      if (weight(one.state()) > weight(least)) {
        least = one.state();
      }
    }
    return all.isEmpty() ? RevocationState.NOT_SUPPORTED : least;
  }

  private static int weight(RevocationState state) {
    return switch (state) {
      case PENDING -> 4;
      case GAVE_UP -> 3;
      case NOT_SENT -> 2;
      case NOT_SUPPORTED -> 1;
      case CONFIRMED -> 0;
    };
  }

  private Duration retention(WorkspaceId workspace) {
    return configuration.workspace(workspace).map(Workspace::retention).orElse(LONGEST_RETENTION);
  }
}
