package dev.authpipe.proxy.clientsecret;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.NotifiedCache;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.HashPurpose;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.MaskedPrefix;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * OAuth client secrets in a database of their own, under a KEK of their own, each bound to the origin of its token endpoint. Never shows one
 * again, and never opens one for another origin. Sealed rows are kept in memory, plaintext is not. Every method may block.
 */
@Singleton
public final class ClientSecrets {
  private static final long ROWS_MOST = 10_000;
  private static final int TRIES_MOST = 5;
  private static final Duration STALE_LIMIT = Duration.ofMinutes(5);

  private final String kekName;
  private final ClientSecretsDatabase database;
  private final Envelopes envelopes;
  private final DeploymentKeys deploymentKeys;
  private final Clock clock;
  private final ClientSecretStore store = new ClientSecretStore();
  private final NotifiedCache<ClientSecretRow> rows;

  /**
   * @param settings       names the second KEK
   * @param database       the client-secrets store
   * @param notifications  of the client-secrets store
   * @param envelopes      of the client-secrets store
   * @param deploymentKeys for fingerprints
   * @param clock          ends the time of the client secrets before
   * @param ticker         monotonic nanoseconds
   */
  public ClientSecrets(EnvelopeSettings settings, ClientSecretsDatabase database,
      @Named("client_secrets") Notifications notifications, @Named("client_secrets") Envelopes envelopes,
      DeploymentKeys deploymentKeys, Clock clock, Ticker ticker) {
    this.kekName = settings.clientSecretsKek();
    this.database = database;
    this.envelopes = envelopes;
    this.deploymentKeys = deploymentKeys;
    this.clock = clock;
    this.rows = new NotifiedCache<>("client_secret", ROWS_MOST, STALE_LIMIT, notifications, ticker, this::load);
  }

  /**
   * Seals a secret over whatever was there.
   *
   * @param secret      stays the caller's to close
   * @param typePrefix  the provider's fixed prefix of such secrets, or empty; may be shown later
   * @param tokenOrigin scheme, host and port of the token endpoint
   * @param alongside   runs in the same transaction of the client-secrets store: its audit event
   */
  public void set(WorkspaceId workspace, IntegrationId integration, SecretText secret, String typePrefix, String tokenOrigin,
      Consumer<Tx> alongside) {
    set(workspace, integration, secret, typePrefix, tokenOrigin, Replacement.AT_ONCE, (tx, _) -> alongside.accept(tx));
  }

  /**
   * As above, perhaps with the one before kept for a while. Kept is only what is sealed for the same origin; the same secret again is the
   * same secret still, and only moves the end of the one before it, so that a request may be repeated.
   */
  void set(WorkspaceId workspace, IntegrationId integration, SecretText secret, String typePrefix, String tokenOrigin,
      Replacement how, Replaced.Recorder recorder) {
    set(workspace, integration, secret, typePrefix, tokenOrigin, how, false, recorder);
  }

  private void set(WorkspaceId workspace, IntegrationId integration, SecretText secret, String typePrefix, String tokenOrigin,
      Replacement how, boolean fromFile, Replaced.Recorder recorder) {
    byte[] fingerprint = fingerprint(workspace, integration, secret);
    envelopes.ensureKeyset(workspace, kekName);
    try (Sealer sealer = envelopes.hold(workspace); SecretBytes plaintext = secret.toBytes()) {
      String masked = MaskedPrefix.of(secret, List.of(typePrefix));
      for (int i = 0; i < TRIES_MOST; i++) {
        boolean written = database.inWorkspace(workspace, tx -> {
          ClientSecretRow present = store.find(tx, integration, true).orElse(null);
          long version = (present == null ? 0 : present.version()) + 1;
          byte[] sealed = sealer.seal(ClientSecretRow.context(workspace, integration, version, tokenOrigin), plaintext);
          if (!store.put(tx, integration, version, sealed, tokenOrigin, masked, fingerprint, how.expiresAt(),
              fromFile)) {
            return false;
          }
          PreviousRow before = present == null ? null : present.previous();
          PreviousRow kept = present == null ? null : kept(present, fingerprint, tokenOrigin, how.keepPrevious());
          if (kept != null) {
            PreviousSecretStore.put(tx, integration, kept);
          } else if (before != null) {
            PreviousSecretStore.delete(tx, integration);
          }
          Long gone = before != null && (kept == null || kept.version() != before.version()) ? (Long) before.version() : null;
          recorder.record(tx, new Replaced(version, kept == null ? null : kept.validUntil(), gone));
          return true;
        });
        if (written) {
          drop(workspace, integration);
          return;
        }
      }
    }
    throw new IllegalStateException("a client secret was set too often at a time");
  }

  /** What is tried along from now on; null: nothing. */
  private @Nullable PreviousRow kept(ClientSecretRow present, byte[] fingerprint, String tokenOrigin, Duration keep) {
    boolean same = MessageDigest.isEqual(present.fingerprint(), fingerprint);
    PreviousRow before = present.previous();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS); // as PostgreSQL keeps it
    if (keep.isZero() || !present.tokenOrigin().equals(tokenOrigin)) {
      return null;
    }
    if (!same) {
      return present.until(now.plus(keep));
    }
    return before == null || !before.isTried(now) ? null : before.until(now.plus(keep));
  }

  /**
   * As {@link #set}, for a secret read from a file at every load: seals only when the file's content changed since it was last sealed, so that
   * what was set by other ways meanwhile stays. A changed origin alone never reseals, for it may be the doing of somebody who cannot read the
   * secret.
   */
  SealOutcome sealIfChanged(WorkspaceId workspace, IntegrationId integration, SecretText secret, String typePrefix,
      String tokenOrigin, Replacement how, Replaced.Recorder recorder) {
    byte[] fingerprint = fingerprint(workspace, integration, secret);
    byte[] known = database.inWorkspace(workspace, tx -> ClientSecretStore.fileFingerprint(tx, integration).orElse(null));
    if (known == null || !MessageDigest.isEqual(known, fingerprint)) {
      set(workspace, integration, secret, typePrefix, tokenOrigin, how, true, recorder);
      return SealOutcome.SEALED;
    }
    String sealedFor = database.inWorkspace(workspace, tx -> store.find(tx, integration).map(ClientSecretRow::tokenOrigin))
        .orElse(tokenOrigin);
    return sealedFor.equals(tokenOrigin) ? SealOutcome.UNCHANGED : SealOutcome.ORIGIN_CHANGED;
  }

  /**
   * Opens the present secret for a call to its token endpoint; empty when none is set.
   *
   * @param tokenOrigin the origin that it is about to be sent to
   * @return for the caller to close
   * @throws TokenOriginChangedException                         if it was set for another origin
   * @throws dev.authpipe.proxy.envelope.IntegrityException      if the row was changed or moved
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the key cannot be used now
   */
  public Optional<SecretText> open(WorkspaceId workspace, IntegrationId integration, String tokenOrigin) {
    return row(workspace, integration, tokenOrigin)
        .map(row -> open(workspace, integration, row.version(), tokenOrigin, row.sealed()));
  }

  /** As {@link #open}, with the one before while it is tried as well. */
  Optional<OpenSecrets> openAll(WorkspaceId workspace, IntegrationId integration, String tokenOrigin) {
    ClientSecretRow row = row(workspace, integration, tokenOrigin).orElse(null);
    if (row == null) {
      return Optional.empty();
    }
    PreviousRow before = row.previous();
    SecretText present = open(workspace, integration, row.version(), tokenOrigin, row.sealed());
    if (before == null || !before.isTried(clock.instant()) || !before.tokenOrigin().equals(tokenOrigin)) {
      return Optional.of(new OpenSecrets(present, row.version(), null, null));
    }
    try {
      SecretText former = open(workspace, integration, before.version(), tokenOrigin, before.sealed());
      return Optional.of(new OpenSecrets(present, row.version(), former, before));
    } catch (RuntimeException failure) {
      present.close();
      throw failure;
    }
  }

  private Optional<ClientSecretRow> row(WorkspaceId workspace, IntegrationId integration, String tokenOrigin) {
    ClientSecretRow row = rows.get(new RowKey(workspace, integration.value()));
    if (row != null && !row.tokenOrigin().equals(tokenOrigin)) {
      throw new TokenOriginChangedException();
    }
    return Optional.ofNullable(row);
  }

  private SecretText open(WorkspaceId workspace, IntegrationId integration, long version, String tokenOrigin, byte[] sealed) {
    try (
        SecretBytes plaintext = envelopes.open(ClientSecretRow.context(workspace, integration, version, tokenOrigin), sealed)) {
      return plaintext.toText();
    }
  }

  /** What may be shown of it. */
  public Optional<ClientSecretView> view(WorkspaceId workspace, IntegrationId integration) {
    return Optional.ofNullable(rows.get(new RowKey(workspace, integration.value())))
        .map(row -> row.view(clock.instant()));
  }

  /** What may be shown of every secret of the transaction's workspace, a transaction of the client-secrets store. */
  public Map<IntegrationId, ClientSecretView> views(Tx tx) {
    return store.views(tx);
  }

  /** What may be shown of one, holding off its replacement until the end of the transaction. */
  public Optional<ClientSecretView> lock(Tx tx, IntegrationId integration) {
    return store.lock(tx, integration);
  }

  /** Forgets what is in memory of an integration. */
  void drop(WorkspaceId workspace, IntegrationId integration) {
    rows.drop(new RowKey(workspace, integration.value()));
  }

  private @Nullable ClientSecretRow load(RowKey key) {
    return database.inWorkspace(key.workspace(), tx -> store.find(tx, new IntegrationId(key.id())).orElse(null));
  }

  /** Includes the place, so that equal secrets of two integrations do not show as equal. */
  private byte[] fingerprint(WorkspaceId workspace, IntegrationId integration, SecretText secret) {
    byte[] message = ByteBuffer.allocate(32 + secret.length()).putLong(workspace.value().getMostSignificantBits())
        .putLong(workspace.value().getLeastSignificantBits()).putLong(integration.value().getMostSignificantBits())
        .putLong(integration.value().getLeastSignificantBits()).put(secret.exposeUtf8()).array();
    try {
      return deploymentKeys.hash(HashPurpose.CLIENT_SECRET_FINGERPRINT, message);
    } finally {
      Arrays.fill(message, (byte) 0);
    }
  }
}
