package dev.authpipe.proxy.backup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.wire.ErasureId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Erases again what a vault that came back from a copy has brought back (S53). Must be done before anybody is served, and never takes an erasure
 * for done that is not. Thread-safe.
 */
@Singleton
public final class LedgerReplays {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerReplays.class);
  /** How long one comparison goes on with what it began: a provider that is down must not hold up a start. */
  private static final Duration LONGEST = Duration.ofSeconds(20);
  /** How long comparisons by the newest entries follow one that counted all. */
  private static final Duration WHOLE = Duration.ofHours(1);

  private final ErasureLedger ledger;
  private final List<LedgerReplay> kinds;
  private final VaultDatabase vault;
  private final AuditLog audit;
  private final Ticker ticker;
  private final Set<WorkspaceId> behind = ConcurrentHashMap.newKeySet();
  private final Set<UUID> told = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Long countedAt;

  LedgerReplays(ErasureLedger ledger, List<LedgerReplay> kinds, VaultDatabase vault, AuditLog audit, Ticker ticker) {
    this.ledger = ledger;
    this.kinds = List.copyOf(kinds);
    this.vault = vault;
    this.audit = audit;
    this.ticker = ticker;
  }

  /** Whether nothing that was erased is known to be back. */
  public boolean caughtUp() {
    return behind.isEmpty();
  }

  /**
   * Before anybody is served.
   *
   * @throws LedgerBehindException if the vault lacks an erasure that could not be carried out again
   */
  public void first() {
    catchUp();
    if (!caughtUp()) {
      throw new LedgerBehindException("the vault is older than its ledger of erasures, and " + behind.size()
          + " workspaces could not be brought up to it: see the log");
    }
  }

  /** Compares the ledgers and carries out again what the vault lacks; answers how many erasures that were. */
  public int catchUp() {
    List<LedgerEntry> replayed = new ArrayList<>();
    ErasureLedger.Comparison comparison = ledger.comparison();
    Set<WorkspaceId> differing = differing(comparison);
    behind.retainAll(differing);
    for (WorkspaceId workspace : differing) {
      try {
        kinds.forEach(kind -> kind.eraseReturned(workspace)); // before the ledger there says that it is erased
        replayed.addAll(catchUp(comparison, workspace));
      } catch (StoreUnavailableException silent) {
        if (vault.cells().stream().allMatch(vault::answers)) {
          behind.add(workspace);
        }
        LOG.warn("the ledger of erasures of {} is compared later: its database does not answer", workspace);
      } catch (RuntimeException failure) {
        behind.add(workspace);
        LOG.error("the erasures of {} could not be carried out again", workspace, failure);
      }
    }
    long until = ticker.read() + LONGEST.toNanos();
    replayed.stream().takeWhile(_ -> ticker.read() - until < 0).forEach(this::goOn);
    return replayed.size();
  }

  /** At first, and once in a while, by all entries and with what came back in the second place alone; else by the newest. */
  private Set<WorkspaceId> differing(ErasureLedger.Comparison comparison) {
    long now = ticker.read();
    Long before = countedAt;
    boolean whole = before == null || now - before >= WHOLE.toNanos();
    Set<WorkspaceId> differing = comparison.differing(whole);
    if (whole) {
      kinds.forEach(kind -> differing.addAll(kind.returned()));
      countedAt = now;
    } else {
      differing.addAll(behind); // what was not the same once is compared until it is
    }
    return differing;
  }

  /** Nothing of it can be used any more: what goes wrong now is for the job to try again. */
  private void goOn(LedgerEntry entry) {
    try {
      of(entry.kind()).goOn(entry);
    } catch (RuntimeException failure) {
      LOG.warn("an erasure that was begun again is left to the job: {}", failure.getClass().getName());
    }
  }

  private LedgerReplay of(LedgerEntry.Kind kind) {
    return kinds.stream().filter(one -> one.kind() == kind).findFirst()
        .orElseThrow(() -> new IllegalStateException("nobody erases a " + kind));
  }

  private List<LedgerEntry> catchUp(ErasureLedger.Comparison comparison, WorkspaceId workspace) {
    ErasureLedger.Missing missing = comparison.compare(workspace);
    if (!missing.entries().isEmpty() || !missing.refused().isEmpty()) {
      behind.add(workspace);
    }
    if (!missing.entries().isEmpty()) {
      LOG.warn("the vault lacks {} erasures of {}: it came back from a copy", missing.entries().size(), workspace);
    }
    for (LedgerEntry entry : missing.entries()) {
      of(entry.kind()).replay(entry);
    }
    missing.refused().forEach(erasure -> tell(workspace, erasure));
    if (missing.refused().isEmpty()) {
      behind.remove(workspace);
    }
    return missing.entries();
  }

  /** Once as an event, each time in the log. */
  private void tell(WorkspaceId workspace, UUID erasure) {
    LOG.error("an entry of the ledger of erasures of {} is not what was written", workspace);
    if (told.add(erasure)) {
      vault.run(workspace,
          tx -> audit.append(tx,
              AuditEntry
                  .of(AuditType.ERASURE_LEDGER_REFUSED, AuditActor.system("backup"), AuditObject.erasure(new ErasureId(erasure)))
                  .outcome(AuditOutcome.REFUSED).reason("mac_mismatch").build()));
    }
  }
}
