package dev.authpipe.control.provider;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;

/** Shows the provider catalog. The same for every workspace; never changes anything. */
@Controller("/api/v1/workspaces/{workspace_id}/providers")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ProviderController {
  private final Providers providers;

  ProviderController(Providers providers) {
    this.providers = providers;
  }

  @Get
  @Needs(Permission.CONFIGURATION_READ)
  @Operation(operationId = "listProviders", summary = "List providers", description = "The whole catalog in one page.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  ProviderList list(@Parameter(hidden = true) HttpRequest<?> request) {
    KnownParameters.only(request);
    return new ProviderList(providers.all(), null);
  }

  @Get("/{provider}")
  @Needs(Permission.CONFIGURATION_READ)
  @Operation(operationId = "readProvider", summary = "Read a provider")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  Provider read(@Parameter(hidden = true) HttpRequest<?> request, @PathVariable String provider) {
    KnownParameters.only(request);
    return providers.find(provider).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
  }
}
