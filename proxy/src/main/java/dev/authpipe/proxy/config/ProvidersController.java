package dev.authpipe.proxy.config;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Operation;

import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;

/** Shows the provider catalog, with how far each entry was checked. Holds nothing of a workspace. */
@Controller("/v1/providers")
@Secured({"connect", "connections:read", "config:write"})
@ExecuteOn(TaskExecutors.BLOCKING)
final class ProvidersController {
  private final Catalog catalog;

  ProvidersController(Catalog catalog) {
    this.catalog = catalog;
  }

  @Get
  @Operation(operationId = "listProviders", summary = "List the provider catalog", description = "Scope `connect`, `connections:read` or `config:write`. The whole catalog in one page.")
  ProviderList list() {
    return new ProviderList(catalog.all().stream().map(ProviderView::of).toList(), null);
  }

  @Get("/{slug}")
  @Operation(operationId = "getProvider", summary = "Show a provider", description = "Scope `connect`, `connections:read` or `config:write`.")
  ProviderView get(@PathVariable String slug) {
    return catalog.provider(slug).map(ProviderView::of).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
  }
}
