package dev.authpipe.proxy.link;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

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
import dev.authpipe.proxy.backup.ErasureLedger;
import dev.authpipe.proxy.backup.LedgerEntry;
import dev.authpipe.proxy.caller.ApiKeys;
import dev.authpipe.proxy.catalog.DeletedWorkspaces;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.retire.DisconnectOutcome;
import dev.authpipe.proxy.retire.Retirement;
import dev.authpipe.proxy.vault.ConnectionFilter;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.wire.Command;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Deletes workspaces, in steps that may be repeated after a cut at any point (docs/link-format.md): no caller from the first one on, then
 * providers are told, then everything goes, keysets last. Must never delete a row of another workspace, nor of the audit log.
 */
@Singleton
final class WorkspaceDeletions {
  private static final Logger LOG = LoggerFactory.getLogger(WorkspaceDeletions.class);
  private static final AuditActor ACTOR = AuditActor.system("link");
  private static final int PAGE = 100;
  private static final int MOST_PAGES = 10;

  private final DeletedWorkspaces deleted;
  private final ApiKeys apiKeys;
  private final Connections connections;
  private final Retirement retirement;
  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final List<TenantRows> rows;
  private final ErasureLedger ledger;
  private final AuditLog audit;

  WorkspaceDeletions(DeletedWorkspaces deleted, ApiKeys apiKeys, Connections connections, Retirement retirement,
      VaultDatabase vault, ClientSecretsDatabase clientSecrets, List<TenantRows> rows, ErasureLedger ledger,
      AuditLog audit) {
    this.deleted = deleted;
    this.apiKeys = apiKeys;
    this.connections = connections;
    this.retirement = retirement;
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.rows = rows.stream().sorted(Comparator.comparingInt(TenantRows::rank)).toList();
    this.ledger = ledger;
    this.audit = audit;
  }

  /** Begins with the transaction's workspace: when it commits, nobody may call any more; false when it began before. */
  boolean begin(Tx tx, CommandId command, int reach) {
    boolean begun = deleted.begin(tx, command, reach);
    if (begun) {
      ledger.record(tx, command.value(), LedgerEntry.Kind.WORKSPACE, command.value());
      audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_DELETION_STARTED, ACTOR, AuditObject.workspace(tx.workspace()))
          .detail(AuditDetail.CONNECTIONS, reach).build());
      apiKeys.revokeAll(tx, ACTOR);
    }
    return begun;
  }

  /** Begins the deletion of a workspace again that a vault which came back from a copy has brought back (S53). */
  void again(LedgerEntry entry) {
    vault.run(entry.workspace(), tx -> {
      if (ledger.lacks(tx, entry)) {
        ledger.restore(tx, entry);
        if (deleted.begin(tx, new CommandId(entry.subject()), 0)) {
          audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_DELETION_STARTED, ACTOR, AuditObject.workspace(tx.workspace()))
              .detail(AuditDetail.CONNECTIONS, 0).build());
          apiKeys.revokeAll(tx, ACTOR);
        }
      }
    });
  }

  /**
   * Brings every deletion as far as it goes now; replicas may do so side by side.
   *
   * @param stopping looked at before each provider is asked
   */
  void run(BooleanSupplier stopping) {
    for (WorkspaceId workspace : deleted.recent()) {
      try {
        advance(workspace, stopping);
      } catch (StoreUnavailableException silent) {
        LOG.warn("the deletion of {} goes on later: its database does not answer", workspace);
      } catch (IntegrityException changed) {
        LOG.error("a row says that {} is to be deleted, and nobody asked for that; it is not believed", workspace);
      }
    }
  }

  private void advance(WorkspaceId workspace, BooleanSupplier stopping) {
    DeletedWorkspaces.Deletion deletion = vault.inWorkspace(workspace, deleted::lock).orElseThrow();
    if (deletion.completed()) { // a replica may have been registering it just then
      erase(clientSecrets, workspace);
      erase(vault, workspace);
      return;
    }
    ledger.copy(workspace, deletion.command().value());
    boolean told = disconnected(workspace, stopping) && retirement.backlog(workspace) == 0;
    if (told || deletion.overdue()) {
      clientSecrets.run(workspace, tx -> {
        if (erase(tx) > 0) {
          audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_DELETED, ACTOR, AuditObject.workspace(workspace)).build());
        }
      });
      vault.run(workspace, this::finish);
    }
  }

  /** Whether no connection is left. All are blocked before any provider is asked, a thousand at a time. */
  private boolean disconnected(WorkspaceId workspace, BooleanSupplier stopping) {
    for (int page = 0; page < MOST_PAGES; page++) {
      List<ConnectionListing> live = some(workspace, ConnectionStatus.ACTIVE);
      if (live.isEmpty()) {
        return purged(workspace, stopping);
      }
      live.forEach(one -> retirement.block(workspace, one.connection().id(), true, ACTOR));
    }
    return false;
  }

  private boolean purged(WorkspaceId workspace, BooleanSupplier stopping) {
    for (int page = 0; page < MOST_PAGES; page++) {
      List<ConnectionListing> found = some(workspace, null);
      int purged = 0;
      for (ConnectionListing one : found) {
        if (stopping.getAsBoolean()) {
          return false;
        }
        purged += switch (retirement.disconnect(workspace, one.connection().id(), true, ACTOR, null)) {
          case DisconnectOutcome.Disconnected(var _, boolean gone) -> gone ? 1 : 0;
          case DisconnectOutcome.UnknownConnection() -> 1;
        };
      }
      if (purged == 0) {
        return found.isEmpty(); // else there is no key to take their tokens with: later
      }
    }
    return false;
  }

  private List<ConnectionListing> some(WorkspaceId workspace, @Nullable ConnectionStatus status) {
    ConnectionFilter filter = new ConnectionFilter(null, Set.of(), null, status);
    return vault.inWorkspace(workspace, tx -> connections.list(tx, filter, null, PAGE));
  }

  private void finish(Tx tx) {
    DeletedWorkspaces.Deletion deletion = deleted.lock(tx).orElseThrow();
    if (deletion.completed()) {
      return;
    }
    int pending = retirement.backlog(tx);
    int erased = erase(tx);
    deleted.completed(tx);
    LOG.info("the workspace {} was deleted: {} rows", tx.workspace(), erased);
    audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_DELETED, ACTOR, AuditObject.workspace(tx.workspace()))
        .detail(AuditDetail.CONNECTIONS, deletion.connections()).detail(AuditDetail.PENDING, pending).build());
    audit.append(tx, Commands.entry(AuditType.CONTROL_COMMAND_DONE, ACTOR, deletion.command(),
        Commands.word(Command.Kind.DELETE_WORKSPACE), null, deletion.connections()));
  }

  /** In every database of the store: also where only a copy of a move that was cut off is left. */
  void erase(Database store, WorkspaceId workspace) {
    int late = store.inReachable(place -> store.at(place, workspace, this::erase)).stream().mapToInt(Integer::intValue).sum();
    if (late > 0) {
      LOG.warn("{} rows of the deleted workspace {} turned up later and were deleted", late, workspace);
    }
  }

  /** Every row of the transaction's workspace in its store; answers how many. */
  int erase(Tx tx) {
    return rows.stream().filter(some -> some.store().equals(tx.store())).mapToInt(some -> some.erase(tx)).sum();
  }
}
