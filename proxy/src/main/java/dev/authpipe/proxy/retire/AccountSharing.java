package dev.authpipe.proxy.retire;

import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/**
 * Whether ending a whole grant would end somebody else's access too (step 10 of docs/refresh-protocol.md). Where the provider tells no account,
 * other connections of the same person through the same integration count as sharing it.
 */
@Singleton
final class AccountSharing {
  private static final ConnectionId NONE = new ConnectionId(new UUID(0, 0));

  private final VaultDatabase database;
  private final Connections connections;

  AccountSharing(VaultDatabase database, Connections connections) {
    this.database = database;
    this.connections = connections;
  }

  boolean isShared(Revocation one) {
    return database.inWorkspace(one.workspace(), tx -> isShared(tx, one));
  }

  private boolean isShared(Tx tx, Revocation one) {
    ConnectionId connection = one.connection();
    ConnectionRow own = connection == null ? null : connections.find(tx, connection).orElse(null);
    if (own != null && own.status() == ConnectionStatus.ACTIVE) {
      return true; // it lives on with another grant of the same account
    }
    UUID account = one.account();
    if (account != null) {
      return !connections.liveWithAccount(tx, one.integration(), account, connection == null ? NONE : connection).isEmpty();
    }
    return own != null && byOthers(tx, own);
  }

  /** Whether another live connection has the same account as this one. */
  private boolean byOthers(Tx tx, ConnectionRow own) {
    UUID account = own.accountId();
    if (account != null) {
      return !connections.liveWithAccount(tx, own.integration(), account, own.id()).isEmpty();
    }
    return connections.byEndUser(tx, own.endUserId()).stream()
        .anyMatch(other -> isLive(other, own.integration()) && other.accountId() == null && !other.id().equals(own.id()));
  }

  /** Whether a live connection of another person has the same account as this one. */
  boolean byOtherPeople(Tx tx, ConnectionRow own) {
    UUID account = own.accountId();
    if (account == null) {
      return false;
    }
    Set<ConnectionId> persons = connections.byEndUser(tx, own.endUserId()).stream().map(ConnectionRow::id)
        .collect(Collectors.toSet());
    return !persons.containsAll(connections.liveWithAccount(tx, own.integration(), account, own.id()));
  }

  /** Whether the person has any live connection through the integration. */
  boolean hasLive(Tx tx, IntegrationId integration, UUID endUser) {
    return connections.byEndUser(tx, endUser).stream().anyMatch(other -> isLive(other, integration));
  }

  private static boolean isLive(ConnectionRow row, IntegrationId integration) {
    return row.status() == ConnectionStatus.ACTIVE && row.integration().equals(integration);
  }
}
