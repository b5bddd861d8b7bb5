package dev.authpipe.proxy.retire;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

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
import dev.authpipe.proxy.db.PersonRows;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ErasureId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Erases people (S52): every connection, credential, kept answer, session and mapping of one person, with revocation at the providers. Must never
 * touch anybody else's rows or access. Asking again while it is under way is the same erasure; asking for somebody unknown erases nothing.
 */
@Singleton
public final class Erasures {
  private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);
  private static final UUID NOBODY = new UUID(0, 0);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final int MOST_AT_ONCE = 16;
  private static final int MOST_ROUNDS = 5;

  private final VaultDatabase database;
  private final People people;
  private final Connections connections;
  private final CredentialVault vault;
  private final Retirement retirement;
  private final Revocations revocations;
  private final RevocationStore owed;
  private final ErasureStore store;
  private final ErasureViews views;
  private final ErasureLedger ledger;
  private final List<PersonRows> alongside;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;
  private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);

  Erasures(VaultDatabase database, People people, Connections connections, CredentialVault vault, Retirement retirement,
      Revocations revocations, RevocationStore owed, ErasureStore store, ErasureViews views, ErasureLedger ledger,
      List<PersonRows> alongside, AuditLog audit, Randomness randomness, Clock clock) {
    this.database = database;
    this.people = people;
    this.connections = connections;
    this.vault = vault;
    this.retirement = retirement;
    this.revocations = revocations;
    this.owed = owed;
    this.store = store;
    this.views = views;
    this.ledger = ledger;
    this.alongside = List.copyOf(alongside);
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /**
   * Erases a person. What is kept here is gone when this returns, unless the key is unavailable; providers get 10 s, the rest is done by a job.
   *
   * @param identifier the customer's name for the person
   */
  public ErasureView erase(WorkspaceId workspace, String identifier, ApiKeyId requestedBy, @Nullable String requestId) {
    AuditActor actor = AuditActor.apiKey(requestedBy);
    UUID id = database.inWorkspace(workspace, tx -> {
      UUID person = people.find(tx, identifier).map(EndUser::id).orElse(null);
      Optional<UUID> running = person == null ? Optional.empty() : store.pendingOf(tx, person);
      if (running.isPresent()) {
        return running.get();
      }
      UUID fresh = randomness.uuidV7();
      List<ErasureStore.Line> lines = person == null ? List.of() : block(tx, person, fresh, actor, requestId);
      store.add(tx, fresh, requestedBy.value(), person, lines);
      if (person != null) {
        ledger.record(tx, fresh, LedgerEntry.Kind.PERSON, person);
      }
      audit.append(tx,
          AuditEntry.of(AuditType.ERASURE_REQUESTED, actor, AuditObject.erasure(new ErasureId(fresh))).requestId(requestId)
              .detail(AuditDetail.END_USER, person).detail(AuditDetail.CONNECTIONS, lines.size()).build());
      return fresh;
    });
    settle(workspace, id);
    return view(workspace, new ErasureId(id)).orElseThrow();
  }

  /** What erasing the person would do. Changes nothing. */
  public ErasureView dryRun(WorkspaceId workspace, String identifier) {
    return database.inWorkspace(workspace, tx -> views.wouldErase(tx, identifier));
  }

  /** The receipt as it stands. */
  public Optional<ErasureView> view(WorkspaceId workspace, ErasureId id) {
    return database.inWorkspace(workspace, tx -> views.view(tx, id));
  }

  /** Begins to erase a person again whom a vault that came back from a copy has brought back (S53); asks no provider. */
  void again(LedgerEntry entry) {
    AuditActor actor = AuditActor.system("retire");
    database.run(entry.workspace(), tx -> {
      if (!ledger.lacks(tx, entry)) {
        return; // another replica was faster
      }
      ErasureId erasure = new ErasureId(entry.erasure());
      UUID person = people.find(tx, entry.subject()).map(EndUser::id).orElse(null);
      List<ErasureStore.Line> lines = person == null ? List.of() : block(tx, person, entry.erasure(), actor, null);
      store.add(tx, entry.erasure(), NOBODY, person, lines);
      ledger.restore(tx, entry);
      audit.append(tx, AuditEntry.of(AuditType.ERASURE_REPLAYED, actor, AuditObject.erasure(erasure))
          .detail(AuditDetail.END_USER, entry.subject()).detail(AuditDetail.CONNECTIONS, lines.size()).build());
    });
  }

  /** Brings an erasure as far as it goes now. Safe to repeat. */
  void settle(WorkspaceId workspace, UUID id) {
    boolean copied = copied(workspace, id);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<UUID> due = database.inWorkspace(workspace, tx -> owed.ofErasure(tx, id)).stream()
          .filter(one -> one.state() == RevocationState.PENDING).map(Revocation::id).toList();
      advance(workspace, due);
      boolean again = database.inWorkspace(workspace, tx -> finish(tx, id, copied));
      if (!again) {
        return;
      }
    }
  }

  /** Whether the ledger's second place has it, without which it is not done. */
  private boolean copied(WorkspaceId workspace, UUID id) {
    try {
      ledger.copy(workspace, id);
      return true;
    } catch (StoreUnavailableException _) {
      LOG.warn("an erasure is not done yet: the second place of its ledger does not answer");
      return false;
    }
  }

  /** Whether connections or kept answers turned up that are still to be taken. */
  private boolean finish(Tx tx, UUID id, boolean copied) {
    ErasureStore.Row row = store.lock(tx, id).orElse(null);
    if (row == null || row.completed()) {
      return false;
    }
    UUID person = row.endUser();
    AuditActor actor = AuditActor.system("retire");
    List<ErasureStore.Line> lines = new ArrayList<>(row.lines());
    if (person != null) {
      List<ConnectionRow> present = connections.byEndUser(tx, person);
      if (present.stream().anyMatch(one -> one.status() == ConnectionStatus.ACTIVE)) {
        block(tx, person, id, actor, null).stream().filter(line -> !lines.contains(line)).forEach(lines::add);
        store.lines(tx, id, lines);
        return true;
      }
      if (owed.ofErasure(tx, id).stream().anyMatch(one -> one.state() == RevocationState.PENDING && !one.taken())) {
        return false; // the key is unavailable: nothing can be opened, nor moved
      }
      people.erase(tx, person);
      present.forEach(one -> erase(tx, one, id, actor));
      store.erased(tx, id);
    }
    long pending = owed.ofErasure(tx, id).stream().filter(one -> one.state() == RevocationState.PENDING).count();
    if (pending == 0 && copied) {
      store.completed(tx, id);
      audit.append(tx, AuditEntry.of(AuditType.ERASURE_COMPLETED, actor, AuditObject.erasure(new ErasureId(id)))
          .detail(AuditDetail.CONNECTIONS, lines.size()).build());
    }
    return false;
  }

  private void erase(Tx tx, ConnectionRow row, UUID id, AuditActor actor) {
    vault.purge(tx, row.id());
    audit.append(tx, AuditEntry.of(AuditType.CONNECTION_ERASED, actor, AuditObject.connection(row.id()))
        .detail(AuditDetail.INTEGRATION, row.integration()).detail(AuditDetail.PROVIDER, row.provider())
        .detail(AuditDetail.ERASURE, new ErasureId(id)).build());
  }

  private List<ErasureStore.Line> block(Tx tx, UUID person, UUID erasure, AuditActor actor, @Nullable String requestId) {
    List<ErasureStore.Line> lines = new ArrayList<>();
    alongside.forEach(rows -> LOG.debug("alongside: {} rows", rows.erase(tx, person)));
    for (ConnectionRow row : connections.byEndUser(tx, person)) {
      lines.add(views.line(tx, row));
      boolean known = retirement.block(tx, row.id(), clock.instant(), true, RevocationReason.ERASURE, erasure, actor, requestId);
      LOG.debug("blocked {}: {}", row.id(), known);
    }
    return lines;
  }

  /** Tries revocations side by side, for a while; what is not done then is left to the job. */
  private void advance(WorkspaceId workspace, List<UUID> due) {
    CountDownLatch done = new CountDownLatch(due.size());
    for (UUID id : due) {
      Thread.ofVirtual().name("erasure").start(() -> {
        try {
          atOnce.acquire();
          try {
            RevocationState state = revocations.advance(workspace, id);
            LOG.debug("revocation: {}", state);
          } finally {
            atOnce.release();
          }
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
          LOG.warn("a revocation is left to the job: {}", failure.getClass().getName());
        } finally {
          done.countDown();
        }
      });
    }
    try {
      boolean all = done.await(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      LOG.debug("all revocations tried: {}", all);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
