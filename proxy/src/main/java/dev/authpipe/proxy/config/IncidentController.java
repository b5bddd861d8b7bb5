package dev.authpipe.proxy.config;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.proxy.incident.IncidentKind;
import dev.authpipe.proxy.incident.IncidentView;
import dev.authpipe.proxy.incident.Incidents;
import dev.authpipe.wire.IncidentId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Ends or renews every connection of the caller's workspace. Must never begin without the workspace's name in the body. */
@Controller("/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
class IncidentController {
  private static final int DESTRUCTIVE_PER_MINUTE = 10;

  private final Incidents incidents;
  private final Configuration configuration;
  private final RateLimits limits;

  IncidentController(Incidents incidents, Configuration configuration, RateLimits limits) {
    this.incidents = incidents;
    this.configuration = configuration;
    this.limits = limits;
  }

  /**
   * What is asked for.
   *
   * @param confirm     the name of the workspace
   * @param integration only its connections: id or slug; absent: all of the workspace
   */
  record IncidentRequest(String confirm, @Nullable String integration) {}

  /**
   * An incident in an answer.
   *
   * @param incident how far it is
   */
  record IncidentAnswer(Incident incident) {}

  /**
   * How far an incident is. Names nobody.
   *
   * @param id          {@code inc_…}
   * @param kind        {@code revoke_all} or {@code rotate_all}
   * @param status      "running" or "completed"
   * @param integration its id; absent: all of the workspace
   * @param collecting  whether connections are still being taken up, so that their number is not final
   * @param connections how many were taken up; with {@code revoke_all} these are blocked
   * @param done        how many of them have come to an end
   * @param outcomes    how many are where, by outcome (docs/incidents.md)
   * @param requestedAt when it was asked for
   * @param completedAt when the last connection had come to an end
   * @param reportParts how many signed documents tell of it
   */
  record Incident(String id, String kind, String status, @Nullable String integration, boolean collecting, int connections,
      int done, Map<String, Integer> outcomes, Instant requestedAt, @Nullable Instant completedAt, int reportParts) {}

  @Post(uri = "/workspaces/{id}/revoke-all", consumes = MediaType.APPLICATION_JSON)
  @Secured("incident")
  @ApiResponse(responseCode = "202", description = "The incident as it stands; it goes on.", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = IncidentAnswer.class)))
  @Operation(operationId = "revokeAll", summary = "Disconnect and revoke every connection", description = "Scope `incident`. Blocks every connection of the workspace, or of one integration, and has each revoked at its provider until that confirms. `confirm` is the workspace's name. Asking again while it runs is the same incident. At most 10 a minute and API key.")
  HttpResponse<IncidentAnswer> revokeAll(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @Body IncidentRequest body) {
    return begin(caller, request, id, body, IncidentKind.REVOKE_ALL);
  }

  @Post(uri = "/workspaces/{id}/rotate-all", consumes = MediaType.APPLICATION_JSON)
  @Secured("incident")
  @ApiResponse(responseCode = "202", description = "The incident as it stands; it goes on.", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = IncidentAnswer.class)))
  @Operation(operationId = "rotateAll", summary = "Refresh every connection and revoke its old access token", description = "Scope `incident`. Refreshes every connection of the workspace, or of one integration, and revokes its old access token where the provider can do that alone. `confirm` is the workspace's name. Asking again while it runs is the same incident. At most 10 a minute and API key.")
  HttpResponse<IncidentAnswer> rotateAll(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @Body IncidentRequest body) {
    return begin(caller, request, id, body, IncidentKind.ROTATE_ALL);
  }

  @Get("/incidents/{id}")
  @Secured("incident")
  @Operation(operationId = "getIncident", summary = "Read how far an incident is", description = "Scope `incident`.")
  IncidentAnswer incident(@Parameter(hidden = true) Caller caller, @PathVariable String id) {
    return new IncidentAnswer(shown(require(caller, id)));
  }

  @Get(uri = "/incidents/{id}/report", produces = MediaType.TEXT_PLAIN)
  @Secured("incident")
  @ApiResponse(responseCode = "200", description = "The signed document.", content = @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(type = "string")))
  @Operation(operationId = "getIncidentReport", summary = "Read the signed report of an incident", description = "Scope `incident`. What became of each connection, as a signed document (docs/document-format.md); `part` is 1 (usual) to `report_parts`. 404 while the incident is running.")
  HttpResponse<String> report(@Parameter(hidden = true) Caller caller, @PathVariable String id,
      @QueryValue @Nullable Integer part) {
    IncidentView view = require(caller, id);
    return HttpResponse.ok(incidents.report(caller.workspace(), view.id(), part == null ? 1 : part)
        .orElseThrow(IncidentController::unknown)).contentType(MediaType.TEXT_PLAIN_TYPE);
  }

  private HttpResponse<IncidentAnswer> begin(Caller caller, HttpRequest<?> request, String id, IncidentRequest body,
      IncidentKind kind) {
    Workspace workspace = configuration.workspace(caller.workspace()).filter(one -> isNamed(id, one.id()))
        .orElseThrow(IncidentController::unknown);
    if (caller.requireEndUser()) {
      throw new ProblemException(ErrorCode.END_USER_REQUIRED,
          "An API key that must name the end user may not act for all of them.");
    }
    IntegrationId integration = integration(caller, body.integration());
    if (!workspace.name().equals(body.confirm())) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "confirm is the name of the workspace; nothing was begun.");
    }
    Duration wait = limits.take("destructive", caller.workspace() + " " + caller.key(), DESTRUCTIVE_PER_MINUTE);
    if (wait != null) {
      throw new ProblemException(ErrorCode.RATE_LIMITED, "At most 10 destructive calls a minute and API key.", wait);
    }
    return HttpResponse.accepted().body(
        new IncidentAnswer(shown(incidents.begin(caller.workspace(), kind, integration, caller.key(), RequestIds.of(request)))));
  }

  /** A key that may use some integrations only may end the connections of one of them, never all. */
  private @Nullable IntegrationId integration(Caller caller, @Nullable String named) {
    if (named == null) {
      if (!caller.integrations().isEmpty()) {
        throw new ProblemException(ErrorCode.INTEGRATION_NOT_ALLOWED);
      }
      return null;
    }
    return configuration.integration(caller.workspace(), named).map(Integration::id).filter(caller::maySee)
        .orElseThrow(() -> new ProblemException(ErrorCode.UNPROCESSABLE, "No such integration."));
  }

  private IncidentView require(Caller caller, String id) {
    try {
      return incidents.find(caller.workspace(), IncidentId.parse(id)).filter(one -> maySee(caller, one))
          .orElseThrow(IncidentController::unknown);
    } catch (IllegalArgumentException _) {
      throw unknown();
    }
  }

  private static boolean maySee(Caller caller, IncidentView incident) {
    IntegrationId integration = incident.integration();
    return caller.integrations().isEmpty() || (integration != null && caller.maySee(integration));
  }

  private static boolean isNamed(String id, WorkspaceId workspace) {
    return workspace.toString().equals(id);
  }

  private static Incident shown(IncidentView view) {
    IntegrationId integration = view.integration();
    return new Incident(view.id().toString(), view.kind().word(), view.status(),
        integration == null ? null : integration.toString(),
        view.collecting(), view.connections(), view.done(), view.outcomes(), view.requestedAt(), view.completedAt(),
        view.reportParts());
  }

  private static ProblemException unknown() {
    return new ProblemException(ErrorCode.NOT_FOUND);
  }
}
