package dev.authpipe.proxy.envelope;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.WorkspaceId;

/**
 * What is known of keysets beside their bytes: since when, by whose wish, how much they sealed, and in which rotation of their KEK they were
 * wrapped last. Asks no KEK; all times are the database's. What it says decides nothing but when a keyset that nothing names may go.
 */
@Singleton
public final class KeysetHistory {
  /** A rotation of a KEK that was cut off longer ago than this begins anew: the key may have another version since. */
  private static final Duration KEK_ROTATION_LIFE = Duration.ofDays(1);

  private final VaultDatabase vault;
  private final Randomness randomness;

  KeysetHistory(VaultDatabase vault, Randomness randomness) {
    this.vault = vault;
    this.randomness = randomness;
  }

  /** The usable keysets of the transaction's workspace, oldest first. */
  public List<KeysetView> all(Tx tx) {
    return KeysetHistoryStore.all(tx);
  }

  /** Notes who asked for the rotation that a keyset of the vault came with. */
  public void asked(Tx tx, int version, String by) {
    KeysetHistoryStore.asked(tx, version, by);
  }

  /** Something that names a decrypt-only keyset was found. */
  public void used(Tx tx) {
    KeysetHistoryStore.used(tx);
  }

  /** Nothing was found now; whether that has been so for as long as any process may still have in memory what named it. */
  public boolean isUnused(Tx tx) {
    return KeysetHistoryStore.unused(tx, KeysetView.UNUSED);
  }

  /** Notes that somebody is about to count. */
  public void tried(Tx tx) {
    KeysetHistoryStore.tried(tx);
  }

  /** Notes how many sealed records name which keyset. */
  public void counted(Tx tx, Map<Integer, Long> records) {
    records.forEach((version, count) -> KeysetHistoryStore.counted(tx, version, count));
  }

  /** The keysets of a store by state, over all workspaces of the database that the transaction is in: one of {@link Database#STORE}. */
  public List<KeysetTotals> totals(Tx tx) {
    return KeysetHistoryStore.totals(tx);
  }

  /** Workspaces with a rotation under way; without the cells that do not answer. */
  public List<WorkspaceId> rotating() {
    return vault.listReachable(KeysetHistoryStore::rotating);
  }

  /** Workspaces whose keyset has sealed for so long, less up to a tenth that is each workspace's own; without those under rotation. */
  public List<WorkspaceId> aged(Duration age) {
    return vault.listReachable(dsl -> KeysetHistoryStore.aged(dsl, age));
  }

  /** Workspaces whose sealed records nobody has counted for so long. */
  public List<WorkspaceId> uncounted(Duration age) {
    return vault.listReachable(dsl -> KeysetHistoryStore.uncounted(dsl, age));
  }

  /**
   * Whose usable keysets a KEK wraps, in all databases of a store: one element for each keyset.
   *
   * @param exceptIn leaves out what was wrapped anew in this rotation; null: nothing
   */
  public List<WorkspaceId> under(Database store, String kekName, @Nullable UUID exceptIn) {
    return store.inEvery(place -> store.at(place, Database.STORE, tx -> KeysetHistoryStore.under(tx, kekName, exceptIn))).stream()
        .flatMap(List::stream).toList();
  }

  /** Workspaces of which the databases of the client-secrets store have any keyset, usable or not; without the cells that do not answer. */
  public Set<WorkspaceId> inClientSecrets(ClientSecretsDatabase store) {
    return store.inReachable(place -> store.at(place, Database.STORE, KeysetHistoryStore::present)).stream().flatMap(Set::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Begins to wrap anew what is under a KEK, or goes on with what was cut off. */
  public KekRotationRun begin(String kekName) {
    UUID rotation = randomness.uuidV4();
    return vault.lookUp(dsl -> KeysetHistoryStore.begin(dsl, kekName, rotation, KEK_ROTATION_LIFE));
  }

  /** Notes its end. */
  public void complete(String kekName, KekRotationRun run) {
    vault.lookUp(dsl -> {
      KeysetHistoryStore.complete(dsl, kekName, run.id());
      return Boolean.TRUE;
    });
  }

  /** The last one of a KEK. */
  public Optional<KekRotationRun> run(String kekName) {
    return vault.lookUp(dsl -> KeysetHistoryStore.run(dsl, kekName));
  }

  /** Which keysets of the transaction's workspace were wrapped anew in a rotation. */
  public Set<Integer> renewed(Tx tx, KekRotationRun run) {
    return Set.copyOf(KeysetHistoryStore.renewed(tx, run.id()));
  }

  /** Notes that one was. */
  public void renewed(Tx tx, int version, KekRotationRun run) {
    KeysetHistoryStore.renewed(tx, version, run.id());
  }
}
