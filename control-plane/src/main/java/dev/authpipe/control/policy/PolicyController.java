package dev.authpipe.control.policy;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.WorkspaceAccess;

/** Rules and looks of a workspace over REST. Never takes markup. */
@Controller("/api/v1/workspaces/{workspace_id}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class PolicyController {
  private final Database database;
  private final Policies policies;

  PolicyController(Database database, Policies policies) {
    this.database = database;
    this.policies = policies;
  }

  @Get("/policy")
  @Needs(Permission.CONFIGURATION_READ)
  @Operation(operationId = "readPolicy", summary = "Read the policy")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  PolicyView policy(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access) {
    KnownParameters.only(request);
    return PolicyView.of(database.inWorkspace(access.workspace(), policies::find));
  }

  @Patch("/policy")
  @Needs(Permission.WORKSPACE_WRITE)
  @Operation(operationId = "updatePolicy", summary = "Change the policy", description = "What is left out stays. What narrows applies at proxies at once, everything else waits for their operator.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  PolicyView update(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @Body PolicyBody body) {
    KnownParameters.only(request);
    return PolicyView
        .of(database.inWorkspace(access.workspace(), tx -> policies.change(tx, access, RequestIds.of(request), body)));
  }

  @Get("/branding")
  @Needs(Permission.CONFIGURATION_READ)
  @Operation(operationId = "readBranding", summary = "Read the branding")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  BrandingView branding(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access) {
    KnownParameters.only(request);
    return BrandingView.of(database.inWorkspace(access.workspace(), policies::branding));
  }

  @Patch("/branding")
  @Needs(Permission.CONFIGURATION_WRITE)
  @Operation(operationId = "updateBranding", summary = "Change the branding", description = "What is left out stays, an empty text takes away. It is kept here; no proxy of this version is told.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  BrandingView update(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @Body BrandingBody body) {
    KnownParameters.only(request);
    return BrandingView
        .of(database.inWorkspace(access.workspace(), tx -> policies.change(tx, access, RequestIds.of(request), body)));
  }
}
