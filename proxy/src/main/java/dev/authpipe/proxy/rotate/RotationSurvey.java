package dev.authpipe.proxy.rotate;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.KeysetHistory;
import dev.authpipe.proxy.envelope.KeysetView;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.journal.JournalClaim;
import dev.authpipe.proxy.journal.JournalClaims;
import dev.authpipe.proxy.rotate.RotationView.Phase;
import dev.authpipe.wire.WorkspaceId;

/** Finds out what names which keyset: sealed records in both stores, and rescue journals of replicas. Changes nothing but counts. */
@Singleton
final class RotationSurvey {
  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final Envelopes vaultEnvelopes;
  private final Envelopes clientEnvelopes;
  private final KeysetHistory history;
  private final JournalClaims journals;
  private final List<SealedRows> rows;

  private record Counted(Map<Integer, Long> records, long left, long ending) {
    static final Counted NOTHING = new Counted(Map.of(), 0, 0);
  }

  RotationSurvey(VaultDatabase vault, ClientSecretsDatabase clientSecrets, @Named("vault") Envelopes vaultEnvelopes,
      @Named("client_secrets") Envelopes clientEnvelopes, KeysetHistory history, JournalClaims journals, List<SealedRows> rows) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.vaultEnvelopes = vaultEnvelopes;
    this.clientEnvelopes = clientEnvelopes;
    this.history = history;
    this.journals = journals;
    this.rows = List.copyOf(rows);
  }

  List<RotationView> of(WorkspaceId workspace) {
    return List.of(of(vault, vaultEnvelopes, workspace), of(clientSecrets, clientEnvelopes, workspace));
  }

  /** Counts and remembers the counts, for metrics; what cannot be counted now is not tried again at once. */
  void count(WorkspaceId workspace) {
    vault.run(workspace, history::tried);
    note(vault, vaultEnvelopes, workspace);
    note(clientSecrets, clientEnvelopes, workspace);
  }

  private void note(Database store, Envelopes envelopes, WorkspaceId workspace) {
    List<KeysetView> keysets = store.inWorkspace(workspace, history::all);
    Map<Integer, Set<KeyId>> ids = ids(envelopes, workspace, keysets);
    if (ids != null) {
      store.run(workspace, tx -> history.counted(tx, counted(tx, keysets, ids).records));
    }
  }

  private RotationView of(Database store, Envelopes envelopes, WorkspaceId workspace) {
    List<KeysetView> keysets = store.inWorkspace(workspace, history::all);
    Map<Integer, Set<KeyId>> ids = ids(envelopes, workspace, keysets);
    Counted counted = ids == null ? Counted.NOTHING : store.inWorkspace(workspace, tx -> counted(tx, keysets, ids));
    List<String> held = store.name().equals(vault.name()) ? held(keysets, ids == null ? Map.of() : ids) : List.of();
    KeysetView active = keysets.stream().filter(KeysetView::active).findFirst().orElse(null);
    KeysetView next = keysets.stream().filter(KeysetView::opensOnly).findFirst().orElse(null);
    KeysetView before = keysets.stream().filter(KeysetView::decryptOnly).findFirst().orElse(null);
    KeysetView made = next == null ? active : next;
    Asker asker = (next != null || before != null) && made != null && made.rotation() != null
        && store.name().equals(vault.name()) ? Asker.of(made.askedBy()) : null;
    Phase phase = phase(active, next, before, counted, held, ids != null);
    Instant until = switch (phase) {
      case OPENING -> next == null ? null : next.ripeAt();
      case SETTLING -> active == null ? null : active.ripeAt();
      case UNUSED -> unused(before);
      case NONE, RESEALING, ENDING -> null;
    };
    return new RotationView(store.name(), phase, until, asker, keysets, counted.records, counted.left, counted.ending, held);
  }

  private static @Nullable Instant unused(@Nullable KeysetView before) {
    Instant since = before == null ? null : before.unusedSince();
    return since == null ? null : since.plus(KeysetView.UNUSED);
  }

  private static Phase phase(@Nullable KeysetView active, @Nullable KeysetView next, @Nullable KeysetView before, Counted counted,
      List<String> held, boolean known) {
    if (next != null) {
      return Phase.OPENING;
    }
    if (before == null) {
      return Phase.NONE;
    }
    Instant ripe = active == null ? null : active.ripeAt();
    if (active == null || ripe == null || active.now().isBefore(ripe)) {
      return Phase.SETTLING;
    }
    if (counted.left > 0 || !known) {
      return Phase.RESEALING;
    }
    return counted.ending > 0 || !held.isEmpty() ? Phase.ENDING : Phase.UNUSED;
  }

  /** Empty where there is one keyset, for which no KEK need be asked; null: the keys cannot be used now. */
  private static @Nullable Map<Integer, Set<KeyId>> ids(Envelopes envelopes, WorkspaceId workspace, List<KeysetView> keysets) {
    try {
      return keysets.size() < 2 ? Map.of() : envelopes.keyIds(workspace);
    } catch (KeyUnavailableException | IntegrityException unusable) {
      return null;
    }
  }

  private Counted counted(Tx tx, List<KeysetView> keysets, Map<Integer, Set<KeyId>> ids) {
    Map<KeyId, Integer> versions = new HashMap<>();
    ids.forEach((version, keys) -> keys.forEach(key -> versions.put(key, version)));
    int present = keysets.stream().filter(KeysetView::active).mapToInt(KeysetView::version).findFirst().orElse(0);
    Map<Integer, Long> records = new TreeMap<>();
    keysets.forEach(one -> records.put(one.version(), 0L));
    long left = 0;
    long ending = 0;
    for (SealedRows some : rows) {
      if (some.store().equals(tx.store())) {
        for (Map.Entry<KeyId, Long> one : some.counts(tx).entrySet()) {
          int version = versions.getOrDefault(one.getKey(), keysets.size() == 1 ? present : 0);
          records.computeIfPresent(version, (_, count) -> count + one.getValue());
          left += version < present && !some.endByThemselves() ? one.getValue() : 0;
          ending += version < present && some.endByThemselves() ? one.getValue() : 0;
        }
      }
    }
    return new Counted(records, left, ending);
  }

  /** Journals that keep a keyset of before from being destroyed. */
  private List<String> held(List<KeysetView> keysets, Map<Integer, Set<KeyId>> ids) {
    KeysetView active = keysets.stream().filter(KeysetView::active).findFirst().orElse(null);
    return active == null || keysets.stream().noneMatch(KeysetView::decryptOnly)
        ? List.of()
        : holders(active, ids).stream().map(UUID::toString).toList();
  }

  /** The journals that may name a keyset from before the one that seals. */
  List<UUID> holders(KeysetView active, Map<Integer, Set<KeyId>> ids) {
    Set<KeyId> before = ids.entrySet().stream().filter(one -> one.getKey() < active.version())
        .flatMap(one -> one.getValue().stream()).collect(Collectors.toSet());
    Instant since = active.since().plus(KeysetView.SEALING);
    return journals.all().stream().filter(one -> one.mayName(before, since)).map(JournalClaim::journal).toList();
  }
}
