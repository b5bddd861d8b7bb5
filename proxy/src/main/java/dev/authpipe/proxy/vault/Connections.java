package dev.authpipe.proxy.vault;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** The plain side of connections: finding, listing, noting. Must never be asked where or for whom a credential is used. */
@Singleton
public final class Connections {
  /** A page of the API, and one more to know whether there is another page. */
  private static final int LIMIT_MOST = 201;
  private final ConnectionStore store = new ConnectionStore();

  /** One connection, ended or not. */
  public Optional<ConnectionRow> find(Tx tx, ConnectionId connection) {
    return store.find(tx, connection);
  }

  /** Of which integration each of these connections is, those left out that do not exist. One statement. */
  public Map<ConnectionId, IntegrationId> integrations(Tx tx, Set<ConnectionId> connections) {
    return store.integrations(tx, connections);
  }

  /** One connection with the names that its ids stand for. */
  public Optional<ConnectionListing> show(Tx tx, ConnectionId connection) {
    return store.show(tx, connection);
  }

  /**
   * Newest first.
   *
   * @param after the last one seen, or null to begin
   * @param limit 1 to 201
   */
  public List<ConnectionListing> list(Tx tx, ConnectionFilter filter, @Nullable ConnectionId after, int limit) {
    if (limit < 1 || limit > LIMIT_MOST) {
      throw new IllegalArgumentException("the limit is 1 to 201");
    }
    return store.list(tx, filter, after, limit);
  }

  /**
   * Replaces the customer's notes; false when the connection is unknown.
   *
   * @throws IllegalArgumentException if there are more than 50, or one is too long
   */
  public boolean updateMetadata(Tx tx, ConnectionId connection, Map<String, String> metadata) {
    return store.updateMetadata(tx, connection, metadata);
  }

  /**
   * Checks what a customer notes before a connection is there.
   *
   * @throws IllegalArgumentException if there are more than 50, or one is too long
   */
  public static void checkMetadata(Map<String, String> metadata) {
    Metadata.check(metadata);
  }

  /** Forgets when the end user agreed: the credential comes from elsewhere now. */
  public void authorizedElsewhere(Tx tx, ConnectionId connection) {
    store.authorizedElsewhere(tx, connection);
  }

  /** All connections of a person, ended ones included. */
  public List<ConnectionRow> byEndUser(Tx tx, UUID endUser) {
    return store.byEndUser(tx, endUser);
  }

  /** Other live connections of the integration with the same provider account: what a revocation beyond the token would hit too. */
  public List<ConnectionId> liveWithAccount(Tx tx, IntegrationId integration, UUID account, ConnectionId except) {
    return store.liveWithAccount(tx, integration, account, except);
  }
}
