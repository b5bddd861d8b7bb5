package dev.authpipe.proxy.vault;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** The dates of live credentials, without the credentials: what reminders are computed from. Must never show anything sealed. */
@Singleton
public final class CredentialDates {
  private final DatesStore store = new DatesStore();

  /**
   * The dates of one live credential.
   *
   * @param connection       whose
   * @param integration      through which integration
   * @param provider         its slug
   * @param generation       of the present value
   * @param setAt            when the present value was set
   * @param secretExpiresAt  when a key ends by itself, as whoever brought it said, or null
   * @param authorizedAt     when the end user last agreed through the connect flow, or null
   * @param refreshExpiresAt what the provider stated about the refresh token, or null
   * @param reauthRequired   whether the end user has to agree now
   */
  public record Dates(ConnectionId connection, IntegrationId integration, String provider, long generation, Instant setAt,
      @Nullable Instant secretExpiresAt, @Nullable Instant authorizedAt, @Nullable Instant refreshExpiresAt,
      boolean reauthRequired) {}

  /**
   * Which dates to look for, any of them; null: not this one.
   *
   * @param setBy            set until then
   * @param secretExpiresBy  ending by itself until then
   * @param authorizedBy     agreed to until then
   * @param refreshExpiresBy with a refresh token that ends until then
   */
  public record Until(@Nullable Instant setBy, @Nullable Instant secretExpiresBy, @Nullable Instant authorizedBy,
      @Nullable Instant refreshExpiresBy) {}

  /** Live credentials of an integration with one of these dates, by id, after one of them. */
  public List<Dates> until(Tx tx, IntegrationId integration, Until until, @Nullable ConnectionId after, int most) {
    return store.until(tx, integration, until, after, most);
  }

  /** Those of these connections that are live. */
  public Map<ConnectionId, Dates> of(Tx tx, Collection<ConnectionId> connections) {
    return store.of(tx, connections);
  }

  /** One, holding off disconnect and replacement until the end of the transaction; empty when it is not live. */
  public Optional<Dates> lock(Tx tx, ConnectionId connection) {
    return store.lock(tx, connection);
  }
}
