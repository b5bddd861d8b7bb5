package dev.authpipe.proxy.vault;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** Placeholder of the face. */
@SuppressWarnings("DoNotCallSuggester")
public final class Connections {
  /** One connection. */
  public Optional<ConnectionRow> find(Tx tx, ConnectionId connection) {
    throw new UnsupportedOperationException();
  }

  /** One connection with names. */
  public Optional<ConnectionListing> show(Tx tx, ConnectionId connection) {
    throw new UnsupportedOperationException();
  }

  /** Newest first, those older than the id of the last one seen; at most {@code limit}, 1 to 200. */
  public List<ConnectionListing> list(Tx tx, ConnectionFilter filter, @Nullable ConnectionId after, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Replaces the customer's notes; false when unknown. */
  public boolean updateMetadata(Tx tx, ConnectionId connection, Map<String, String> metadata) {
    throw new UnsupportedOperationException();
  }

  /** All connections of a person, ended ones included. */
  public List<ConnectionRow> byEndUser(Tx tx, UUID endUser) {
    throw new UnsupportedOperationException();
  }

  /** Other live connections of the integration with the same provider account. */
  public List<ConnectionId> liveWithAccount(Tx tx, IntegrationId integration, UUID account, ConnectionId except) {
    throw new UnsupportedOperationException();
  }
}
