package dev.authpipe.proxy.retire;

import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RevocationProfile;
import dev.authpipe.proxy.catalog.RevocationProfile.Revoked;
import dev.authpipe.proxy.catalog.RevocationProfile.Revokes;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Access tokens whose credential is about to be renewed, and which are then revoked. Set aside sealed before the renewal leaves, so that a cut at
 * any point loses none. Must never send a token whose revocation ends more than itself, nor a refresh token.
 */
@Singleton
public final class OldTokens {
  private final VaultDatabase database;
  private final RevocationStore store;
  private final Revocations revocations;
  private final Randomness randomness;
  private final Clock clock;

  OldTokens(VaultDatabase database, RevocationStore store, Revocations revocations, Randomness randomness, Clock clock) {
    this.database = database;
    this.store = store;
    this.revocations = revocations;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** Whether the provider revokes a single access token. */
  public boolean canEnd(Integration integration) {
    RevocationProfile profile = integration.provider().revocation();
    return profile != null && profile.revokes() == Revokes.TOKEN && profile.order().contains(Revoked.ACCESS_TOKEN);
  }

  /**
   * Sets the access token of a credential aside; if nobody comes back to it, it is revoked after the hold, once the credential is another one.
   *
   * @return the revocation that owes it
   */
  public UUID setAside(Tx tx, Sealer sealer, Integration integration, ConnectionId connection, OpenCredential old,
      Duration hold) {
    Revocation one = new Revocation(tx.workspace(), randomness.uuidV7(), connection, integration.id(),
        integration.provider().slug(), null, null, RevocationReason.ROTATED, RevocationState.PENDING, true, 0, clock.instant());
    try (OwedTokens owed = new OwedTokens(null, old.accessToken(), old.tokenOrigin(), old.parameters(), old.client());
        SecretBytes plain = owed.encode()) {
      store.add(tx, one, sealer.seal(one.context(), plain));
    }
    store.ofGeneration(tx, one.id(), old.generation());
    store.setAside(tx, one.id(), hold);
    return one.id();
  }

  /** Holds one for longer that was set aside before. */
  public void hold(Tx tx, UUID id, Duration hold) {
    store.setAside(tx, id, hold);
  }

  /** Revokes one that was set aside, once; what is not confirmed stays owed. */
  public RevocationState revoke(WorkspaceId workspace, UUID id) {
    database.run(workspace, tx -> store.release(tx, id));
    return revocations.advance(workspace, id);
  }

  /** Gives one up that was set aside for a renewal that cannot be. */
  public void forget(Tx tx, UUID id) {
    store.forget(tx, id);
  }
}
