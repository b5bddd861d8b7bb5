package dev.authpipe.proxy.backup;

import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.CanonicalRow;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.wire.WorkspaceId;

/**
 * Every erasure by random ids, in the vault, in the client-secrets store and beside the backups (docs/erasure-ledger.md), so that a vault that came back from a copy
 * is known to be old. Must never believe an entry whose MAC does not hold, nor forget one. Thread-safe.
 */
@Singleton
public final class ErasureLedger {
  private static final String KIND = "erasure_ledger";

  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final DeploymentKeys keys;
  private final Clock clock;
  private final @Nullable LedgerFile third;

  /**
   * What the vault lacks.
   *
   * @param entries to be carried out again, in their order
   * @param refused erasures whose entries are not as they were written
   */
  record Missing(List<LedgerEntry> entries, List<UUID> refused) {}

  /** Without a third place. */
  public ErasureLedger(VaultDatabase vault, ClientSecretsDatabase clientSecrets, DeploymentKeys keys, Clock clock) {
    this(vault, clientSecrets, keys, clock, (LedgerFile) null);
  }

  @Inject
  ErasureLedger(VaultDatabase vault, ClientSecretsDatabase clientSecrets, DeploymentKeys keys, Clock clock,
      BackupSettings backups) {
    this(vault, clientSecrets, keys, clock, file(backups));
  }

  ErasureLedger(VaultDatabase vault, ClientSecretsDatabase clientSecrets, DeploymentKeys keys, Clock clock,
      @Nullable LedgerFile third) {
    this.third = third;
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.keys = keys;
    this.clock = clock;
  }

  private static @Nullable LedgerFile file(BackupSettings backups) {
    Path directory = backups.directory();
    return directory == null ? null : new LedgerFile(directory, backups.deployment());
  }

  /** Writes an erasure into the vault's ledger, in the transaction that begins it. */
  public void record(Tx tx, UUID erasure, LedgerEntry.Kind kind, UUID subject) {
    LedgerEntry entry = new LedgerEntry(tx.workspace(), erasure, LedgerStore.next(tx), kind, subject,
        clock.instant().truncatedTo(ChronoUnit.MICROS));
    LedgerStore.add(tx, new LedgerStore.Row(entry, keys.authorityMac(KIND, canonical(entry))));
  }

  /** Whether an entry of the second place is missing here; nobody else writes into this ledger until the transaction ends. */
  public boolean lacks(Tx tx, LedgerEntry entry) {
    LedgerStore.lock(tx);
    return LedgerStore.find(tx, entry.erasure()).isEmpty();
  }

  /** Writes an entry of the second place into the vault's ledger, in the transaction that carries it out again. */
  public void restore(Tx tx, LedgerEntry entry) {
    LedgerStore.add(tx, new LedgerStore.Row(entry, keys.authorityMac(KIND, canonical(entry))));
  }

  /** The number of an erasure in the transaction's ledger; empty when it is not there. */
  public Optional<Long> number(Tx tx, UUID erasure) {
    return LedgerStore.find(tx, erasure).map(row -> row.entry().seq());
  }

  /**
   * Brings an erasure into the second place, and the third if there is one; an erasure may be reported done only after that.
   *
   * @throws dev.authpipe.proxy.db.StoreUnavailableException if one of the stores does not answer, or the file cannot be written
   */
  public void copy(WorkspaceId workspace, UUID erasure) {
    vault.inWorkspace(workspace, tx -> LedgerStore.find(tx, erasure)).ifPresent(row -> {
      clientSecrets.run(workspace, tx -> LedgerStore.add(tx, row));
      writeThird(List.of(row));
    });
  }

  private void writeThird(List<LedgerStore.Row> rows) {
    LedgerFile file = third;
    if (file != null) {
      file.add(rows);
    }
  }

  /** Begins to compare the places. */
  Comparison comparison() {
    return new Comparison();
  }

  /** Workspaces that were deleted or are being deleted, as the vault's ledgers say, believed or not; without those of cells that are away. */
  public Set<WorkspaceId> deletedWorkspaces() {
    return vault.inReachable(place -> vault.at(place, Database.STORE, LedgerStore::deletedWorkspaces)).stream()
        .flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
  }

  /** One comparison of all ledgers, which reads the file beside the backups once, when it is first needed. Not thread-safe. */
  final class Comparison {
    private @Nullable Map<WorkspaceId, Map<UUID, LedgerStore.Row>> read;

    private Comparison() {}

    private Map<UUID, LedgerStore.Row> beside(LedgerFile file, WorkspaceId workspace) {
      return all(file).getOrDefault(workspace, Map.of());
    }

    private Map<WorkspaceId, Map<UUID, LedgerStore.Row>> all(LedgerFile file) {
      Map<WorkspaceId, Map<UUID, LedgerStore.Row>> all = read;
      if (all == null) {
        all = file.all();
        read = all;
      }
      return all;
    }

    /**
     * Workspaces whose ledgers are not the same; the file beside the backups is looked at with every entry only.
     *
     * @param whole whether every entry is counted, or only the newest of each workspace are looked at, which costs the same however many there are
     */
    Set<WorkspaceId> differing(boolean whole) {
      Function<Tx, Map<WorkspaceId, LedgerStore.Head>> look = whole ? LedgerStore::counted : LedgerStore::newest;
      Map<WorkspaceId, LedgerStore.Head> there = heads(clientSecrets, look);
      Map<WorkspaceId, LedgerStore.Head> here = heads(vault, look);
      Set<WorkspaceId> all = new HashSet<>(there.keySet());
      all.addAll(here.keySet());
      Set<WorkspaceId> differing = all.stream().filter(one -> !Objects.equals(here.get(one), there.get(one)))
          .collect(Collectors.toCollection(HashSet::new));
      if (whole) {
        differing.addAll(differingFromThird(here));
      }
      return differing;
    }

    private Set<WorkspaceId> differingFromThird(Map<WorkspaceId, LedgerStore.Head> here) {
      LedgerFile file = third;
      if (file == null) {
        return Set.of();
      }
      Set<WorkspaceId> all = new HashSet<>(all(file).keySet());
      all.addAll(here.keySet());
      return all.stream().filter(one -> !rows(vault, one).keySet().equals(beside(file, one).keySet()))
          .collect(Collectors.toSet());
    }

    /** What a workspace's ledger lacks here; what the other places lack is written there, unless nobody of us wrote it. */
    Missing compare(WorkspaceId workspace) {
      Map<UUID, LedgerStore.Row> second = rows(clientSecrets, workspace);
      Map<UUID, LedgerStore.Row> there = new LinkedHashMap<>(second);
      Map<UUID, LedgerStore.Row> here = rows(vault, workspace);
      LedgerFile file = third;
      if (file != null) {
        Map<UUID, LedgerStore.Row> beside = beside(file, workspace);
        beside.forEach(there::putIfAbsent);
        file.addMissing(Stream.concat(here.values().stream(), second.values().stream())
            .filter(row -> !beside.containsKey(row.entry().erasure()) && holds(row)).toList());
      }
      List<LedgerStore.Row> lacking = Stream.concat(here.values().stream(), there.values().stream())
          .filter(row -> !second.containsKey(row.entry().erasure()) && holds(row)).toList();
      if (!lacking.isEmpty()) {
        clientSecrets.run(workspace, tx -> lacking.forEach(row -> LedgerStore.add(tx, row)));
      }
      List<UUID> refused = new ArrayList<>(
          here.values().stream().filter(row -> !holds(row)).map(row -> row.entry().erasure()).toList());
      List<LedgerEntry> entries = new ArrayList<>();
      for (LedgerStore.Row row : there.values()) {
        if (!here.containsKey(row.entry().erasure())) {
          if (holds(row)) {
            entries.add(row.entry());
          } else {
            refused.add(row.entry().erasure());
          }
        }
      }
      return new Missing(entries, refused);
    }
  }

  private boolean holds(LedgerStore.Row row) {
    return keys.authorityMacHolds(KIND, canonical(row.entry()), row.mac());
  }

  private static Map<UUID, LedgerStore.Row> rows(Database store, WorkspaceId workspace) {
    Map<UUID, LedgerStore.Row> rows = new LinkedHashMap<>();
    store.inWorkspace(workspace, LedgerStore::all).forEach(row -> rows.put(row.entry().erasure(), row));
    return rows;
  }

  /** Where a copy of a moved workspace is left somewhere, the longer one counts. */
  private static Map<WorkspaceId, LedgerStore.Head> heads(Database store, Function<Tx, Map<WorkspaceId, LedgerStore.Head>> look) {
    Map<WorkspaceId, LedgerStore.Head> heads = new HashMap<>();
    store.inReachable(place -> store.at(place, Database.STORE, look)).forEach(
        some -> some.forEach((one, head) -> heads.merge(one, head, (a, b) -> a.isShorterThan(b) ? b : a)));
    return heads;
  }

  private static byte[] canonical(LedgerEntry entry) {
    return new CanonicalRow().id(entry.workspace().value()).id(entry.erasure()).number(entry.seq()).text(entry.kind().word())
        .id(entry.subject()).time(entry.recordedAt()).bytes();
  }
}
