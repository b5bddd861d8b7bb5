package dev.authpipe.proxy.clientsecret;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.NotifiedCache;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SigningKey;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Key pairs with which integrations authenticate (docs/client-keys.md), each bound to the origin of its token endpoint. The private part leaves
 * sealed storage for one signature only, and never this process; what is published is believed only under its MAC. Every method may block.
 */
@Singleton
public final class ClientKeys {
  private static final long INTEGRATIONS_MOST = 10_000;
  private static final Duration STALE_LIMIT = Duration.ofMinutes(5);

  private final ClientSecretsDatabase database;
  private final Envelopes envelopes;
  private final DeploymentKeys deploymentKeys;
  private final Clock clock;
  private final NotifiedCache<List<ClientKeyRow>> rows;

  /**
   * @param database       the client-secrets store
   * @param notifications  of the client-secrets store
   * @param envelopes      of the client-secrets store
   * @param deploymentKeys for the MAC of each row
   * @param clock          decides which key signs
   * @param ticker         monotonic nanoseconds
   */
  public ClientKeys(ClientSecretsDatabase database, @Named("client_secrets") Notifications notifications,
      @Named("client_secrets") Envelopes envelopes, DeploymentKeys deploymentKeys, Clock clock, Ticker ticker) {
    this.database = database;
    this.envelopes = envelopes;
    this.deploymentKeys = deploymentKeys;
    this.clock = clock;
    this.rows = new NotifiedCache<>("client_key", INTEGRATIONS_MOST, STALE_LIMIT, notifications, ticker, this::load);
  }

  /**
   * Opens the key that signs now; empty when none does.
   *
   * @param tokenOrigin the origin that the assertion is about to be sent to
   * @throws TokenOriginChangedException                         if it was made for another origin
   * @throws IntegrityException                                  if the row was changed or moved
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the key that it is sealed with cannot be used now
   */
  public Optional<SigningKey> open(WorkspaceId workspace, IntegrationId integration, String tokenOrigin) {
    Instant now = clock.instant();
    ClientKeyRow row = rows(workspace, integration).stream().filter(one -> one.state(now) == ClientKeyView.State.SIGNING)
        .max(Comparator.comparingLong(ClientKeyRow::version)).orElse(null);
    if (row == null) {
      return Optional.empty();
    }
    requireOurs(workspace, row);
    if (!row.tokenOrigin().equals(tokenOrigin)) {
      throw new TokenOriginChangedException();
    }
    try (SecretBytes plaintext = envelopes.open(ClientKeyRow.context(workspace, integration, row.version(), tokenOrigin),
        row.sealed())) {
      RSAPrivateCrtKey opened = (RSAPrivateCrtKey) factory().generatePrivate(new PKCS8EncodedKeySpec(plaintext.expose()));
      BigInteger published = publicKey(row).getModulus();
      if (!published.equals(opened.getModulus())) {
        throw new IntegrityException(ClientKeyRow.MAC_KIND);
      }
      return Optional.of(new SigningKey(row.keyId(), opened));
    } catch (GeneralSecurityException | ClassCastException malformed) {
      throw new IntegrityException(ClientKeyRow.MAC_KIND);
    }
  }

  /**
   * What may be shown of the keys that are published, the oldest first.
   *
   * @throws IntegrityException if a row was changed: then none is shown
   */
  public List<ClientKeyView> published(WorkspaceId workspace, IntegrationId integration) {
    Instant now = clock.instant();
    return rows(workspace, integration).stream().filter(row -> row.isPublished(now)).map(row -> view(workspace, row, now))
        .toList();
  }

  /** What may be shown of a row that was just written or read. */
  ClientKeyView view(WorkspaceId workspace, ClientKeyRow row, Instant now) {
    requireOurs(workspace, row);
    return new ClientKeyView(row.keyId(), row.version(), row.state(now), row.tokenOrigin(), row.createdAt(), row.signsFrom(),
        row.signsUntil(), row.goneAt(), publicKey(row));
  }

  /** With the MAC over what it says now. */
  ClientKeyRow signed(WorkspaceId workspace, ClientKeyRow row) {
    return row.withMac(deploymentKeys.authorityMac(ClientKeyRow.MAC_KIND, row.canonical(workspace)));
  }

  /** Refuses a row that somebody else wrote. */
  void requireOurs(WorkspaceId workspace, ClientKeyRow row) {
    if (!deploymentKeys.authorityMacHolds(ClientKeyRow.MAC_KIND, row.canonical(workspace), row.mac())) {
      throw new IntegrityException(ClientKeyRow.MAC_KIND);
    }
  }

  /** Forgets what is in memory of an integration. */
  void drop(WorkspaceId workspace, IntegrationId integration) {
    rows.drop(new RowKey(workspace, integration.value()));
  }

  private List<ClientKeyRow> rows(WorkspaceId workspace, IntegrationId integration) {
    return Objects.requireNonNullElse(rows.get(new RowKey(workspace, integration.value())), List.of());
  }

  private @Nullable List<ClientKeyRow> load(RowKey key) {
    List<ClientKeyRow> found = database.inWorkspace(key.workspace(), tx -> ClientKeyStore.of(tx, new IntegrationId(key.id())));
    return found.isEmpty() ? null : List.copyOf(found);
  }

  private static RSAPublicKey publicKey(ClientKeyRow row) {
    try {
      return (RSAPublicKey) factory().generatePublic(new X509EncodedKeySpec(row.publicKey()));
    } catch (GeneralSecurityException | ClassCastException malformed) {
      throw new IntegrityException(ClientKeyRow.MAC_KIND);
    }
  }

  private static KeyFactory factory() throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA");
  }
}
