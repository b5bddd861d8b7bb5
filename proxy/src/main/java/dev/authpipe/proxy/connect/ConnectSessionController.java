package dev.authpipe.proxy.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
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
import dev.authpipe.proxy.caller.IdempotencyOutcome;
import dev.authpipe.proxy.caller.IdempotentRequests;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.proxy.secret.SecretBytes;

/** Connect sessions as the application's back end sees them. No answer but the first carries a session token; none is ever cached. */
@Controller("/v1/connect-sessions")
@Secured("connect")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ConnectSessionController {
  private static final int CREATED = 201;
  private final Sessions sessions;
  private final SessionDrafts drafts;
  private final Finishing finishing;
  private final IdempotentRequests idempotent;
  private final Configuration configuration;
  private final ConnectSettings settings;
  private final ObjectMapper mapper;

  ConnectSessionController(Sessions sessions, SessionDrafts drafts, Finishing finishing, IdempotentRequests idempotent,
      Configuration configuration, ConnectSettings settings, ObjectMapper mapper) {
    this.sessions = sessions;
    this.drafts = drafts;
    this.finishing = finishing;
    this.idempotent = idempotent;
    this.configuration = configuration;
    this.settings = settings;
    this.mapper = mapper;
  }

  @Post
  @Operation(operationId = "createConnectSession", summary = "Create a connect session", description = "Scope `connect`. A right of one "
      + "end user's browser to connect one account, for ten minutes. `code_challenge` is the S256 challenge of a verifier that the application "
      + "keeps in its own logged-in session; `return_url` must equal an entry of every integration's allowlist. The session token stands in "
      + "this answer only.")
  @ApiResponse(responseCode = "201", description = "The session.", content = @Content(schema = @Schema(implementation = CreatedSession.class)))
  HttpResponse<byte[]> create(@Parameter(hidden = true) Caller caller, HttpRequest<?> request,
      @Nullable @Header("Idempotency-Key") String idempotencyKey, @Body CreateSession body) {
    if (idempotencyKey == null) {
      return created(CREATED, write(sessions.create(caller, drafts.check(caller, body), RequestIds.of(request))));
    }
    return switch (idempotent.begin(caller, idempotencyKey, "POST /v1/connect-sessions", write(body))) {
      case IdempotencyOutcome.Repeated(int status, SecretBytes answer) -> created(status, answer.expose());
      case IdempotencyOutcome.KeyReused() -> throw new ProblemException(ErrorCode.IDEMPOTENCY_KEY_REUSED);
      case IdempotencyOutcome.InProgress() -> throw new ProblemException(ErrorCode.REQUEST_IN_PROGRESS);
      case IdempotencyOutcome.Proceed(var claim) -> {
        byte[] answer;
        try {
          answer = write(sessions.create(caller, drafts.check(caller, body), RequestIds.of(request)));
        } catch (RuntimeException refused) {
          idempotent.abandon(claim);
          throw refused;
        }
        idempotent.finish(claim, CREATED, SecretBytes.copyOf(answer));
        yield created(CREATED, answer);
      }
    };
  }

  @Get("/{id}")
  @Operation(operationId = "getConnectSession", summary = "Read a connect session", description = "Scope `connect`. Its status and reason. "
      + "The finish code is never here: it travels through the end user's browser only.")
  SessionView read(@Parameter(hidden = true) Caller caller, @PathVariable String id) {
    return SessionView.of(sessions.read(caller, id), settings);
  }

  @Post("/{id}/finish")
  @Operation(operationId = "finishConnectSession", summary = "Finish a connect session", description = "Scope `connect`. Exchanges what "
      + "the end user brought back and makes the connection. `end_user_id` and `code_verifier` come from the application's own logged-in "
      + "session, never from the browser. The same request repeated returns the same connection; any other fails.")
  FinishedView finish(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @Body FinishRequest body) {
    return FinishedView.of(finishing.finish(caller, id, body, RequestIds.of(request)), configuration);
  }

  private static HttpResponse<byte[]> created(int status, byte[] answer) {
    return HttpResponse.<byte[]>status(status, "Created").contentType(MediaType.APPLICATION_JSON_TYPE)
        .header("Cache-Control", "no-store").body(answer);
  }

  private byte[] write(Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a record of ours can be written", impossible);
    }
  }
}
