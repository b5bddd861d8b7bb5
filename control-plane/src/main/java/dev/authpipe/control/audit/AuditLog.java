package dev.authpipe.control.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.wire.AuditEventId;
import dev.authpipe.wire.WorkspaceId;

/**
 * The append-only log of each workspace and of the plane itself, a Merkle tree in the form of RFC 6962 (docs/audit-format.md). An event
 * exists exactly when the change of its transaction does (S40). Must never be written outside a transaction, changed or deleted.
 * Thread-safe.
 */
@Singleton
public final class AuditLog {
  private static final Comparator<WorkspaceId> LOCK_ORDER = Comparator.comparing(WorkspaceId::value);

  private final Database database;
  private final Randomness randomness;

  /** A log in a database. */
  public AuditLog(Database database, Randomness randomness) {
    this.database = database;
    this.randomness = randomness;
  }

  /**
   * Records an entry in the log of the workspace to which the transaction is bound now. It is written at the end of the transaction, when
   * the heads are locked as the last of all locks, in the order of workspaces; entries keep their order.
   */
  public void append(Tx tx, AuditEntry entry) {
    Owed owed = tx.attachment(Owed.class, _ -> new Owed());
    if (owed.entries.isEmpty()) {
      tx.beforeCommit(() -> owed.write(tx));
    }
    owed.entries.computeIfAbsent(tx.workspace(), _ -> new ArrayList<>()).add(entry);
  }

  /** Lists events of a workspace, newest first; events whose bodies retention deleted are left out. */
  public AuditPage events(WorkspaceId workspace, AuditQuery query) {
    Long below = query.below();
    List<AuditPage.Event> found = database.inWorkspace(workspace,
        tx -> AuditStore.newestFirst(tx, query, below == null ? Long.MAX_VALUE : below, query.limit() + 1));
    if (found.size() <= query.limit()) {
      return new AuditPage(found, null);
    }
    List<AuditPage.Event> page = found.subList(0, query.limit());
    return new AuditPage(page, page.getLast().seq());
  }

  private void write(Tx tx, List<AuditEntry> entries) {
    AuditStore.Head head = AuditStore.lockHead(tx);
    MerkleTree tree = head.tree();
    List<AuditStore.Row> rows = new ArrayList<>(entries.size());
    for (AuditEntry entry : entries) {
      UUID id = randomness.uuidV7();
      CanonicalEvent.Place place = new CanonicalEvent.Place(tx.workspace(), head.epoch(), tree.size(), new AuditEventId(id),
          head.time());
      AuditStore.Hashed hashed = new AuditStore.Hashed(CanonicalEvent.bytes(place, entry));
      rows.add(new AuditStore.Row(tree.size(), id, head.time(), entry.type().word(), entry.object().id(), hashed));
      tree.append(hashed.leaf());
    }
    AuditStore.write(tx, rows, tree);
  }

  /** Entries of one transaction that are not written yet, by workspace. */
  private final class Owed {
    private final Map<WorkspaceId, List<AuditEntry>> entries = new TreeMap<>(LOCK_ORDER);

    private void write(Tx tx) {
      entries.forEach((workspace, owed) -> tx.within(workspace, bound -> {
        AuditLog.this.write(bound, owed);
        return Boolean.TRUE;
      }));
      entries.clear();
    }
  }
}
