package dev.authpipe.proxy.connection;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Rotation;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.proxy.refresh.CredentialRequest;
import dev.authpipe.proxy.refresh.FreshCredentials;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.refresh.RefreshOutcome;
import dev.authpipe.proxy.retire.DisconnectOutcome;
import dev.authpipe.proxy.retire.Retirement;
import dev.authpipe.proxy.vault.ConnectionFilter;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** The customer's view of connections: list, read, note, refresh, probe, disconnect. Never answers with a secret. */
@Controller("/v1/connections")
@ExecuteOn(TaskExecutors.BLOCKING)
class ConnectionController {
  private static final int MOST_LISTED = 200;
  private static final int DESTRUCTIVE_PER_MINUTE = 10;
  private static final Duration REFRESH_DEADLINE = Duration.ofSeconds(30);

  private final VaultDatabase database;
  private final Connections connections;
  private final VisibleConnections visible;
  private final Configuration configuration;
  private final FreshCredentials credentials;
  private final ConnectionProbe probe;
  private final Retirement retirement;
  private final AuditLog audit;
  private final RateLimits limits;
  private final Clock clock;

  ConnectionController(VaultDatabase database, Connections connections, VisibleConnections visible, Configuration configuration,
      FreshCredentials credentials, ConnectionProbe probe, Retirement retirement, AuditLog audit, RateLimits limits,
      Clock clock) {
    this.database = database;
    this.connections = connections;
    this.visible = visible;
    this.configuration = configuration;
    this.credentials = credentials;
    this.probe = probe;
    this.retirement = retirement;
    this.audit = audit;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * A page of connections, newest first.
   *
   * @param data       the connections
   * @param nextCursor where the next page begins; absent on the last one
   */
  record ConnectionPage(List<ConnectionView> data, @Nullable String nextCursor) {}

  /**
   * What may be changed.
   *
   * @param metadata the customer's own words; replaces what was there
   */
  record Change(Map<String, String> metadata) {}

  /**
   * What a forced refresh did.
   *
   * @param outcome    {@code refreshed}
   * @param generation of the credential's new value
   * @param expiresAt  when the new access token expires
   */
  record RefreshReport(String outcome, long generation, @Nullable Instant expiresAt) {}

  /**
   * What disconnecting did.
   *
   * @param id         the connection
   * @param status     {@code disconnected}
   * @param revocation how far the provider's side has come: {@code confirmed}, {@code pending}, {@code not_supported}, {@code not_sent} or
   *                   {@code gave_up}
   * @param purged     whether nothing of it is left
   */
  record DisconnectReport(String id, String status, String revocation, boolean purged) {}

  /**
   * What a probe found.
   *
   * @param outcome   {@code alive}, {@code refused}, {@code unreachable} or {@code not_offered}
   * @param checkedAt when
   */
  record ProbeReport(String outcome, Instant checkedAt) {}

  @Get
  @Secured("connections:read")
  @Operation(operationId = "listConnections", summary = "List connections", description = "Scope `connections:read`. Newest first; `limit` 1 to 200, usually 50; `integration` (id or slug), `end_user`, `status` (`active` or `disconnected`) and `rotation_due=true` (the secret is to be replaced within 30 days, or is overdue) narrow the list.")
  ConnectionPage list(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @QueryValue @Nullable String integration,
      @QueryValue("end_user") @Nullable String endUser, @QueryValue @Nullable String status,
      @QueryValue("rotation_due") @Nullable String rotationDue, @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    String person = VisibleConnections.named(request);
    if (person == null && caller.requireEndUser()) {
      throw new ProblemException(ErrorCode.END_USER_REQUIRED);
    }
    int most = limit == null ? 50 : limit;
    if (most < 1 || most > MOST_LISTED) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "limit is 1 to " + MOST_LISTED + ".");
    }
    Optional<IntegrationId> through = integration == null ? Optional.empty() : integrationOf(caller, integration);
    if (integration != null && through.isEmpty()) {
      return new ConnectionPage(List.of(), null);
    }
    ConnectionFilter filter = new ConnectionFilter(through.orElse(null), Set.copyOf(caller.integrations()), person,
        status == null ? null : statusOf(status), rotationDue == null ? null : dueOf(caller, rotationDue));
    ConnectionId after = cursor == null ? null : cursorOf(cursor);
    List<ConnectionListing> found = database.inWorkspace(caller.workspace(),
        tx -> connections.list(tx, filter, after, Math.min(most + 1, MOST_LISTED + 1)));
    List<ConnectionView> data = new ArrayList<>();
    found.stream().limit(most).forEach(one -> data.add(ConnectionView.of(one, configuration, null, clock.instant())));
    return new ConnectionPage(data, found.size() > most ? data.getLast().id() : null);
  }

  @Get("/{id}")
  @Secured("connections:read")
  @Operation(operationId = "getConnection", summary = "Read a connection", description = "Scope `connections:read`. `status` tells how its credential is; `revocation` of a disconnected one tells how far the provider is.")
  ConnectionView get(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @QueryValue("end_user") @Nullable String endUser) {
    return view(caller, visible.require(caller, id, VisibleConnections.named(request)));
  }

  @Patch("/{id}")
  @Secured("connections:write")
  @Operation(operationId = "updateConnection", summary = "Change the metadata of a connection", description = "Scope `connections:write`. Replaces the metadata: at most 50 entries, keys of 1 to 64 and values of at most 512 characters.")
  ConnectionView change(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @QueryValue("end_user") @Nullable String endUser, @Body Change change) {
    if (change.metadata() == null) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "metadata is required.");
    }
    ConnectionId connection = VisibleConnections.parse(id);
    ConnectionListing changed = database.inWorkspace(caller.workspace(), tx -> {
      ConnectionListing before = visible.require(tx, caller, connection, VisibleConnections.named(request));
      try {
        if (!connections.updateMetadata(tx, connection, change.metadata())) {
          throw VisibleConnections.unknown();
        }
      } catch (IllegalArgumentException _) {
        throw new ProblemException(ErrorCode.UNPROCESSABLE,
            "metadata has at most 50 entries, keys of 1 to 64 and values of at most 512 characters.");
      }
      audit.append(tx, AuditEntry.of(AuditType.CONNECTION_UPDATED, caller.actor(), AuditObject.connection(connection))
          .requestId(RequestIds.of(request)).detail(AuditDetail.INTEGRATION, before.connection().integration())
          .detail(AuditDetail.PROVIDER, before.connection().provider()).build());
      return visible.require(tx, caller, connection, VisibleConnections.named(request));
    });
    return view(caller, changed);
  }

  /** Disconnects: blocks at once, asks the provider to revoke, erases. Repeating it is harmless. */
  @Delete("/{id}")
  @Secured("connections:write")
  @Operation(operationId = "deleteConnection", summary = "Disconnect", description = "Scope `connections:write`. Blocks the connection at once, asks the provider to revoke, erases the credential. `purge=true` leaves no shell. Repeating it is harmless. At most 10 a minute and API key.")
  DisconnectReport disconnect(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @QueryValue("end_user") @Nullable String endUser, @QueryValue @Nullable Boolean purge) {
    Duration wait = limits.take("destructive", caller.workspace() + " " + caller.key(), DESTRUCTIVE_PER_MINUTE);
    if (wait != null) {
      throw new ProblemException(ErrorCode.RATE_LIMITED, "At most 10 destructive calls a minute and API key.", wait);
    }
    ConnectionRow row = visible.require(caller, id, VisibleConnections.named(request)).connection();
    return switch (retirement.disconnect(caller.workspace(), row.id(), Boolean.TRUE.equals(purge), caller.actor(),
        RequestIds.of(request))) {
      case DisconnectOutcome.UnknownConnection _ -> throw VisibleConnections.unknown();
      case DisconnectOutcome.Disconnected(var revocation, boolean purged) ->
        new DisconnectReport(row.id().toString(), ConnectionStatus.DISCONNECTED.word(), revocation.word(), purged);
    };
  }

  /** Refreshes now; answers what happened, not the secret. */
  @Post("/{id}/refresh")
  @Secured("refresh")
  @Operation(operationId = "refreshConnection", summary = "Refresh now", description = "Scope `refresh`. Answers what happened, not the secret.")
  RefreshReport refresh(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @QueryValue("end_user") @Nullable String endUser) {
    ConnectionRow row = visible.require(caller, id, VisibleConnections.named(request)).connection();
    CredentialRequest asked = new CredentialRequest(caller.workspace(), row.id(), Duration.ZERO, REFRESH_DEADLINE);
    return switch (credentials.force(asked, caller.actor())) {
      case RefreshOutcome.Refreshed(long generation, Instant expiresAt) -> new RefreshReport("refreshed", generation, expiresAt);
      case RefreshOutcome.NotRefreshable _ ->
        throw new ProblemException(ErrorCode.CONFLICT, "A credential of this kind has no refresh.");
      case FreshOutcome.Failure failure -> throw Failures.problem(failure);
    };
  }

  /** Asks the provider now whether the credential is alive. */
  @Post("/{id}/probe")
  @Secured("connections:read")
  @Operation(operationId = "probeConnection", summary = "Check now whether a credential is alive", description = "Scope `connections:read`. One cheap request to the provider: `alive`, `refused`, `unreachable` or `not_offered`.")
  ProbeReport probe(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @QueryValue("end_user") @Nullable String endUser) {
    ConnectionRow row = visible.require(caller, id, VisibleConnections.named(request)).connection();
    return new ProbeReport(probe.outcome(row), probe.now());
  }

  private ConnectionView view(Caller caller, ConnectionListing listing) {
    ConnectionRow row = listing.connection();
    boolean ended = row.status() == ConnectionStatus.DISCONNECTED;
    return ConnectionView.of(listing, configuration, ended ? retirement.state(caller.workspace(), row.id()).word() : null,
        clock.instant());
  }

  private Optional<IntegrationId> integrationOf(Caller caller, String reference) {
    return configuration.integration(caller.workspace(), reference).map(Integration::id).filter(caller::maySee);
  }

  private static ConnectionStatus statusOf(String word) {
    try {
      return ConnectionStatus.of(word);
    } catch (IllegalArgumentException _) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "status is active or disconnected.");
    }
  }

  /** What counts as due now, by the rules in force. */
  private ConnectionFilter.RotationDue dueOf(Caller caller, String text) {
    if (!text.equals("true")) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "rotation_due is true, or left out.");
    }
    Instant soon = clock.instant().plus(Rotation.SOON);
    Map<IntegrationId, Instant> setBy = new HashMap<>();
    Set<IntegrationId> keys = new HashSet<>();
    for (Integration one : configuration.integrations(caller.workspace())) {
      Duration age = one.keysRotateAfter();
      if (one.provider().key() != null) {
        keys.add(one.id());
      }
      if (age != null) {
        setBy.put(one.id(), soon.minus(age));
      }
    }
    return new ConnectionFilter.RotationDue(setBy, keys, soon);
  }

  private static ConnectionId cursorOf(String cursor) {
    try {
      return ConnectionId.parse(cursor);
    } catch (IllegalArgumentException _) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "cursor is a next_cursor of an earlier answer.");
    }
  }
}
