package dev.authpipe.proxy.vault;

import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.IntegrationId;

/** Placeholder of the face. */
@SuppressWarnings("DoNotCallSuggester")
public final class People {
  /** The end user with this identifier, made if unknown; name and address replaced where given. */
  public EndUser ensure(Tx tx, String identifier, @Nullable String displayName, @Nullable String email) {
    throw new UnsupportedOperationException();
  }

  /** By the customer's name. */
  public Optional<EndUser> find(Tx tx, String identifier) {
    throw new UnsupportedOperationException();
  }

  /** By random id. */
  public Optional<EndUser> find(Tx tx, UUID endUser) {
    throw new UnsupportedOperationException();
  }

  /** The random id of an account at a provider, made if unknown. */
  public UUID account(Tx tx, IntegrationId integration, String identifier, @Nullable String label) {
    throw new UnsupportedOperationException();
  }

  /** By random id. */
  public Optional<ProviderAccount> findAccount(Tx tx, UUID account) {
    throw new UnsupportedOperationException();
  }

  /** Erases the person's row, and provider accounts that nobody else uses; their connections must be purged before. */
  public void erase(Tx tx, UUID endUser) {
    throw new UnsupportedOperationException();
  }
}
