package dev.authpipe.control.member;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.CallLimit;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.PageQuery;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.WorkspaceAccess;

/** Members of a workspace. */
@Controller("/api/v1/workspaces/{workspace_id}/members")
@ExecuteOn(TaskExecutors.BLOCKING)
final class MemberController {
  private final Members members;

  MemberController(Members members) {
    this.members = members;
  }

  /** The wanted role. */
  @Introspected
  @Schema(name = "MemberChange")
  record Change(@Nullable String role) {}

  /**
   * A member as other members see them.
   *
   * @param personId     random id, as in events
   * @param secondFactor whether there is one
   */
  @Introspected
  @Schema(name = "Member")
  record View(String personId, String email, String displayName, String role, boolean secondFactor, Instant joinedAt) {}

  /** A page of members. */
  @Introspected
  @Schema(name = "MemberList")
  record Page(List<View> data, @Nullable String nextCursor) {}

  @Get
  @Needs(Permission.MEMBERS_READ)
  @Operation(operationId = "listMembers", summary = "List members", description = "`limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  Page list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor) {
    KnownParameters.only(request, "limit", "cursor");
    PageQuery page = PageQuery.of(limit, cursor);
    List<MemberStore.Row> found = members.list(access, page.after(UUID::fromString), page.limit() + 1);
    List<MemberStore.Row> shown = found.subList(0, Math.min(page.limit(), found.size()));
    return new Page(
        shown.stream().map(row -> new View(row.person().toString(), row.email(), row.displayName(), row.role().word(),
            row.secondFactor(), row.joinedAt())).toList(),
        found.size() > shown.size() ? PageQuery.cursor(shown.getLast().person().toString()) : null);
  }

  @Patch("/{person_id}")
  @Needs(Permission.MEMBERS_WRITE)
  @Operation(operationId = "updateMember", summary = "Change the role of a member", description = "Their sessions end. Only an owner makes and changes owners; the last one stays.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @Parameter(name = "person_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> update(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      String person_id, @Body Change body) {
    KnownParameters.only(request);
    members.changeRole(access, Fields.id(person_id), Fields.role(body.role()), RequestIds.of(request));
    return HttpResponse.noContent();
  }

  @Delete("/{person_id}")
  @Needs(value = Permission.MEMBERS_WRITE, limit = CallLimit.DESTRUCTIVE)
  @Operation(operationId = "removeMember", summary = "Remove a member", description = "Their sessions end. Only an owner removes owners; the last one stays.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @Parameter(name = "person_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> remove(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      String person_id) {
    KnownParameters.only(request);
    members.remove(access, Fields.id(person_id), RequestIds.of(request));
    return HttpResponse.noContent();
  }

  @Post("/leave")
  @Needs(value = Permission.MEMBERS_READ, limit = CallLimit.DESTRUCTIVE)
  @Operation(operationId = "leaveWorkspace", summary = "Leave a workspace", description = "The last owner cannot.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> leave(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access) {
    KnownParameters.only(request);
    members.leave(access, RequestIds.of(request));
    return HttpResponse.noContent();
  }
}
