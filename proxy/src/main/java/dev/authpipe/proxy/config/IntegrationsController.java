package dev.authpipe.proxy.config;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientSecretSetting;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.clientsecret.PreviousSecrets;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.proxy.secret.SecretText;

/** Shows integrations and takes client secrets. Never shows a client secret; integrations of the configuration file are read-only. */
@Controller("/v1/integrations")
@ExecuteOn(TaskExecutors.BLOCKING)
final class IntegrationsController {
  private final Configuration configuration;
  private final ClientSecrets secrets;
  private final ClientSecretSetting setting;
  private final PreviousSecrets previous;
  private final Clock clock;

  IntegrationsController(Configuration configuration, ClientSecrets secrets, ClientSecretSetting setting,
      PreviousSecrets previous, Clock clock) {
    this.configuration = configuration;
    this.secrets = secrets;
    this.setting = setting;
    this.previous = previous;
    this.clock = clock;
  }

  @Get
  @Secured({"connect", "connections:read", "config:write"})
  @Operation(operationId = "listIntegrations", summary = "List integrations", description = "Scope `connect`, `connections:read` or `config:write`. All integrations that the API key may use, in one page.")
  IntegrationView.Page list(@Parameter(hidden = true) Caller caller) {
    List<IntegrationView> views = configuration.integrations(caller.workspace()).stream().filter(i -> caller.maySee(i.id()))
        .map(this::view).toList();
    return new IntegrationView.Page(views, null);
  }

  @Get("/{id}")
  @Secured({"connect", "connections:read", "config:write"})
  @Operation(operationId = "getIntegration", summary = "Show an integration", description = "Scope `connect`, `connections:read` or `config:write`. Takes the id or the slug.")
  IntegrationView get(@Parameter(hidden = true) Caller caller, @PathVariable String id) {
    return view(find(caller, id));
  }

  @Put("/{id}")
  @SuppressWarnings("DoNotCallSuggester") // callers use the route
  @Secured("config:write")
  @Operation(operationId = "putIntegration", summary = "Change an integration", description = "Scope `config:write`. Integrations of the configuration file are read-only: 409 `configured_by_file`.")
  IntegrationView put(@Parameter(hidden = true) Caller caller, @PathVariable String id) {
    throw new ProblemException(ErrorCode.CONFIGURED_BY_FILE, "The integration " + find(caller, id).slug()
        + " is managed by the configuration file: change it there, it is read again without a restart.");
  }

  @Put("/{id}/client-secret")
  @Secured("config:write")
  @Operation(operationId = "putClientSecret", summary = "Replace a client secret", description = "Scope `config:write`. Write-only: the answer shows a masked prefix and since when. `expires_at` says when it ends by itself: reminders are told before. With `previous_valid_seconds` the one before is tried as well for as long, at the provider and after the new one was refused; the same secret again only moves that end. What was set for another token endpoint is never kept.")
  @RequestBody(required = true, content = @Content(mediaType = "application/json", schema = @Schema(implementation = ClientSecretBody.class)))
  IntegrationView.Masked putSecret(HttpRequest<?> request, @Parameter(hidden = true) Caller caller, @PathVariable String id,
      @Body ClientSecretBody body) {
    Integration integration = find(caller, id);
    if (!integration.provider().takesClientSecret()) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE,
          "The provider of this integration takes no client secret.");
    }
    try (SecretText secret = body.clientSecret()) {
      if (secret == null || secret.length() == 0 || secret.length() > 64 * 1024) {
        throw new ProblemException(ErrorCode.INVALID_REQUEST, "client_secret has 1 to 65536 bytes.");
      }
      Instant now = clock.instant();
      return IntegrationView.Masked.of(integration, setting.set(ClientSecretSealer.place(integration), secret,
          body.replacement(now), AuditActor.apiKey(caller.key()), "api", RequestIds.of(request)), now);
    }
  }

  @Delete("/{id}/client-secret/previous")
  @Status(HttpStatus.NO_CONTENT)
  @Secured("config:write")
  @Operation(operationId = "deletePreviousClientSecret", summary = "End the client secret before", description = "Scope `config:write`. It is not tried any more, and is erased at once. 404 when there is none.")
  void endPrevious(HttpRequest<?> request, @Parameter(hidden = true) Caller caller, @PathVariable String id) {
    Integration integration = find(caller, id);
    if (previous
        .end(integration.workspace(), integration.id(), AuditActor.apiKey(caller.key()), "api", RequestIds.of(request))
        .isEmpty()) {
      throw new ProblemException(ErrorCode.NOT_FOUND, "No client secret before is tried.");
    }
  }

  private IntegrationView view(Integration integration) {
    return IntegrationView.of(integration, secrets.view(integration.workspace(), integration.id()).orElse(null), clock.instant());
  }

  private Integration find(Caller caller, String idOrSlug) {
    @Nullable
    Integration found = configuration.integration(caller.workspace(), idOrSlug).orElse(null);
    if (found == null || !caller.maySee(found.id())) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    return found;
  }
}
