package dev.authpipe.proxy.envelope;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

import com.github.benmanes.caffeine.cache.Ticker;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.WorkspaceId;

/**
 * Seals and opens the records of one store under their workspace's keyset (docs/crypto-format.md). Unwrapped keysets are kept as
 * {@link GuardedKeys} says: at most 60 s after the KMS answers a refusal, and 5 minutes when it cannot be reached, nothing more is opened.
 * Must never keep a plaintext. Thread-safe; only {@link #warmOpen} may be called on an event loop.
 */
public final class Envelopes implements AutoCloseable {
  private static final long HOLD_NANOS = 45_000_000_000L;

  private final String deployment;
  private final String purpose;
  private final KeysetStore store;
  private final WrappedKeysets wrappedKeysets;
  private final KeysetMacs macs;
  private final boolean bindsOlder;
  private final Ticker ticker;
  private final Randomness randomness;
  private final ConcurrentMap<WorkspaceId, GuardedKeys<WorkspaceKeyset>> keysets = new ConcurrentHashMap<>();
  private final List<KeyEvents> listeners = new CopyOnWriteArrayList<>();
  private final KeyKeeper keeper = new KeyKeeper(this::tend);

  Envelopes(EnvelopeSettings settings, String purpose, KeysetStore store, KekRegistry keks, DeploymentKeys deploymentKeys,
      Ticker ticker, Randomness randomness) {
    KnownAnswers.check();
    this.deployment = settings.deployment();
    this.purpose = purpose;
    this.store = store;
    this.wrappedKeysets = new WrappedKeysets(keks);
    this.macs = new KeysetMacs(deploymentKeys, purpose);
    this.bindsOlder = settings.bindsOlder();
    this.ticker = ticker;
    this.randomness = randomness;
  }

  /** Those of the vault store. */
  public static Envelopes ofVault(EnvelopeSettings settings, VaultDatabase database, KekRegistry keks,
      DeploymentKeys deploymentKeys, Ticker ticker, Randomness randomness) {
    return new Envelopes(settings, "vault-workspace", new VaultKeysetStore(database), keks, deploymentKeys, ticker, randomness);
  }

  /** Those of the client-secrets store. */
  public static Envelopes ofClientSecrets(EnvelopeSettings settings, ClientSecretsDatabase database, KekRegistry keks,
      DeploymentKeys deploymentKeys, Ticker ticker, Randomness randomness) {
    return new Envelopes(settings, "client-secrets-workspace", new ClientKeysetStore(database), keks, deploymentKeys, ticker,
        randomness);
  }

  /** Begins to prove active keysets in the background, until closed. */
  public Envelopes start() {
    keeper.start();
    return this;
  }

  /** Tells of refusals and recoveries from now on. */
  public void subscribe(KeyEvents listener) {
    listeners.add(listener);
  }

  /**
   * Seals for a place. The plaintext stays the caller's to close.
   *
   * @param plaintext at most 65536 bytes
   * @throws KeyUnavailableException if the workspace's key cannot be used now
   */
  public byte[] seal(RecordContext context, SecretBytes plaintext) {
    return SealedRecord.seal(keys(context.workspace()).use().sealing(), context.associatedData(deployment), plaintext);
  }

  /**
   * Opens what was sealed for exactly this place.
   *
   * @return the plaintext, for the caller to close
   * @throws IntegrityException      if it was changed, moved or is of an unknown format
   * @throws KeyUnavailableException if the workspace's key cannot be used now
   */
  public SecretBytes open(RecordContext context, byte[] sealed) {
    int keyId = SealedRecord.keyId(sealed);
    GuardedKeys<WorkspaceKeyset> keys = keys(context.workspace());
    Aead aead = keys.use().opening(keyId);
    if (aead == null) {
      aead = keys.reloaded().opening(keyId);
    }
    if (aead == null) {
      throw new IntegrityException("key id");
    }
    return SealedRecord.open(aead, context.associatedData(deployment), sealed);
  }

  /**
   * As {@link #open} where no KEK and no store need be asked, else null: for event loops.
   *
   * @throws IntegrityException if it was changed or moved
   */
  public @Nullable SecretBytes warmOpen(RecordContext context, byte[] sealed) {
    GuardedKeys<WorkspaceKeyset> guarded = keysets.get(context.workspace());
    WorkspaceKeyset keys = guarded == null ? null : guarded.warm();
    Aead aead = keys == null ? null : keys.opening(SealedRecord.keyId(sealed));
    return aead == null ? null : SealedRecord.open(aead, context.associatedData(deployment), sealed);
  }

  /**
   * Takes the workspace's key for sealing, so that an answer can be kept although the KEK stops answering meanwhile.
   *
   * @throws KeyUnavailableException if the workspace's key cannot be used now
   */
  public Sealer hold(WorkspaceId workspace) {
    Aead sealing = keys(workspace).use().sealing();
    long takenAt = ticker.read();
    return new Sealer(workspace, deployment, sealing, () -> ticker.read() - takenAt > HOLD_NANOS);
  }

  /**
   * Makes the workspace's keyset unless it has one; two replicas may do so at a time. Binds what an earlier version made under this KEK, if that
   * is allowed. Calls the KEK: never inside a transaction.
   *
   * @param kekName of which something that no store can forge says that the workspace is under it
   * @throws KekRefusedException if the KEK refuses or is not defined
   * @throws KekOutageException  if the KEK does not answer
   */
  public void ensureKeyset(WorkspaceId workspace, String kekName) {
    List<StoredKeyset> present = store.usable(workspace);
    if (bindsOlder) {
      present.stream().filter(one -> one.kekName().equals(kekName)).forEach(one -> bind(workspace, one));
    }
    if (present.stream().anyMatch(StoredKeyset::active)) {
      return;
    }
    boolean first = store.insertActive(workspace, generate(workspace, kekName, true));
    if (!first && store.usable(workspace).stream().noneMatch(StoredKeyset::active)) {
      throw new KeyUnavailableException(KeyUnavailableException.Reason.MISSING);
    }
  }

  /** Whether nothing says of a keyset that opens records that it is one of ours. */
  public boolean hasUnbound(WorkspaceId workspace) {
    return store.usable(workspace).stream().anyMatch(one -> one.mac() == null);
  }

  /**
   * Binds the keysets under this KEK that nothing binds: an operator says that they are an earlier version's. Must never follow from anything
   * that a store says.
   *
   * @return how many
   */
  public int bindOlder(WorkspaceId workspace, String kekName) {
    return (int) store.usable(workspace).stream().filter(one -> one.kekName().equals(kekName)).filter(one -> bind(workspace, one))
        .count();
  }

  private boolean bind(WorkspaceId workspace, StoredKeyset unbound) {
    return unbound.mac() == null && store.replace(workspace, unbound, macs.bind(workspace, unbound), tx -> {});
  }

  private StoredKeyset generate(WorkspaceId workspace, String kekName, boolean active) {
    int version = store.latestVersion(workspace) + 1;
    KeysetHandle keyset = wrappedKeysets.generate(WorkspaceKeyset.parameters(), WorkspaceKeyset.CONFIGURATION);
    byte[] wrapped = wrappedKeysets.wrap(keyset, WorkspaceKeyset.CONFIGURATION, kekName, context(workspace, version));
    return macs.bind(workspace, new StoredKeyset(version, kekName, wrapped, active));
  }

  /**
   * Makes the keyset that follows the workspace's present one, under the same KEK. Calls the KEK: never inside a transaction.
   *
   * @throws KeyUnavailableException if the workspace's key cannot be used now
   * @throws KekRefusedException     if the KEK refuses
   * @throws KekOutageException      if the KEK does not answer
   */
  public PreparedKeyset prepareNext(WorkspaceId workspace) {
    return new PreparedKeyset(generate(workspace, keys(workspace).use().active().kekName(), false));
  }

  /**
   * Wraps by another KEK what another one than that wraps of the workspace's keysets, and writes each where its bytes are still those that
   * were read. Cut off, it goes on. Calls KEKs: never inside a transaction.
   *
   * @param written told of each within its transaction
   * @throws KekRefusedException if a KEK refuses or is not defined
   * @throws KekOutageException  if a KEK does not answer
   * @throws IntegrityException  if what is stored does not unwrap or is not what we stored
   */
  public int rewrap(WorkspaceId workspace, String to, BiConsumer<Tx, Integer> written) {
    int moved = 0;
    for (StoredKeyset keyset : store.usable(workspace)) {
      macs.demand(workspace, keyset);
      if (!keyset.kekName().equals(to)) {
        byte[] wrapped = wrappedKeysets.rewrap(keyset, WorkspaceKeyset.CONFIGURATION, to, context(workspace, keyset.version()));
        StoredKeyset by = macs.bind(workspace, keyset.rewrapped(to, wrapped));
        moved += store.replace(workspace, keyset, by, tx -> written.accept(tx, keyset.version())) ? 1 : 0;
      }
    }
    return moved;
  }

  /**
   * Wraps by the same KEK again what it wraps of the workspace's keysets, for its KMS to use the newest version of the key, and writes each
   * where its bytes are still those that were read. Calls the KEK: never inside a transaction.
   *
   * @param except  versions that are left as they are
   * @param written told of each within its transaction
   * @throws KekRefusedException if the KEK refuses or is not defined
   * @throws KekOutageException  if the KEK does not answer
   * @throws IntegrityException  if what is stored does not unwrap or is not what we stored
   */
  public int renew(WorkspaceId workspace, String kekName, Set<Integer> except, BiConsumer<Tx, Integer> written) {
    int renewed = 0;
    for (StoredKeyset keyset : store.usable(workspace)) {
      macs.demand(workspace, keyset);
      if (keyset.kekName().equals(kekName) && !except.contains(keyset.version())) {
        byte[] wrapped = wrappedKeysets.rewrap(keyset, WorkspaceKeyset.CONFIGURATION, kekName,
            context(workspace, keyset.version()));
        StoredKeyset by = macs.bind(workspace, keyset.rewrapped(kekName, wrapped));
        renewed += store.replace(workspace, keyset, by, tx -> written.accept(tx, keyset.version())) ? 1 : 0;
      }
    }
    return renewed;
  }

  /**
   * How many of the workspace's keysets an earlier version of this KEK's key wraps; empty where its KMS does not tell. Calls the KEK.
   *
   * @throws KekRefusedException if the KEK refuses
   * @throws KekOutageException  if the KEK does not answer
   */
  public Optional<Integer> underEarlierVersion(WorkspaceId workspace, String kekName) {
    int earlier = 0;
    for (StoredKeyset keyset : store.usable(workspace)) {
      if (keyset.kekName().equals(kekName)) {
        Optional<Boolean> newest = wrappedKeysets.isWrappedByNewest(keyset, context(workspace, keyset.version()));
        if (newest.isEmpty()) {
          return Optional.empty();
        }
        earlier += newest.get() ? 0 : 1;
      }
    }
    return Optional.of(earlier);
  }

  /** The KEKs that wrap the keysets of a workspace, by the keyset's version. */
  public SortedMap<Integer, String> kekNames(WorkspaceId workspace) {
    SortedMap<Integer, String> names = new TreeMap<>();
    store.usable(workspace).forEach(keyset -> names.put(keyset.version(), keyset.kekName()));
    return names;
  }

  /** Whether this KEK alone wraps the keysets of the transaction's workspace, which no rotation changes until its end. */
  public boolean areWrappedBy(Tx tx, String kekName) {
    return store.areWrappedBy(tx, kekName);
  }

  /** Begins a rotation in the transaction's workspace; false while another is under way, or when the number was taken meanwhile. */
  public boolean begin(Tx tx, PreparedKeyset next, @Nullable UUID command) {
    return store.insertNext(tx, next.keyset(), command);
  }

  /** Where the keysets of the transaction's workspace stand, oldest first, locked. */
  public List<KeysetState> states(Tx tx) {
    return store.states(tx);
  }

  /** Lets a keyset seal instead of the present one, which only opens from now on. */
  public void activate(Tx tx, int version) {
    store.activate(tx, version);
  }

  /** Destroys a keyset that only opens. Final: what it sealed is gone. */
  public void destroy(Tx tx, int version) {
    store.destroy(tx, version);
  }

  /**
   * The key that seals now, asked of the store; empty when this process still has the keysets of before.
   *
   * @param version of the active keyset
   */
  public Optional<KeyId> sealingKey(WorkspaceId workspace, int version) {
    WorkspaceKeyset present = keys(workspace).reloaded();
    return present.active().version() == version ? Optional.of(present.sealingId()) : Optional.empty();
  }

  /**
   * The ids of the workspace's keys by the version of their keyset, asked of the store unless that was done a moment ago.
   *
   * @throws KeyUnavailableException if the workspace's key cannot be used now
   */
  public Map<Integer, Set<KeyId>> keyIds(WorkspaceId workspace) {
    return keys(workspace).reloaded().ids();
  }

  /**
   * The same record under the key that seals now.
   *
   * @throws IntegrityException      if it does not belong there
   * @throws KeyUnavailableException if the workspace's key cannot be used now
   */
  public byte[] reseal(RecordContext context, byte[] sealed) {
    try (SecretBytes plaintext = open(context, sealed)) {
      return seal(context, plaintext);
    }
  }

  /** Stops proving. */
  @Override
  public void close() {
    keeper.close();
  }

  void tend() {
    keysets.forEach((workspace, keys) -> {
      if (keys.tend()) {
        keysets.remove(workspace, keys);
      }
    });
  }

  private GuardedKeys<WorkspaceKeyset> keys(WorkspaceId workspace) {
    return keysets.computeIfAbsent(workspace, w -> new GuardedKeys<>(new Source(w), ticker, randomness::fraction));
  }

  private WrapContext context(WorkspaceId workspace, int version) {
    return new WrapContext(purpose, deployment, workspace, version);
  }

  private final class Source implements GuardedKeys.Source<WorkspaceKeyset> {
    private final WorkspaceId workspace;
    private volatile String kekName = "";
    private volatile boolean altered;

    private Source(WorkspaceId workspace) {
      this.workspace = workspace;
    }

    @Override
    public WorkspaceKeyset load() {
      List<StoredKeyset> rows = store.usable(workspace);
      List<KeysetHandle> handles = new ArrayList<>(rows.size());
      for (StoredKeyset row : rows) {
        handles.add(unwrapped(row));
      }
      WorkspaceKeyset loaded = WorkspaceKeyset.of(rows, handles);
      altered = false;
      return loaded;
    }

    private KeysetHandle unwrapped(StoredKeyset row) {
      try {
        macs.demand(workspace, row);
        kekName = row.kekName();
        return wrappedKeysets.unwrap(row.wrapped(), WorkspaceKeyset.CONFIGURATION, row.kekName(),
            context(workspace, row.version()));
      } catch (IntegrityException wrong) {
        if (!altered) {
          altered = true;
          listeners.forEach(listener -> listener.altered(workspace, row.version()));
        }
        throw wrong;
      }
    }

    @Override
    public boolean isReplaced(WorkspaceKeyset keys) {
      try {
        return store.usable(workspace).stream().filter(StoredKeyset::active).noneMatch(keys.active()::isWrappedAs);
      } catch (StoreUnavailableException silent) {
        return false;
      }
    }

    @Override
    public void prove(WorkspaceKeyset keys) {
      wrappedKeysets.prove(keys.active(), context(workspace, keys.active().version()));
    }

    @Override
    public void changed(KekRefusedException.@Nullable Reason refusal) {
      for (KeyEvents listener : listeners) {
        if (refusal == null) {
          listener.recovered(workspace, kekName);
        } else {
          listener.refused(workspace, kekName, refusal);
        }
      }
    }
  }
}
