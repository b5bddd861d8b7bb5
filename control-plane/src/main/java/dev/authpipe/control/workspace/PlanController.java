package dev.authpipe.control.workspace;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;

import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;

/** Says what a new workspace can be. Never changes anything. */
@Controller("/api/v1/plans")
@ExecuteOn(TaskExecutors.BLOCKING)
final class PlanController {
  private final Plans plans;
  private final WorkspaceSettings settings;

  PlanController(Plans plans, WorkspaceSettings settings) {
    this.plans = plans;
    this.settings = settings;
  }

  @Get
  @Needs(Permission.SIGNED_IN)
  @Operation(operationId = "listPlans", summary = "List plans and regions", description = "A plan decides retention and limits.")
  PlanList list(@Parameter(hidden = true) HttpRequest<?> request) {
    KnownParameters.only(request);
    return new PlanList(plans.all(), settings.regions());
  }
}
