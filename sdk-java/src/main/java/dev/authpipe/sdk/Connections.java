package dev.authpipe.sdk;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.DisconnectReport;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IdempotencyKey;
import dev.authpipe.sdk.value.IssuedAccessToken;
import dev.authpipe.sdk.value.NewConnection;
import dev.authpipe.sdk.value.NewCredential;
import dev.authpipe.sdk.value.ProbeReport;
import dev.authpipe.sdk.value.RefreshReport;
import dev.authpipe.sdk.value.ReplacedCredential;

/**
 * The connections of the workspace: list, read, import, refresh, probe, disconnect, and read an access token. Only
 * {@link #accessToken} gives out a secret.
 *
 * <p>{@link #ofEndUser} is the same for one person: a connection of somebody else then answers 404, which guards against mixed-up ids, and
 * is what an API key that must name the end user needs.
 */
public final class Connections {

  private static final Duration DEFAULT_MIN_TTL = Duration.ofSeconds(60);
  private static final String ALL = "/v1/connections";

  private final Exchange exchange;
  private final @Nullable EndUserId endUser;

  Connections(Exchange exchange) {
    this(exchange, null);
  }

  private Connections(Exchange exchange, @Nullable EndUserId endUser) {
    this.exchange = exchange;
    this.endUser = endUser;
  }

  /**
   * The same calls, each naming whose connection it must be.
   *
   * @param person who, from the application's login session
   * @return calls that reach this person's connections only
   */
  public Connections ofEndUser(EndUserId person) {
    return new Connections(exchange, person);
  }

  /**
   * Lists connections, newest first, page after page, while it is being walked. Scope {@code connections:read}.
   *
   * @param filter which ones
   * @return the connections
   */
  public Listing<Connection> list(ConnectionFilter filter) {
    if (endUser != null && filter.endUser() != null && !endUser.equals(filter.endUser())) {
      throw new IllegalArgumentException("these calls reach another person's connections");
    }
    Query query = new Query().addIf("integration", filter.integration()).addIf("status", filter.status())
        .addIf("rotation_due", filter.rotationDue() ? "true" : null);
    ApiCall first = ApiCall.repeatable("GET", ALL).with(query).of(endUser == null ? filter.endUser() : endUser);
    return Pages.listing(exchange, first, Answers::connection);
  }

  /**
   * Reads one connection. Scope {@code connections:read}.
   *
   * @param id which one
   * @return the connection
   */
  public Connection get(ConnectionId id) {
    return Answers.connection(exchange.call(ApiCall.repeatable("GET", path(id)).of(endUser)));
  }

  /**
   * Makes a connection from a secret that the application has. Once, also when the request has to be sent again. Scope
   * {@code connections:write}.
   *
   * @param connection what to make
   * @return the connection
   */
  public Connection create(NewConnection connection) {
    return create(connection, IdempotencyKey.random());
  }

  /**
   * Makes a connection from a secret that the application has, once for each key within 24 hours, also across restarts of the application.
   *
   * @param connection what to make
   * @param key        names the intention
   * @return the connection, as the first call with this key made it
   */
  public Connection create(NewConnection connection, IdempotencyKey key) {
    return Answers.connection(
        exchange.call(ApiCall.once("POST", ALL).withBody(Bodies.connection(connection)).withKey(key)));
  }

  /**
   * Makes many connections, all or none: {@link dev.authpipe.sdk.error.RequestRejectedException} with {@code batch_refused} names the rows
   * that are wrong. Scope {@code connections:write}.
   *
   * @param connections 1 to 1000, of which at most 100 have no refresh token
   * @param key         names the intention
   * @return the connections, in the same order
   */
  public List<Connection> createAll(List<NewConnection> connections, IdempotencyKey key) {
    Map<String, Object> body = Map.of("connections", connections.stream().map(Bodies::connection).toList());
    return exchange.call(ApiCall.once("POST", ALL + "/batch").withBody(body).withKey(key)).objects("data").stream()
        .map(Answers::connection).toList();
  }

  /**
   * Replaces the secret of a connection, which keeps its id. The new one is tried at the provider first, where the catalog knows how; refused,
   * it changes nothing. Scope {@code connections:write}.
   *
   * @param id         which one
   * @param credential the new secret
   * @return what may be shown of it
   */
  public ReplacedCredential replaceCredential(ConnectionId id, NewCredential credential) {
    return Answers.replacedCredential(
        exchange.call(ApiCall.once("PUT", path(id) + "/credential").withBody(Bodies.credential(credential)).of(endUser)));
  }

  /**
   * Replaces what the application has noted about a connection. Scope {@code connections:write}.
   *
   * @param id       which one
   * @param metadata at most 50 entries, keys of 1 to 64 and values of at most 512 characters; all that was there before goes
   * @return the connection
   */
  public Connection replaceMetadata(ConnectionId id, Map<String, String> metadata) {
    return Answers.connection(
        exchange.call(ApiCall.repeatable("PATCH", path(id)).withBody(Map.of("metadata", metadata)).of(endUser)));
  }

  /**
   * Disconnects: revokes at the provider and erases the credential. A shell stays for a reconnection, at most 30 days. Repeating it is
   * harmless. Scope {@code connections:write}.
   *
   * @param id which one
   * @return what it did
   */
  public DisconnectReport disconnect(ConnectionId id) {
    return Answers.disconnectReport(exchange.call(ApiCall.repeatable("DELETE", path(id)).of(endUser)));
  }

  /**
   * Disconnects and leaves nothing: the id answers 404 from now on. Scope {@code connections:write}.
   *
   * @param id which one
   * @return what it did
   */
  public DisconnectReport purge(ConnectionId id) {
    return Answers.disconnectReport(
        exchange.call(ApiCall.once("DELETE", path(id)).with(new Query().add("purge", "true")).of(endUser)));
  }

  /**
   * Reads an access token that is good for at least a minute. Scope {@code tokens:read}. {@link AccessTokens} keeps one for a while.
   *
   * @param id which connection
   * @param owner whose it must be; 404 when it is somebody else's, which guards against mixed-up ids
   * @return the access token
   */
  public IssuedAccessToken accessToken(ConnectionId id, EndUserId owner) {
    return accessToken(id, owner, DEFAULT_MIN_TTL);
  }

  /**
   * Reads an access token that is good for at least the time named. The proxy refreshes first when it must. Scope
   * {@code tokens:read}.
   *
   * @param id which connection
   * @param owner whose it must be; 404 when it is somebody else's, which guards against mixed-up ids
   * @param minTtl how long it must live at least; whole seconds, at most an hour
   * @return the access token
   */
  public IssuedAccessToken accessToken(ConnectionId id, EndUserId owner, Duration minTtl) {
    Query query = new Query().add("min_ttl", Long.toString(minTtl.toSeconds()));
    return Answers.issuedAccessToken(
        exchange.call(ApiCall.repeatable("GET", path(id) + "/token").with(query).of(owner)));
  }

  /**
   * Refreshes now, whether due or not. Scope {@code refresh}.
   *
   * @param id which connection
   * @return the outcome, without the access token
   */
  public RefreshReport refresh(ConnectionId id) {
    return Answers.refreshReport(exchange.call(ApiCall.once("POST", path(id) + "/refresh").of(endUser)));
  }

  /**
   * Checks now whether the provider accepts the credential. Scope {@code connections:read}.
   *
   * @param id which connection
   * @return what was found
   */
  public ProbeReport probe(ConnectionId id) {
    return Answers.probeReport(exchange.call(ApiCall.once("POST", path(id) + "/probe").of(endUser)));
  }

  private static String path(ConnectionId id) {
    return ALL + "/" + id;
  }
}
