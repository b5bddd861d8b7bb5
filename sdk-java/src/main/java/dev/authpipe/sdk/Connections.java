package dev.authpipe.sdk;

import java.time.Duration;

import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IssuedAccessToken;
import dev.authpipe.sdk.value.ProbeReport;
import dev.authpipe.sdk.value.RefreshReport;

/**
 * The connections of the workspace: list, read, refresh, probe, disconnect, and read an access token. Only
 * {@link #accessToken} gives out a secret.
 */
public final class Connections {

  private static final Duration DEFAULT_MIN_TTL = Duration.ofSeconds(60);

  private final Exchange exchange;

  Connections(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Lists connections, page after page, while it is being iterated. Each iteration asks anew. Scope
   * {@code connections:read}.
   *
   * @param filter which ones
   * @return the connections, in the proxy's order
   */
  public Iterable<Connection> list(ConnectionFilter filter) {
    Query query = new Query();
    if (filter.integration() != null) {
      query.add("integration", filter.integration().value());
    }
    if (filter.endUser() != null) {
      query.add("end_user", filter.endUser().value());
    }
    if (filter.status() != null) {
      query.add("status", filter.status().value());
    }
    return () -> new Pages<>(exchange, "/v1/connections", query, Answers::connection);
  }

  /**
   * Reads one connection. Scope {@code connections:read}.
   *
   * @param id which one
   * @return the connection
   */
  public Connection get(ConnectionId id) {
    return Answers.connection(exchange.call(ApiCall.repeatable("GET", path(id))));
  }

  /**
   * Disconnects: revokes at the provider and erases the credential. A shell stays for a reconnection, at most 30 days.
   * Scope {@code connections:write}.
   *
   * @param id which one
   */
  public void disconnect(ConnectionId id) {
    exchange.answer(ApiCall.once("DELETE", path(id)));
  }

  /**
   * Disconnects and leaves nothing. Scope {@code connections:write}.
   *
   * @param id which one
   */
  public void purge(ConnectionId id) {
    exchange.answer(ApiCall.once("DELETE", path(id) + "?purge=true"));
  }

  /**
   * Reads an access token that is good for at least a minute. Scope {@code tokens:read}.
   *
   * @param id which connection
   * @param endUser whose it must be; 404 when it is somebody else's, which guards against mixed-up ids
   * @return the access token
   */
  public IssuedAccessToken accessToken(ConnectionId id, EndUserId endUser) {
    return accessToken(id, endUser, DEFAULT_MIN_TTL);
  }

  /**
   * Reads an access token that is good for at least the time named. The proxy refreshes first when it must. Scope
   * {@code tokens:read}.
   *
   * @param id which connection
   * @param endUser whose it must be; 404 when it is somebody else's, which guards against mixed-up ids
   * @param minTtl how long it must live at least; whole seconds
   * @return the access token
   */
  public IssuedAccessToken accessToken(ConnectionId id, EndUserId endUser, Duration minTtl) {
    Query query = new Query().add("min_ttl", Long.toString(minTtl.toSeconds())).add("end_user", endUser.value());
    return Answers.issuedAccessToken(exchange.call(ApiCall.repeatable("GET", query.appendTo(path(id) + "/token"))));
  }

  /**
   * Refreshes now, whether due or not. Scope {@code refresh}.
   *
   * @param id which connection
   * @return the outcome, without the access token
   */
  public RefreshReport refresh(ConnectionId id) {
    return Answers.refreshReport(exchange.call(ApiCall.once("POST", path(id) + "/refresh")));
  }

  /**
   * Checks now whether the provider accepts the credential. Scope {@code connections:read}.
   *
   * @param id which connection
   * @return what was found
   */
  public ProbeReport probe(ConnectionId id) {
    return Answers.probeReport(exchange.call(ApiCall.once("POST", path(id) + "/probe")));
  }

  private static String path(ConnectionId id) {
    return "/v1/connections/" + id;
  }
}
