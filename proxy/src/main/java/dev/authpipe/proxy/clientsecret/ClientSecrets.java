package dev.authpipe.proxy.clientsecret;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
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
  private final ClientSecretStore store = new ClientSecretStore();
  private final NotifiedCache<ClientSecretRow> rows;

  /**
   * @param settings       names the second KEK
   * @param database       the client-secrets store
   * @param notifications  of the client-secrets store
   * @param envelopes      of the client-secrets store
   * @param deploymentKeys for fingerprints
   * @param ticker         monotonic nanoseconds
   */
  public ClientSecrets(EnvelopeSettings settings, ClientSecretsDatabase database,
      @Named("client_secrets") Notifications notifications, @Named("client_secrets") Envelopes envelopes,
      DeploymentKeys deploymentKeys, Ticker ticker) {
    this.kekName = settings.clientSecretsKek();
    this.database = database;
    this.envelopes = envelopes;
    this.deploymentKeys = deploymentKeys;
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
    set(workspace, integration, secret, typePrefix, tokenOrigin, null, alongside);
  }

  /**
   * As above, of a secret whose end is known.
   *
   * @param expiresAt when it ends by itself, for reminders only; null: unknown
   */
  void set(WorkspaceId workspace, IntegrationId integration, SecretText secret, String typePrefix, String tokenOrigin,
      @Nullable Instant expiresAt, Consumer<Tx> alongside) {
    byte[] fingerprint = fingerprint(workspace, integration, secret);
    envelopes.ensureKeyset(workspace, kekName);
    try (Sealer sealer = envelopes.hold(workspace); SecretBytes plaintext = secret.toBytes()) {
      String masked = MaskedPrefix.of(secret, List.of(typePrefix));
      for (int i = 0; i < TRIES_MOST; i++) {
        boolean written = database.inWorkspace(workspace, tx -> {
          long version = store.find(tx, integration).map(ClientSecretRow::version).orElse(0L) + 1;
          byte[] sealed = sealer.seal(ClientSecretRow.context(workspace, integration, version, tokenOrigin), plaintext);
          if (!store.put(tx, integration, version, sealed, tokenOrigin, masked, fingerprint, expiresAt)) {
            return false;
          }
          alongside.accept(tx);
          return true;
        });
        if (written) {
          rows.drop(new RowKey(workspace, integration.value()));
          return;
        }
      }
    }
    throw new IllegalStateException("a client secret was set too often at a time");
  }

  /**
   * As {@link #set}, for a secret read from a file at every load: seals only when its content changed. A changed origin alone never reseals,
   * for it may be the doing of somebody who cannot read the secret.
   */
  public SealOutcome sealIfChanged(WorkspaceId workspace, IntegrationId integration, SecretText secret, String typePrefix,
      String tokenOrigin, Consumer<Tx> alongside) {
    ClientSecretRow present = database.inWorkspace(workspace, tx -> store.find(tx, integration).orElse(null));
    if (present == null || !MessageDigest.isEqual(present.fingerprint(), fingerprint(workspace, integration, secret))) {
      set(workspace, integration, secret, typePrefix, tokenOrigin, alongside);
      return SealOutcome.SEALED;
    }
    return present.tokenOrigin().equals(tokenOrigin) ? SealOutcome.UNCHANGED : SealOutcome.ORIGIN_CHANGED;
  }

  /**
   * Opens the secret for a call to its token endpoint; empty when none is set.
   *
   * @param tokenOrigin the origin that it is about to be sent to
   * @return for the caller to close
   * @throws TokenOriginChangedException                         if it was set for another origin
   * @throws dev.authpipe.proxy.envelope.IntegrityException      if the row was changed or moved
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the key cannot be used now
   */
  public Optional<SecretText> open(WorkspaceId workspace, IntegrationId integration, String tokenOrigin) {
    ClientSecretRow row = rows.get(new RowKey(workspace, integration.value()));
    if (row == null) {
      return Optional.empty();
    }
    if (!row.tokenOrigin().equals(tokenOrigin)) {
      throw new TokenOriginChangedException();
    }
    try (SecretBytes plaintext = envelopes.open(ClientSecretRow.context(workspace, integration, row.version(), tokenOrigin),
        row.sealed())) {
      return Optional.of(plaintext.toText());
    }
  }

  /** What may be shown of it. */
  public Optional<ClientSecretView> view(WorkspaceId workspace, IntegrationId integration) {
    return Optional.ofNullable(rows.get(new RowKey(workspace, integration.value()))).map(ClientSecretRow::view);
  }

  /** What may be shown of every secret of the transaction's workspace, a transaction of the client-secrets store. */
  public Map<IntegrationId, ClientSecretView> views(Tx tx) {
    return store.views(tx);
  }

  /** What may be shown of one, holding off its replacement until the end of the transaction. */
  public Optional<ClientSecretView> lock(Tx tx, IntegrationId integration) {
    return store.lock(tx, integration);
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
