package dev.authpipe.proxy.connection;

import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.caller.EndUserGuard;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.wire.ConnectionId;

/**
 * Finds a connection as far as it exists for this caller: another workspace's, another integration's and another person's answer like an unknown
 * id (S32, S33).
 */
@Singleton
final class VisibleConnections {
  private final VaultDatabase database;
  private final Connections connections;

  VisibleConnections(VaultDatabase database, Connections connections) {
    this.database = database;
    this.connections = connections;
  }

  /**
   * @param id    as the caller wrote it
   * @param named the end user the caller named; null: none
   */
  ConnectionListing require(Caller caller, String id, @Nullable String named) {
    ConnectionId connection = parse(id);
    return database.inWorkspace(caller.workspace(), tx -> require(tx, caller, connection, named));
  }

  ConnectionListing require(Tx tx, Caller caller, ConnectionId connection, @Nullable String named) {
    ConnectionListing found = connections.show(tx, connection).filter(one -> caller.maySee(one.connection().integration()))
        .orElseThrow(VisibleConnections::unknown);
    return switch (EndUserGuard.check(caller, named, found.endUser().identifier())) {
      case ALLOWED -> found;
      case NOT_NAMED -> throw new ProblemException(ErrorCode.END_USER_REQUIRED);
      case OTHER_PERSON -> throw unknown();
    };
  }

  /** The end user that a request names; null: none. */
  static @Nullable String named(HttpRequest<?> request) {
    return EndUserGuard.named(request.getHeaders().getAll(EndUserGuard.HEADER), request.getParameters().getAll("end_user"));
  }

  static ConnectionId parse(String id) {
    try {
      return ConnectionId.parse(id);
    } catch (IllegalArgumentException _) {
      throw unknown();
    }
  }

  static ProblemException unknown() {
    return new ProblemException(ErrorCode.NOT_FOUND, "No such connection.");
  }
}
