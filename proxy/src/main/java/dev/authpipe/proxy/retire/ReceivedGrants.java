package dev.authpipe.proxy.retire;

import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Semaphore;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RevocationProfile;
import dev.authpipe.proxy.catalog.RevocationProfile.Revokes;
import dev.authpipe.proxy.clientsecret.TokenOriginChangedException;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Revokes tokens that a provider issued and nobody may use: answers that came late, or that cannot be accepted. Stored sealed until the provider
 * confirms, except where nothing can be sealed. Must never end a grant that a live connection of the same person uses.
 */
@Singleton
public final class ReceivedGrants {
  private static final Logger LOG = LoggerFactory.getLogger(ReceivedGrants.class);
  private static final int MOST_AT_ONCE = 16;

  private final VaultDatabase database;
  private final Connections connections;
  private final CredentialVault vault;
  private final RevocationStore store;
  private final Revocations revocations;
  private final RevocationCall call;
  private final AccountSharing sharing;
  private final Randomness randomness;
  private final Clock clock;
  private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);

  ReceivedGrants(VaultDatabase database, Connections connections, CredentialVault vault, RevocationStore store,
      Revocations revocations,
      RevocationCall call, AccountSharing sharing, Randomness randomness, Clock clock) {
    this.database = database;
    this.connections = connections;
    this.vault = vault;
    this.store = store;
    this.revocations = revocations;
    this.call = call;
    this.sharing = sharing;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** Whether a connection is known to have ended here, though it may be gone. */
  public boolean hasEnded(Tx tx, ConnectionId connection) {
    return !store.ofConnection(tx, connection).isEmpty();
  }

  /**
   * Revokes tokens that were received and must not be kept, for instance from an answer that cannot be accepted. Stored sealed until the
   * provider confirms; tried once before this returns.
   *
   * @param endUser for whom it was issued, by random id; null: unknown
   */
  public void revoke(Integration integration, @Nullable UUID endUser, ReceivedGrant received,
      RevocationReason reason) {
    WorkspaceId workspace = integration.workspace();
    try (Sealer sealer = vault.hold(workspace)) {
      UUID id = database.inWorkspace(workspace, tx -> {
        if (endUser != null && reachesFurther(integration) && sharing.hasLive(tx, integration.id(), endUser)) {
          return null; // revoking it would end the grant that the person's live connection uses
        }
        return add(tx, sealer, integration, null, null, received, reason);
      });
      if (id != null) {
        RevocationState state = revocations.advance(workspace, id);
        LOG.debug("received tokens: {}", state);
      }
    } catch (KeyUnavailableException | StoreUnavailableException _) {
      send(integration, received);
    }
  }

  /** As {@link #revoke}, in the transaction that found the answer to be late; tried right after its commit. */
  public void owe(Tx tx, Sealer sealer, Integration integration, ConnectionId connection, ReceivedGrant received,
      RevocationReason reason) {
    UUID account = connections.find(tx, connection).map(ConnectionRow::accountId).orElse(null);
    UUID id = add(tx, sealer, integration, connection, account, received, reason);
    tx.afterCommit(() -> startAdvancing(tx.workspace(), id));
  }

  /**
   * As {@link #owe} for tokens whose connection is gone: not where their revocation would end the grant that another connection of the person
   * uses.
   */
  public void oweOfNobody(Tx tx, Sealer sealer, Integration integration, UUID endUser, ReceivedGrant received,
      RevocationReason reason) {
    if (!reachesFurther(integration) || !sharing.hasLive(tx, integration.id(), endUser)) {
      UUID id = add(tx, sealer, integration, null, null, received, reason);
      tx.afterCommit(() -> startAdvancing(tx.workspace(), id));
    }
  }

  /** Revokes without storing anything, once, unless another live connection shares the grant: for answers that could not be sealed. */
  public void revokeNow(Integration integration, ConnectionId connection, ReceivedGrant received) {
    boolean shared = reachesFurther(integration) && database.inWorkspace(integration.workspace(), tx -> {
      UUID account = connections.find(tx, connection).map(ConnectionRow::accountId).orElse(null);
      return account != null && !connections.liveWithAccount(tx, integration.id(), account, connection).isEmpty();
    });
    if (!shared) {
      send(integration, received);
    }
  }

  private UUID add(Tx tx, Sealer sealer, Integration integration, @Nullable ConnectionId connection, @Nullable UUID account,
      ReceivedGrant received, RevocationReason reason) {
    Revocation one = new Revocation(tx.workspace(), randomness.uuidV7(), connection, integration.id(),
        integration.provider().slug(), account, null, reason, RevocationState.PENDING, true, 0, clock.instant());
    try (OwedTokens owed = received.owed(); SecretBytes plain = owed.encode()) {
      store.add(tx, one, sealer.seal(one.context(), plain));
    }
    return one.id();
  }

  private void send(Integration integration, ReceivedGrant received) {
    RevocationProfile profile = integration.provider().revocation();
    if (profile == null) {
      return;
    }
    try (OwedTokens owed = received.owed()) {
      RevocationCall.Answer answer = call.revoke(integration, profile, owed);
      LOG.warn("tokens that could not be kept were sent to revocation: {}", answer.code());
    } catch (KeyUnavailableException | StoreUnavailableException | TokenOriginChangedException | IllegalArgumentException _) {
      LOG.warn("tokens that could not be kept could not be revoked either");
    }
  }

  private void startAdvancing(WorkspaceId workspace, UUID id) {
    if (!atOnce.tryAcquire()) {
      return; // the job does it
    }
    Thread.ofVirtual().name("revocation").start(() -> {
      try {
        RevocationState state = revocations.advance(workspace, id);
        LOG.debug("late tokens: {}", state);
      } catch (StoreUnavailableException _) {
        LOG.debug("left to the job");
      } finally {
        atOnce.release();
      }
    });
  }

  /** Whether the provider revokes a token alone, so that nothing else can end with it. */
  public static boolean canEndAlone(Integration integration) {
    RevocationProfile profile = integration.provider().revocation();
    return profile != null && profile.revokes() == Revokes.TOKEN;
  }

  private static boolean reachesFurther(Integration integration) {
    RevocationProfile profile = integration.provider().revocation();
    return profile != null && profile.revokes() != Revokes.TOKEN;
  }
}
