package dev.authpipe.control.witness;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.dataplane.DataPlanes;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.CallLimit;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.wire.DataPlaneId;

/** Witnessed checkpoints over REST, at the home of their data plane. Never takes one. */
@Controller("/api/v1/workspaces/{workspace_id}/data-planes/{data_plane_id}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class WitnessController {
  private final Database database;
  private final DataPlanes planes;
  private final AuditLog audit;

  WitnessController(Database database, DataPlanes planes, AuditLog audit) {
    this.database = database;
    this.planes = planes;
    this.audit = audit;
  }

  @Get("/checkpoints")
  @Needs(Permission.AUDIT_READ)
  @Operation(operationId = "listWitnessedCheckpoints", summary = "List witnessed checkpoints", description = "The last checkpoint of each log of a data plane that this workspace administers; for `bin/authpipe audit verify`.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  WitnessedList list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("data_plane_id") String dataPlaneId) {
    KnownParameters.only(request);
    return new WitnessedList(
        database.inWorkspace(access.workspace(), tx -> WitnessStore.all(tx, known(tx, dataPlaneId))));
  }

  @Post("/restores")
  @Needs(value = Permission.DATA_PLANES_WRITE, limit = CallLimit.DESTRUCTIVE)
  @Operation(operationId = "declareRestore", summary = "Declare a restore", description = "For 24 hours the logs of the data plane may go on in this epoch without the proof that they contain their last checkpoint. Nothing else lets them.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "204")
  HttpResponse<byte[]> declare(@Parameter(hidden = true) HttpRequest<?> request,
      @Parameter(hidden = true) WorkspaceAccess access, @PathVariable("data_plane_id") String dataPlaneId,
      @Body DeclaredRestore body) {
    KnownParameters.only(request);
    if (body.epoch() < 1) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "epoch is at least 1.");
    }
    database.run(access.workspace(), tx -> {
      DataPlaneId plane = known(tx, dataPlaneId);
      WitnessStore.declare(tx, plane, body.epoch());
      audit.append(tx, AuditEntry.of(AuditType.RESTORE_DECLARED, AuditActor.of(access.session()), AuditObject.dataPlane(plane))
          .detail(AuditDetail.EPOCH, body.epoch()).requestId(RequestIds.of(request)).build());
    });
    return HttpResponse.noContent();
  }

  private DataPlaneId known(Tx tx, String text) {
    try {
      DataPlaneId id = DataPlaneId.parse(text);
      if (planes.find(tx, id).isPresent()) {
        return id;
      }
    } catch (IllegalArgumentException unknown) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    throw new ProblemException(ErrorCode.NOT_FOUND);
  }
}
