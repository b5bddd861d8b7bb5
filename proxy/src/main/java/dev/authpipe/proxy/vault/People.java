package dev.authpipe.proxy.vault;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.IntegrationId;

/**
 * Random ids of end users and provider accounts, and the only rows that say who they are. Those names must never go anywhere that outlives
 * the rows: the audit log knows the random ids (S43).
 */
@Singleton
public final class People {
  private final Randomness randomness;
  private final PeopleStore store = new PeopleStore();

  /** @param randomness makes version 4 ids, which do not tell when a person came */
  public People(Randomness randomness) {
    this.randomness = randomness;
  }

  /**
   * The end user with this identifier, made if unknown; name and address are replaced where given.
   *
   * @param identifier the customer's name for them, 1 to 256 characters
   */
  public EndUser ensure(Tx tx, String identifier, @Nullable String displayName, @Nullable String email) {
    return store.upsert(tx, randomness.uuidV4(), identifier, displayName, email);
  }

  /** By the customer's name for them. */
  public Optional<EndUser> find(Tx tx, String identifier) {
    return store.find(tx, identifier);
  }

  /** By random id. */
  public Optional<EndUser> find(Tx tx, UUID endUser) {
    return store.find(tx, endUser);
  }

  /**
   * The random id of an account at the integration's provider, made if unknown.
   *
   * @param identifier the provider's id for it, 1 to 512 characters
   */
  public UUID account(Tx tx, IntegrationId integration, String identifier, @Nullable String label) {
    return store.upsertAccount(tx, randomness.uuidV4(), integration, identifier, label);
  }

  /** By random id. */
  public Optional<ProviderAccount> findAccount(Tx tx, UUID account) {
    return store.findAccount(tx, account);
  }

  /** Erases a person: their connections with all that hangs on them, provider accounts that nobody else uses, and the row that names them. */
  public void erase(Tx tx, UUID endUser) {
    List<UUID> accounts = store.accountsOf(tx, endUser);
    store.deleteConnections(tx, endUser);
    store.deleteUnusedAccounts(tx, accounts);
    store.deleteEndUser(tx, endUser);
  }
}
