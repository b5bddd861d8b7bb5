package dev.authpipe.control.member;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.IdempotentRequests;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.PageQuery;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.control.mail.Letter;
import dev.authpipe.control.mail.Postbox;

/** Invitations into a workspace. Never shows a code. */
@Controller("/api/v1/workspaces/{workspace_id}/invitations")
@ExecuteOn(TaskExecutors.BLOCKING)
final class InvitationController {
  private final Database database;
  private final Invitations invitations;
  private final IdempotentRequests idempotent;
  private final Postbox postbox;

  InvitationController(Database database, Invitations invitations, IdempotentRequests idempotent, Postbox postbox) {
    this.database = database;
    this.invitations = invitations;
    this.idempotent = idempotent;
    this.postbox = postbox;
  }

  /** Who is invited as what. */
  @Introspected
  @Schema(name = "NewInvitation")
  record Wanted(@Nullable String email, @Nullable String role) {}

  /** An open invitation. */
  @Introspected
  @Schema(name = "Invitation")
  record View(String id, String email, @Nullable String role, Instant createdAt, Instant expiresAt) {
    static View of(InvitationStore.Row row) {
      var role = row.role();
      return new View(row.id().toString(), row.email().text(), role == null ? null : role.word(), row.createdAt(),
          row.expiresAt());
    }
  }

  /** A page of invitations. */
  @Introspected
  @Schema(name = "InvitationList")
  record Page(List<View> data, @Nullable String nextCursor) {}

  @Get
  @Needs(Permission.MEMBERS_WRITE)
  @Operation(operationId = "listInvitations", summary = "List open invitations", description = "`limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  Page list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor) {
    KnownParameters.only(request, "limit", "cursor");
    PageQuery page = PageQuery.of(limit, cursor);
    List<InvitationStore.Row> found = invitations.list(access, page.after(UUID::fromString), page.limit() + 1);
    List<InvitationStore.Row> shown = found.subList(0, Math.min(page.limit(), found.size()));
    return new Page(shown.stream().map(View::of).toList(),
        found.size() > shown.size() ? PageQuery.cursor(shown.getLast().id().toString()) : null);
  }

  @Post
  @Needs(Permission.MEMBERS_WRITE)
  @Operation(operationId = "invite", summary = "Invite somebody", description = "Sends a code that works once and for seven days, within the plan's number of members. Only an owner invites owners. Takes `Idempotency-Key`.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = View.class)))
  HttpResponse<byte[]> invite(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @Body Wanted body) {
    KnownParameters.only(request);
    EmailAddress email = Fields.email(body.email());
    var role = Fields.role(body.role());
    List<Letter> owed = new ArrayList<>();
    HttpResponse<byte[]> answer = database.inWorkspace(access.workspace(),
        tx -> idempotent.once(tx, request, access.session(), body, () -> {
          Invitations.Made made = invitations.invite(tx, access, email, role, RequestIds.of(request));
          owed.add(made.letter());
          return HttpResponse.created(View.of(made.row()));
        }));
    owed.forEach(postbox::post);
    return answer;
  }

  @Delete("/{invitation_id}")
  @Needs(Permission.MEMBERS_WRITE)
  @Operation(operationId = "withdrawInvitation", summary = "Withdraw an invitation", description = "Its code works no more.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @Parameter(name = "invitation_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> withdraw(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      String invitation_id) {
    KnownParameters.only(request);
    invitations.withdraw(access, Fields.id(invitation_id), RequestIds.of(request));
    return HttpResponse.noContent();
  }
}
