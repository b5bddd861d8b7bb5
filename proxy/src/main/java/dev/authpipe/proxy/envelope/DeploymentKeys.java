package dev.authpipe.proxy.envelope;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

import com.github.benmanes.caffeine.cache.Ticker;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.prf.PrfSet;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;

/**
 * The deployment's own keys: hashes of API keys and of one-time secrets, MACs of rows that grant authority, the audit signing key. Wrapped by
 * the operator's KEK, made at the first start, kept under the same proof and hard limit as a workspace's. Without them nobody can be
 * authenticated and everything answers 503. Must never be used to seal data. Thread-safe; on an event loop only after {@link #warm()}.
 */
public final class DeploymentKeys implements AutoCloseable {
  private static final int HASH_BYTES = 32;

  private final EnvelopeSettings settings;
  private final DeploymentKeyStore store;
  private final WrappedKeysets wrappedKeysets;
  private final List<KeyEvents> listeners = new CopyOnWriteArrayList<>();
  private final GuardedKeys<DeploymentKeySet> keys;
  private final KeyKeeper keeper;

  /**
   * Asks nobody yet; {@link #load()} does.
   *
   * @param settings   names the deployment and the operator's KEK
   * @param database   where the wrapped keysets are
   * @param keks       the operator's KEKs
   * @param ticker     monotonic nanoseconds
   * @param randomness for jitter
   */
  public DeploymentKeys(EnvelopeSettings settings, VaultDatabase database, KekRegistry keks, Ticker ticker,
      Randomness randomness) {
    this.settings = settings;
    this.store = new DeploymentKeyStore(database);
    this.wrappedKeysets = new WrappedKeysets(keks);
    this.keys = new GuardedKeys<>(new Source(), ticker, randomness::fraction);
    this.keeper = new KeyKeeper(this::tend);
  }

  /**
   * Loads the keys; at the first start makes them. Two replicas may do so at a time: the first insert wins.
   *
   * @throws KeyUnavailableException if the KEK refuses or does not answer
   * @throws IntegrityException      if a stored keyset was changed
   */
  public void load() {
    keys.use();
  }

  /**
   * Wraps by another KEK what another one than that wraps, and writes each where its bytes are still those that were read. Cut off, it goes
   * on. Calls KEKs: never inside a transaction.
   *
   * @param written told of each within its transaction
   * @return how many got another wrapping
   * @throws KekRefusedException if a KEK refuses or is not defined
   * @throws KekOutageException  if a KEK does not answer
   * @throws IntegrityException  if one is under a KEK that the operator does not name
   */
  public int rewrap(String to, BiConsumer<Tx, Integer> written) {
    int moved = 0;
    for (DeploymentPurpose purpose : Arrays.asList(DeploymentPurpose.values()).reversed()) { // last what replicas look at to follow
      StoredKeyset stored = store.newest(purpose)
          .orElseThrow(() -> new KeyUnavailableException(KeyUnavailableException.Reason.MISSING));
      if (!stored.kekName().equals(to)) {
        demand(stored);
        byte[] wrapped = wrappedKeysets.rewrap(stored, DeploymentKeySet.configuration(purpose), to,
            purpose.context(settings.deployment(), stored.version()));
        moved += store.replace(purpose, stored, to, wrapped, tx -> written.accept(tx, stored.version())) ? 1 : 0;
      }
    }
    return moved;
  }

  /** No MAC can bind these keys, the one of authority among them: what the operator says in the settings does, which no store can change. */
  private void demand(StoredKeyset stored) {
    if (!settings.mayWrapDeployment(stored.kekName())) {
      throw new IntegrityException("a key of the deployment is under a KEK that neither keys.vault nor keys.vault_next names");
    }
  }

  /**
   * Wraps by the same KEK again what it wraps, for its KMS to use the newest version of the key. Cut off, it goes on. Calls the KEK: never
   * inside a transaction.
   *
   * @param rotation of the KEK: what was wrapped anew in it already is left alone
   * @param written  told of each within its transaction
   * @return how many got another wrapping
   * @throws KekRefusedException if the KEK refuses or is not defined
   * @throws KekOutageException  if the KEK does not answer
   */
  public int renew(String kekName, UUID rotation, BiConsumer<Tx, Integer> written) {
    int renewed = 0;
    for (DeploymentPurpose purpose : Arrays.asList(DeploymentPurpose.values()).reversed()) { // last what replicas look at to follow
      StoredKeyset stored = store.newest(purpose)
          .orElseThrow(() -> new KeyUnavailableException(KeyUnavailableException.Reason.MISSING));
      if (stored.kekName().equals(kekName) && !store.isRenewed(purpose, stored, rotation)) {
        demand(stored);
        byte[] wrapped = wrappedKeysets.rewrap(stored, DeploymentKeySet.configuration(purpose), kekName,
            purpose.context(settings.deployment(), stored.version()));
        renewed += store.replace(purpose, stored, kekName, wrapped, tx -> {
          store.renewed(tx, purpose, stored, rotation);
          written.accept(tx, stored.version());
        }) ? 1 : 0;
      }
    }
    return renewed;
  }

  /**
   * How many of the keys an earlier version of this KEK's key wraps; empty where its KMS does not tell. Calls the KEK.
   *
   * @throws KekRefusedException if the KEK refuses
   * @throws KekOutageException  if the KEK does not answer
   */
  public Optional<Integer> underEarlierVersion(String kekName) {
    int earlier = 0;
    for (DeploymentPurpose purpose : DeploymentPurpose.values()) {
      StoredKeyset stored = store.newest(purpose).orElse(null);
      if (stored != null && stored.kekName().equals(kekName)) {
        Optional<Boolean> newest = wrappedKeysets.isWrappedByNewest(stored,
            purpose.context(settings.deployment(), stored.version()));
        if (newest.isEmpty()) {
          return Optional.empty();
        }
        earlier += newest.get() ? 0 : 1;
      }
    }
    return Optional.of(earlier);
  }

  /** How many of the keys this KEK wraps. */
  public int countUnder(String kekName) {
    return (int) Arrays.stream(DeploymentPurpose.values()).flatMap(purpose -> store.newest(purpose).stream())
        .filter(stored -> stored.kekName().equals(kekName)).count();
  }

  /** The KEKs that wrap the keys: one, unless a change was cut off. */
  public Set<String> kekNames() {
    Set<String> names = new TreeSet<>();
    for (DeploymentPurpose purpose : DeploymentPurpose.values()) {
      store.newest(purpose).ifPresent(stored -> names.add(stored.kekName()));
    }
    return names;
  }

  /** Begins to prove the keys in the background, until closed. */
  public DeploymentKeys start() {
    keeper.start();
    return this;
  }

  /** Tells of refusals and recoveries from now on. */
  public void subscribe(KeyEvents listener) {
    listeners.add(listener);
  }

  /** Whether the other methods answer without asking the KEK or the store. */
  public boolean warm() {
    return keys.warm() != null;
  }

  /** HMAC-SHA-256 of an API key as it was sent: 32 bytes. */
  public byte[] apiKeyHash(SecretText apiKey) {
    return compute(keys.use().apiKeyHash, apiKey.exposeUtf8());
  }

  /** Keyed hash of a one-time secret: 32 bytes. */
  public byte[] hash(HashPurpose purpose, SecretText secret) {
    return hash(purpose, secret.exposeUtf8());
  }

  /** Keyed hash of a message: 32 bytes. */
  public byte[] hash(HashPurpose purpose, byte[] message) {
    byte[] input = hashInput(settings.deployment(), purpose, message);
    try {
      return compute(keys.use().hash, input);
    } finally {
      Arrays.fill(input, (byte) 0); // the message is a secret, as a rule
    }
  }

  /**
   * The MAC of a row that grants authority: 5 bytes naming the key, 32 of HMAC-SHA-256.
   *
   * @param kind         the kind of row, for instance {@code api_key}; rows of different kinds never share a MAC
   * @param canonicalRow made by {@link CanonicalRow}
   */
  public byte[] authorityMac(String kind, byte[] canonicalRow) {
    try {
      return keys.use().authority.computeMac(authorityInput(settings.deployment(), kind, canonicalRow));
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("MAC failed", failure);
    }
  }

  /** Whether a row is what was written; compared in constant time (S7). A row for which this is false grants nothing. */
  public boolean authorityMacHolds(String kind, byte[] canonicalRow, byte[] mac) {
    try {
      keys.use().authority.verifyMac(mac, authorityInput(settings.deployment(), kind, canonicalRow));
      return true;
    } catch (GeneralSecurityException wrong) {
      return false;
    }
  }

  /** Ed25519 signature (RFC 8032) of a checkpoint's note, 64 bytes. */
  public byte[] signAudit(byte[] note) {
    try {
      return keys.use().audit.sign(note);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("signing failed", failure);
    }
  }

  /** The Ed25519 public key that verifies {@link #signAudit}, 32 bytes. */
  public byte[] auditPublicKey() {
    return keys.use().auditPublicKey.clone();
  }

  /** Stops proving. */
  @Override
  public void close() {
    keeper.close();
  }

  void tend() {
    boolean idle = keys.tend();
    if (idle) {
      keys.warm(); // the deployment's keys stay active for as long as the process runs
    }
  }

  static byte[] hashInput(String deployment, HashPurpose purpose, byte[] message) {
    return concatenated(new FieldWriter().raw(1).text(purpose.label()).text(deployment).bytes(), message);
  }

  static byte[] authorityInput(String deployment, String kind, byte[] canonicalRow) {
    return concatenated(new FieldWriter().raw(1).text("authority").text(deployment).text(kind).bytes(), canonicalRow);
  }

  private static byte[] concatenated(byte[] prefix, byte[] message) {
    byte[] input = Arrays.copyOf(prefix, prefix.length + message.length);
    System.arraycopy(message, 0, input, prefix.length, message.length);
    return input;
  }

  private static byte[] compute(PrfSet prf, byte[] input) {
    try {
      return prf.computePrimary(input, HASH_BYTES);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("hash failed", failure);
    }
  }

  private final class Source implements GuardedKeys.Source<DeploymentKeySet> {
    private volatile String kekName = settings.operatorKek();
    private volatile boolean altered;

    @Override
    public DeploymentKeySet load() {
      Map<DeploymentPurpose, KeysetHandle> handles = new EnumMap<>(DeploymentPurpose.class);
      StoredKeyset proof = null;
      for (DeploymentPurpose purpose : DeploymentPurpose.values()) {
        StoredKeyset stored = store.newest(purpose).orElseGet(() -> make(purpose));
        proof = proof == null ? stored : proof;
        handles.put(purpose, unwrapped(purpose, stored));
      }
      altered = false;
      return new DeploymentKeySet(Objects.requireNonNull(proof), handle(handles, DeploymentPurpose.API_KEY_HASH),
          handle(handles, DeploymentPurpose.AUTHORITY_MAC), handle(handles, DeploymentPurpose.HASH),
          handle(handles, DeploymentPurpose.AUDIT_SIGNING));
    }

    private KeysetHandle unwrapped(DeploymentPurpose purpose, StoredKeyset stored) {
      try {
        demand(stored);
        kekName = stored.kekName();
        return wrappedKeysets.unwrap(stored.wrapped(), DeploymentKeySet.configuration(purpose), stored.kekName(),
            purpose.context(settings.deployment(), stored.version()));
      } catch (IntegrityException wrong) {
        if (!altered) {
          altered = true;
          listeners.forEach(listener -> listener.altered(null, stored.version()));
        }
        throw wrong;
      }
    }

    private KeysetHandle handle(Map<DeploymentPurpose, KeysetHandle> handles, DeploymentPurpose purpose) {
      return Objects.requireNonNull(handles.get(purpose));
    }

    private StoredKeyset make(DeploymentPurpose purpose) {
      KeysetHandle keyset = wrappedKeysets.generate(DeploymentKeySet.parameters(purpose),
          DeploymentKeySet.configuration(purpose));
      byte[] wrapped = wrappedKeysets.wrap(keyset, DeploymentKeySet.configuration(purpose), settings.operatorKek(),
          purpose.context(settings.deployment(), 1));
      store.insertFirst(purpose, new StoredKeyset(1, settings.operatorKek(), wrapped, true));
      return store.newest(purpose).orElseThrow(() -> new KeyUnavailableException(KeyUnavailableException.Reason.MISSING));
    }

    @Override
    public boolean isReplaced(DeploymentKeySet current) {
      try {
        return store.newest(DeploymentPurpose.API_KEY_HASH).filter(current.proof::isWrappedAs).isEmpty();
      } catch (StoreUnavailableException silent) {
        return false;
      }
    }

    @Override
    public void prove(DeploymentKeySet current) {
      wrappedKeysets.prove(current.proof, DeploymentPurpose.API_KEY_HASH.context(settings.deployment(), current.proof.version()));
    }

    @Override
    public void changed(KekRefusedException.@Nullable Reason refusal) {
      for (KeyEvents listener : listeners) {
        if (refusal == null) {
          listener.recovered(null, kekName);
        } else {
          listener.refused(null, kekName, refusal);
        }
      }
    }
  }
}
