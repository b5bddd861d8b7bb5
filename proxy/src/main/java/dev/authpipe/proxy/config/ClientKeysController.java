package dev.authpipe.proxy.config;

import java.time.Duration;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientKeyLife;
import dev.authpipe.proxy.clientsecret.ClientKeyOutcome;
import dev.authpipe.proxy.clientsecret.ClientKeyOutcome.Reason;
import dev.authpipe.proxy.clientsecret.ClientKeyView;
import dev.authpipe.proxy.clientsecret.ClientKeys;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.http.RequestIds;

/** Makes, shows, rotates and retires the key pairs with which integrations sign client assertions. Takes no key and shows no private one. */
@Controller("/v1/integrations/{id}/client-keys")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ClientKeysController {
  private static final int PER_MINUTE = 10;

  private final Configuration configuration;
  private final ClientKeys keys;
  private final ClientKeyLife life;
  private final RateLimits limits;

  ClientKeysController(Configuration configuration, ClientKeys keys, ClientKeyLife life, RateLimits limits) {
    this.configuration = configuration;
    this.keys = keys;
    this.life = life;
    this.limits = limits;
  }

  @Get
  @Secured({"connections:read", "config:write"})
  @Operation(operationId = "listClientKeys", summary = "List the client keys of an integration", description = "Scope `connections:read` or `config:write`. The public side of the key pairs that sign its client assertions (`private_key_jwt`); providers read them at `path` on the connect listener.")
  ClientKeyBody.Page list(@Parameter(hidden = true) Caller caller, @PathVariable String id) {
    Integration integration = find(caller, id);
    return new ClientKeyBody.Page(
        keys.published(integration.workspace(), integration.id()).stream().map(ClientKeyBody::of).toList(), null,
        "/jwks/" + integration.id());
  }

  @Post(consumes = MediaType.APPLICATION_JSON)
  @Status(HttpStatus.CREATED)
  @Secured("config:write")
  @Operation(operationId = "createClientKey", summary = "Make the first or the next client key", description = "Scope `config:write`. The pair is made here and its private part never leaves. The first signs at once; a next one is published at once and signs after `lead_seconds`, when providers have read it. 409 while a next one is published already. At most 10 a minute and API key.")
  ClientKeyBody make(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @Body ClientKeyBody.Wanted body) {
    Integration integration = find(caller, id);
    limit(caller);
    ClientKeyLife.Change change = change(caller, request, integration);
    Duration lead = lead(body.leadSeconds());
    ClientKeyOutcome first = isFirst(integration) ? life.make(change) : life.rotate(change, lead);
    return shown(first);
  }

  @Post("/{key}/activate")
  @Secured("config:write")
  @Operation(operationId = "activateClientKey", summary = "Have the next client key sign now", description = "Scope `config:write`. Ends the lead of the key that is published and does not sign yet; the one before stays published until what it signed has expired.")
  ClientKeyBody activate(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @PathVariable String key) {
    Integration integration = find(caller, id);
    ClientKeyView.State state = keys.published(integration.workspace(), integration.id()).stream()
        .filter(one -> one.keyId().equals(key)).map(ClientKeyView::state).findFirst()
        .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    if (state != ClientKeyView.State.PUBLISHED) {
      throw new ProblemException(ErrorCode.CONFLICT, Reason.NOT_UNDER_WAY.sentence());
    }
    return shown(life.activate(change(caller, request, integration)));
  }

  @Delete("/{key}")
  @Secured("config:write")
  @Operation(operationId = "retireClientKey", summary = "Retire a client key", description = "Scope `config:write`. It signs no more, the next one takes over, and it is destroyed when what it signed has expired; with `now=true` at once. 409 when no other key could sign, unless `last=true`. At most 10 a minute and API key.")
  ClientKeyBody retire(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @PathVariable String key, @QueryValue @Nullable Boolean last, @QueryValue @Nullable Boolean now) {
    Integration integration = find(caller, id);
    limit(caller);
    return shown(life.retire(change(caller, request, integration), key, Boolean.TRUE.equals(last), Boolean.TRUE.equals(now)));
  }

  private boolean isFirst(Integration integration) {
    return keys.published(integration.workspace(), integration.id()).stream()
        .allMatch(key -> key.state() == ClientKeyView.State.ENDING);
  }

  private static Duration lead(@Nullable Long seconds) {
    if (seconds == null) {
      return ClientKeyLife.USUAL_LEAD;
    }
    if (seconds < 0 || seconds > ClientKeyLife.LONGEST_LEAD.toSeconds()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          "lead_seconds is 0 to " + ClientKeyLife.LONGEST_LEAD.toSeconds() + ".");
    }
    return Duration.ofSeconds(seconds);
  }

  private static ClientKeyLife.Change change(Caller caller, HttpRequest<?> request, Integration integration) {
    return new ClientKeyLife.Change(integration.workspace(), integration.id(), integration.clientSecretOrigin(), caller.actor(),
        "api", RequestIds.of(request));
  }

  private static ClientKeyBody shown(ClientKeyOutcome outcome) {
    return switch (outcome) {
      case ClientKeyOutcome.Done(ClientKeyView key) -> ClientKeyBody.of(key);
      case ClientKeyOutcome.Refused(Reason reason) ->
        throw new ProblemException(reason == Reason.UNKNOWN ? ErrorCode.NOT_FOUND : ErrorCode.CONFLICT, reason.sentence());
    };
  }

  private void limit(Caller caller) {
    Duration wait = limits.take("client-keys", caller.workspace() + " " + caller.key(), PER_MINUTE);
    if (wait != null) {
      throw new ProblemException(ErrorCode.RATE_LIMITED, "At most 10 such calls a minute and API key.", wait);
    }
  }

  private Integration find(Caller caller, String idOrSlug) {
    @Nullable
    Integration found = configuration.integration(caller.workspace(), idOrSlug).orElse(null);
    if (found == null || !caller.maySee(found.id())) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    if (!found.provider().takesClientKey()) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "The provider of this integration takes no client assertions.");
    }
    return found;
  }
}
