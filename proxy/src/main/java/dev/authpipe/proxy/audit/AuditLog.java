package dev.authpipe.proxy.audit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.wire.AuditEventId;
import dev.authpipe.wire.WorkspaceId;

/**
 * The append-only log of each workspace in each store, a Merkle tree in the form of RFC 6962 (docs/audit-format.md). An event exists exactly
 * when the change of its transaction does (S40). Must never be written outside a transaction, changed or deleted. Thread-safe.
 */
@Singleton
public final class AuditLog {
  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final Randomness randomness;
  private final List<AuditObserver> observers;

  /** A log that nobody observes. */
  public AuditLog(VaultDatabase vault, ClientSecretsDatabase clientSecrets, Randomness randomness) {
    this(vault, clientSecrets, randomness, List.of());
  }

  @Inject
  AuditLog(VaultDatabase vault, ClientSecretsDatabase clientSecrets, Randomness randomness, List<AuditObserver> observers) {
    this.observers = List.copyOf(observers);
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.randomness = randomness;
  }

  /**
   * Records an entry in the log of the transaction's workspace and store. It is written at the end of the transaction, when the head is
   * locked as the last of all locks; entries keep their order.
   */
  public void append(Tx tx, AuditEntry entry) {
    observers.forEach(observer -> observer.recorded(tx, entry)); // first, so that what they write comes before the lock of the head
    Owed owed = tx.attachment(Owed.class, _ -> new Owed());
    if (owed.entries.isEmpty()) {
      tx.beforeCommit(() -> write(tx, owed));
    }
    owed.entries.add(entry);
  }

  /**
   * Lists events of a workspace, newest first; events whose bodies retention deleted are left out.
   *
   * @throws IllegalArgumentException if the cursor is not one of ours
   */
  public AuditPage events(WorkspaceId workspace, AuditQuery query) {
    String cursor = query.cursor();
    long below = cursor == null ? Long.MAX_VALUE : position(cursor);
    Database store = switch (query.log()) {
      case VAULT -> vault;
      case CLIENT_SECRETS -> clientSecrets;
    };
    List<AuditPage.Event> found = store.inWorkspace(workspace, tx -> AuditStore.newestFirst(tx, query, below, query.limit() + 1));
    if (found.size() <= query.limit()) {
      return new AuditPage(found, null);
    }
    List<AuditPage.Event> page = found.subList(0, query.limit());
    return new AuditPage(page, cursor(page.getLast().seq()));
  }

  private void write(Tx tx, Owed owed) {
    write(tx, owed.entries, randomness);
    owed.entries.clear();
  }

  /** Locks the head and appends. */
  static void write(Tx tx, List<AuditEntry> entries, Randomness randomness) {
    AuditStore.Head head = AuditStore.lockHead(tx);
    MerkleTree tree = head.tree();
    List<AuditStore.Row> rows = new ArrayList<>(entries.size());
    for (AuditEntry entry : entries) {
      UUID id = randomness.uuidV7();
      CanonicalEvent.Place place = new CanonicalEvent.Place(tx.store(), tx.workspace(), head.epoch(), tree.size(),
          new AuditEventId(id), head.time());
      AuditStore.Hashed hashed = new AuditStore.Hashed(CanonicalEvent.bytes(place, entry));
      rows.add(new AuditStore.Row(tree.size(), id, head.time(), entry.type().word(), entry.object().id(), hashed));
      tree.append(hashed.leaf());
    }
    AuditStore.write(tx, rows, tree);
  }

  private static String cursor(long seq) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(("before:" + seq).getBytes(StandardCharsets.US_ASCII));
  }

  private static long position(String cursor) {
    String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
    if (!text.matches("before:\\d{1,18}")) {
      throw new IllegalArgumentException("not a cursor of this list");
    }
    return Long.parseLong(text.substring("before:".length()));
  }

  /** Entries of one transaction that are not written yet. */
  private static final class Owed {
    private final List<AuditEntry> entries = new ArrayList<>();
  }
}
