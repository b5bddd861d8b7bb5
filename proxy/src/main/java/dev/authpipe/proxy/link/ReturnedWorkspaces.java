package dev.authpipe.proxy.link;

import java.util.HashSet;
import java.util.Set;

import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.backup.ErasureLedger;
import dev.authpipe.proxy.catalog.DeletedWorkspaces;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeysetHistory;
import dev.authpipe.wire.WorkspaceId;

/**
 * Sealed client secrets and keysets of deleted workspaces that an old copy of the client-secrets store brought back, while the vault knows that they
 * are deleted (S55). Must never delete anything of a workspace whose deletion the vault does not say is completed, under its MAC: until then a client
 * secret is needed to tell providers.
 */
@Singleton
final class ReturnedWorkspaces {
  private static final Logger LOG = LoggerFactory.getLogger(ReturnedWorkspaces.class);

  private final DeletedWorkspaces deleted;
  private final WorkspaceDeletions deletions;
  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final ErasureLedger ledger;
  private final KeysetHistory keysets;
  private final AuditLog audit;

  ReturnedWorkspaces(DeletedWorkspaces deleted, WorkspaceDeletions deletions, VaultDatabase vault,
      ClientSecretsDatabase clientSecrets, ErasureLedger ledger, KeysetHistory keysets, AuditLog audit) {
    this.deleted = deleted;
    this.deletions = deletions;
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.ledger = ledger;
    this.keysets = keysets;
    this.audit = audit;
  }

  /** Those that are deleted or being deleted and have a keyset there. */
  Set<WorkspaceId> all() {
    Set<WorkspaceId> all = new HashSet<>(ledger.deletedWorkspaces());
    if (!all.isEmpty()) {
      all.retainAll(keysets.inClientSecrets(clientSecrets));
    }
    return all;
  }

  /** Deletes what is there of a workspace whose deletion is completed; of another one nothing. */
  void erase(WorkspaceId workspace) {
    if (!isDeleted(workspace)) {
      return;
    }
    clientSecrets.run(workspace, tx -> {
      int rows = deletions.erase(tx);
      if (rows > 0) {
        LOG.warn(
            "the client-secrets store came back from a copy with {} rows of the deleted workspace {}; they are deleted again",
            rows, workspace);
        audit.append(tx, AuditEntry
            .of(AuditType.WORKSPACE_DELETED_AGAIN, AuditActor.system("link"), AuditObject.workspace(workspace))
            .detail(AuditDetail.ROWS, rows).build());
      }
    });
    deletions.erase(clientSecrets, workspace);
  }

  private boolean isDeleted(WorkspaceId workspace) {
    try {
      return vault.inWorkspace(workspace, deleted::find).filter(DeletedWorkspaces.Deletion::completed).isPresent();
    } catch (IntegrityException changed) {
      LOG.error("a row says that {} is deleted, and nobody asked for that; it is not believed", workspace);
      return false;
    }
  }
}
