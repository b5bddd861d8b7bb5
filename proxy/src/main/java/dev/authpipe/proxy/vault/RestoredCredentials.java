package dev.authpipe.proxy.vault;

import java.time.Instant;
import java.util.Optional;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.RestoredRows;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;

/**
 * Which credentials came back from a backup, so that a refresh token which may have been spent since is not sent. Must be asked before a refresh token
 * leaves. Thread-safe.
 */
@Singleton
public final class RestoredCredentials implements RestoredRows {
  private final RestoredCredentialStore store = new RestoredCredentialStore();

  /** What is remembered, whatever generation the credential has now; empty: it did not come from a backup. */
  public Optional<RestoredCredential> find(Tx tx, ConnectionId connection) {
    return store.find(tx, connection);
  }

  /** Somebody wants it renewed: from now on other journals are waited for, if they were not before. */
  public void wanted(Tx tx, ConnectionId connection) {
    store.wanted(tx, connection);
  }

  /** A journal's answer took the place of what came back. */
  public void recovered(Tx tx, ConnectionId connection, long generation, Instant received) {
    store.recovered(tx, connection, generation, received);
  }

  @Override
  public String store() {
    return "vault";
  }

  @Override
  public void restored(Tx tx, Restored restored) {
    RestoredCredentialStore.restored(tx, restored.snapshot(), restored.journals());
    LeaseStore.endAll(tx);
  }
}
