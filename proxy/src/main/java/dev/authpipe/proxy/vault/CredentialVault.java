package dev.authpipe.proxy.vault;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.NotifiedCache;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Sealed credentials by connection and generation. Keeps sealed rows in memory, never a plaintext: each use opens anew. A credential is only
 * replaced by compare-and-set on its generation, which never goes back. Thread-safe; {@code warm…} methods never block.
 */
@Singleton
public final class CredentialVault {
  private final VaultDatabase database;
  private final Envelopes envelopes;
  private final CredentialStore credentials = new CredentialStore();
  private final ConnectionStore connections = new ConnectionStore();
  private final NotifiedCache<CredentialRow> rows;

  /**
   * @param settings      limits of the cache
   * @param database      the vault store
   * @param notifications of the vault store
   * @param envelopes     of the vault store
   * @param ticker        monotonic nanoseconds
   */
  public CredentialVault(VaultSettings settings, VaultDatabase database, Notifications notifications,
      @Named("vault") Envelopes envelopes, Ticker ticker) {
    this.database = database;
    this.envelopes = envelopes;
    this.rows = new NotifiedCache<>("connection", settings.rowsMost(), settings.staleLimit(), notifications, ticker, this::load);
  }

  /** The row if it is warm, else null: for event loops. */
  public @Nullable CredentialRow warmRow(WorkspaceId workspace, ConnectionId connection) {
    return rows.warm(new RowKey(workspace, connection.value()));
  }

  /**
   * The row, from memory or the store; empty when the workspace has no such connection.
   *
   * @throws dev.authpipe.proxy.db.StoreUnavailableException if the store does not answer and nothing young enough is remembered
   */
  public Optional<CredentialRow> row(WorkspaceId workspace, ConnectionId connection) {
    return Optional.ofNullable(rows.get(new RowKey(workspace, connection.value())));
  }

  /** The row as this transaction sees it. */
  public Optional<CredentialRow> row(Tx tx, ConnectionId connection) {
    return credentials.find(tx, connection);
  }

  /** The rows of these connections, as this transaction sees them. */
  public Map<ConnectionId, CredentialRow> rows(Tx tx, Collection<ConnectionId> some) {
    return credentials.find(tx, some);
  }

  /**
   * Opens a row if its keyset is warm, else null: for event loops.
   *
   * @throws IntegrityException if the row was changed, moved or erased
   */
  public @Nullable OpenCredential warmOpen(CredentialRow row) {
    SecretBytes payload = envelopes.warmOpen(place(row).context(), sealed(row));
    return payload == null ? null : opened(place(row), payload);
  }

  /**
   * Opens a row.
   *
   * @throws IntegrityException                                  if the row was changed, moved or erased
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the workspace's key cannot be used now
   */
  public OpenCredential open(CredentialRow row) {
    return opened(place(row), envelopes.open(place(row).context(), sealed(row)));
  }

  /**
   * Takes the keyset for sealing before a request leaves that may bring a secret; 45 s at most. May ask the KEK: never inside a transaction.
   *
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the workspace's key cannot be used now
   */
  public Sealer hold(WorkspaceId workspace) {
    return envelopes.hold(workspace);
  }

  /** Adds a connection and its credential at generation 1. */
  public void create(Tx tx, ConnectionRow connection, NewCredential credential, Sealer sealer) {
    requireSame(tx, connection.workspace());
    connections.insert(tx, connection);
    CredentialPlace place = new CredentialPlace(tx.workspace(), connection.id(), connection.integration(), connection.provider(),
        1, null);
    credentials.insert(tx, connection.id(), seal(place, credential, sealer), credential);
  }

  /**
   * Puts a new credential into a connection that may have ended, one generation further, and makes it active again.
   *
   * @return the new generation
   * @throws IllegalStateException if there is no such connection
   */
  public long reconnect(Tx tx, ConnectionId connection, @Nullable UUID account, List<String> scopesRequested,
      NewCredential credential,
      Sealer sealer) {
    CredentialRow base = lock(tx, connection).orElseThrow(() -> new IllegalStateException("no such connection"));
    connections.reactivate(tx, connection, account, scopesRequested, credential.scopes(), credential.issuedAt());
    put(tx, base, base.generation() + 1, credential, sealer);
    dropAfterCommit(tx, connection);
    return base.generation() + 1;
  }

  /**
   * Replaces the credential if its generation is still the base; candidates stay.
   *
   * @return false when the generation moved, or the connection ended
   */
  public boolean replace(Tx tx, ConnectionId connection, long baseGeneration, NewCredential credential, Sealer sealer) {
    return advance(tx, connection, baseGeneration, baseGeneration + 1, credential, sealer);
  }

  /**
   * As {@link #replace}, to a later generation than the next: for an answer that outlived a store which came back from a backup.
   *
   * @param generation the generation that the answer became before, higher than the base
   */
  public boolean advance(Tx tx, ConnectionId connection, long baseGeneration, long generation, NewCredential credential,
      Sealer sealer) {
    if (generation <= baseGeneration) {
      throw new IllegalArgumentException("a generation never goes back");
    }
    Optional<CredentialRow> base = lock(tx, connection)
        .filter(row -> row.generation() == baseGeneration && row.hasCiphertext() && row.status() == ConnectionStatus.ACTIVE);
    if (base.isEmpty()) {
      return false;
    }
    put(tx, base.get(), generation, credential, sealer);
    connections.scopesGranted(tx, connection, credential.scopes());
    dropAfterCommit(tx, connection);
    return true;
  }

  /**
   * Keeps an answer that lost the compare-and-set.
   *
   * @param attempt        the attempt that received it
   * @param baseGeneration the generation whose refresh token was spent
   * @throws IllegalStateException if there is no such connection
   */
  public void saveCandidate(Tx tx, ConnectionId connection, UUID attempt, long baseGeneration, NewCredential credential,
      Sealer sealer) {
    ConnectionRow row = connections.find(tx, connection).orElseThrow(() -> new IllegalStateException("no such connection"));
    CredentialPlace place = new CredentialPlace(tx.workspace(), connection, row.integration(), row.provider(), baseGeneration,
        attempt);
    credentials.insertCandidate(tx, place, seal(place, credential, sealer), credential);
  }

  /** Candidates that were not tried yet, newest first, at most 20. */
  public List<Candidate> candidates(Tx tx, ConnectionId connection) {
    return credentials.unusedCandidates(tx, connection);
  }

  /**
   * Opens a candidate.
   *
   * @throws IntegrityException                                  if it was changed or moved
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the workspace's key cannot be used now
   */
  public OpenCredential openCandidate(Candidate candidate) {
    return opened(candidate.place(), envelopes.open(candidate.place().context(), candidate.sealed()));
  }

  /**
   * Seals an answer for a place outside the store.
   *
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the sealer was held too long
   */
  public byte[] sealFor(RecordContext place, NewCredential credential, Sealer sealer) {
    try (SecretBytes payload = CredentialPayload.encode(credential)) {
      return sealer.seal(place, payload);
    }
  }

  /**
   * Opens an answer that was sealed for a place outside the store; the entity is its connection.
   *
   * @throws IntegrityException                                  if it was changed or moved
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the workspace's key cannot be used now
   */
  public OpenCredential openFrom(RecordContext place, byte[] sealed) {
    CredentialPlace whose = new CredentialPlace(place.workspace(), new ConnectionId(place.entity()),
        Objects.requireNonNull(place.integration()), place.provider(), place.generation(), null);
    return opened(whose, envelopes.open(place, sealed));
  }

  /** Marks a candidate as tried. */
  public void used(Tx tx, Candidate candidate) {
    credentials.used(tx, candidate.connection(), candidate.attempt());
  }

  /** Sets the state of a credential that still has this generation; false when it moved or is erased. */
  public boolean state(Tx tx, ConnectionId connection, long generation, CredentialState state) {
    boolean set = credentials.state(tx, connection, generation, state);
    dropAfterCommit(tx, connection);
    return set;
  }

  /** Erases the ciphertext of the credential and of its candidates (S51). The generation stays, so that it is never used twice. */
  public void erase(Tx tx, ConnectionId connection) {
    credentials.erase(tx, connection);
    dropAfterCommit(tx, connection);
  }

  /**
   * Ends a connection: blocks its use here at commit, elsewhere as soon as the notification arrives (S50).
   *
   * @return false when it had ended before or is unknown
   */
  public boolean disconnect(Tx tx, ConnectionId connection, Instant purgeAfter) {
    boolean ended = connections.disconnect(tx, connection, purgeAfter);
    dropAfterCommit(tx, connection);
    return ended;
  }

  /** Removes the shell and everything that hangs on it. */
  public void purge(Tx tx, ConnectionId connection) {
    connections.purge(tx, connection);
    dropAfterCommit(tx, connection);
  }

  private @Nullable CredentialRow load(RowKey key) {
    return database.inWorkspace(key.workspace(), tx -> credentials.find(tx, new ConnectionId(key.id())).orElse(null));
  }

  /** Connection first, then credential, as disconnect and erase do. */
  private Optional<CredentialRow> lock(Tx tx, ConnectionId connection) {
    return connections.lock(tx, connection).isPresent() ? credentials.lock(tx, connection) : Optional.empty();
  }

  private void put(Tx tx, CredentialRow base, long generation, NewCredential credential, Sealer sealer) {
    CredentialPlace place = new CredentialPlace(tx.workspace(), base.connection(), base.integration(), base.provider(),
        generation, null);
    if (!credentials.replace(tx, base.connection(), base.generation(), generation, seal(place, credential, sealer), credential)) {
      throw new IllegalStateException("a locked credential moved");
    }
  }

  private static byte[] seal(CredentialPlace place, NewCredential credential, Sealer sealer) {
    try (SecretBytes payload = CredentialPayload.encode(credential)) {
      return sealer.seal(place.context(), payload);
    }
  }

  private static OpenCredential opened(CredentialPlace place, SecretBytes payload) {
    try (payload) {
      return new OpenCredential(place, CredentialPayload.decode(payload));
    }
  }

  static CredentialPlace place(CredentialRow row) {
    return new CredentialPlace(row.workspace(), row.connection(), row.integration(), row.provider(), row.generation(), null);
  }

  static byte[] sealed(CredentialRow row) {
    byte[] sealed = row.sealed();
    if (sealed == null) {
      throw new IntegrityException("erased credential");
    }
    return sealed;
  }

  private void dropAfterCommit(Tx tx, ConnectionId connection) {
    RowKey key = new RowKey(tx.workspace(), connection.value());
    tx.afterCommit(() -> rows.drop(key));
  }

  private static void requireSame(Tx tx, WorkspaceId workspace) {
    if (!tx.workspace().equals(workspace)) {
      throw new IllegalArgumentException("the transaction belongs to another workspace");
    }
  }
}
