package dev.authpipe.proxy.config;

import java.time.Duration;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.browser.PublicOrigin;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientSecretEntries;
import dev.authpipe.proxy.clientsecret.EntryLink;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.wire.ClientSecretEntryId;

/** Makes, lists and withdraws one-time links by which a person enters a client secret. No answer but the first carries a link. */
@Controller("/v1/integrations/{id}/client-secret-entries")
@ExecuteOn(TaskExecutors.BLOCKING)
final class EntriesController {
  private static final int PER_MINUTE = 10;

  private final Configuration configuration;
  private final ClientSecretEntries entries;
  private final PublicOrigin origin;
  private final RateLimits limits;

  EntriesController(Configuration configuration, ClientSecretEntries entries, PublicOrigin origin, RateLimits limits) {
    this.configuration = configuration;
    this.entries = entries;
    this.origin = origin;
    this.limits = limits;
  }

  @Get
  @Secured("config:write")
  @Operation(operationId = "listClientSecretEntries", summary = "List the open entry links of an integration", description = "Scope `config:write`. Those that can still be used, without the links themselves.")
  EntryBody.Page list(@Parameter(hidden = true) Caller caller, @PathVariable String id) {
    Integration integration = find(caller, id);
    return new EntryBody.Page(
        entries.open(integration.workspace(), integration.id()).stream().map(entry -> EntryBody.of(entry, null)).toList(), null);
  }

  @Post(consumes = MediaType.APPLICATION_JSON)
  @Secured("config:write")
  @Operation(operationId = "createClientSecretEntry", summary = "Make a one-time link to enter a client secret", description = "Scope `config:write`. For a person who has the client secret and no API key: a page of the connect listener takes it, once, until `expires_at`. The link stands in this answer only. 409 while 5 of the integration can still be used. At most 10 a minute and API key.")
  @ApiResponse(responseCode = "201", description = "The link.", content = @Content(schema = @Schema(implementation = EntryBody.class)))
  HttpResponse<EntryBody> make(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @Body EntryBody.Wanted body) {
    Integration integration = find(caller, id);
    Duration lifetime = body.lifetime();
    Duration keep = ClientSecretBody.keepPrevious(body.previousValidSeconds());
    limit(caller);
    ClientSecretEntries.Made made = entries
        .make(ClientSecretSealer.place(integration), lifetime, keep, caller.actor(), "api", RequestIds.of(request))
        .orElseThrow(() -> new ProblemException(ErrorCode.CONFLICT,
            "The integration has " + ClientSecretEntries.MOST_OPEN + " open entry links: withdraw one, or wait."));
    return HttpResponse.created(EntryBody.of(made.entry(), origin.page(EntryLink.PATH, made.link().text())))
        .header("Cache-Control", "no-store");
  }

  @Delete("/{entry}")
  @Status(HttpStatus.NO_CONTENT)
  @Secured("config:write")
  @Operation(operationId = "deleteClientSecretEntry", summary = "Withdraw an entry link", description = "Scope `config:write`. It is good no more. 404 when it was used, withdrawn, or ran out.")
  void withdraw(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @PathVariable String entry) {
    Integration integration = find(caller, id);
    ClientSecretEntryId parsed = parse(entry);
    if (parsed == null || !entries.withdraw(integration.workspace(), integration.id(), parsed, caller.actor(), "api",
        RequestIds.of(request))) {
      throw new ProblemException(ErrorCode.NOT_FOUND, "The integration has no such link that can still be used.");
    }
  }

  private static @Nullable ClientSecretEntryId parse(String entry) {
    try {
      return ClientSecretEntryId.parse(entry);
    } catch (IllegalArgumentException foreign) {
      return null;
    }
  }

  private void limit(Caller caller) {
    Duration wait = limits.take("client-secret-entries", caller.workspace() + " " + caller.key(), PER_MINUTE);
    if (wait != null) {
      throw new ProblemException(ErrorCode.RATE_LIMITED, "At most 10 such calls a minute and API key.", wait);
    }
  }

  private Integration find(Caller caller, String idOrSlug) {
    Integration found = configuration.integration(caller.workspace(), idOrSlug).filter(one -> caller.maySee(one.id()))
        .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    if (!found.provider().takesClientSecret()) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "The provider of this integration takes no client secret.");
    }
    return found;
  }
}
