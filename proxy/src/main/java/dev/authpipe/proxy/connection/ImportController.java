package dev.authpipe.proxy.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.caller.IdempotencyClaim;
import dev.authpipe.proxy.caller.IdempotencyOutcome;
import dev.authpipe.proxy.caller.IdempotentRequests;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.vault.ConnectionListing;

/** Takes secrets from callers and never gives one back. */
@Controller("/v1/connections")
@ExecuteOn(TaskExecutors.BLOCKING)
class ImportController {
  private static final int MOST_AT_ONCE = 100;
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private final Imports imports;
  private final VisibleConnections visible;
  private final IdempotentRequests idempotent;
  private final Configuration configuration;
  private final ObjectMapper json;

  ImportController(Imports imports, VisibleConnections visible, IdempotentRequests idempotent, Configuration configuration,
      ObjectMapper json) {
    this.imports = imports;
    this.visible = visible;
    this.idempotent = idempotent;
    this.configuration = configuration;
    this.json = json;
  }

  /**
   * A batch, all or nothing.
   *
   * @param connections 1 to 100
   */
  record Batch(List<ImportInput> connections) {}

  /**
   * What a batch made, in its order.
   *
   * @param data the connections
   */
  record Made(List<ConnectionView> data) {}

  /**
   * What may be shown of a replaced secret.
   *
   * @param id           the connection
   * @param maskedPrefix the provider's fixed type prefix and at most 4 characters more, or empty
   */
  record Replaced(String id, String maskedPrefix) {}

  @Post(consumes = MediaType.APPLICATION_JSON)
  @Secured("connections:write")
  @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ImportInput.class)))
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ConnectionView.class)))
  @Operation(operationId = "createConnection", summary = "Make a connection from a secret", description = "Scope `connections:write`. `credential.type` is `oauth2`, `api_key`, `basic` or `bearer`, as the provider takes. Takes an `Idempotency-Key`.")
  HttpResponse<byte[]> create(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @Body byte[] body) {
    return once(caller, request, "POST /v1/connections", body, () -> {
      ConnectionListing made = imports.create(caller, List.of(read(body, ImportInput.class)), RequestIds.of(request)).getFirst();
      return new Answer(write(ConnectionView.of(made, configuration, null)), made.endUser().id());
    });
  }

  @Post(uri = "/batch", consumes = MediaType.APPLICATION_JSON)
  @Secured("connections:write")
  @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Batch.class)))
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Made.class)))
  @Operation(operationId = "createConnections", summary = "Make up to 100 connections, all or nothing", description = "Scope `connections:write`. Either all are made or none; takes no `Idempotency-Key`.")
  HttpResponse<byte[]> createAll(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @Body byte[] body) {
    if (request.getHeaders().contains(IDEMPOTENCY_KEY)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "A batch takes no Idempotency-Key: its answer names many people.");
    }
    Batch batch = read(body, Batch.class);
    if (batch.connections() == null || batch.connections().isEmpty() || batch.connections().size() > MOST_AT_ONCE) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "A batch has 1 to " + MOST_AT_ONCE + " connections.");
    }
    List<ConnectionView> made = imports.create(caller, batch.connections(), RequestIds.of(request)).stream()
        .map(one -> ConnectionView.of(one, configuration, null)).toList();
    return answer(201, write(new Made(made)).expose());
  }

  @Put(uri = "/{id}/credential", consumes = MediaType.APPLICATION_JSON)
  @Secured("connections:write")
  @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CredentialInput.class)))
  @ApiResponse(responseCode = "200", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Replaced.class)))
  @Operation(operationId = "replaceCredential", summary = "Replace the secret of a connection", description = "Scope `connections:write`. The body is a `credential`; the answer shows a masked prefix only.")
  Replaced replace(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @QueryValue("end_user") @Nullable String endUser, @Body byte[] body) {
    ConnectionListing listing = visible.require(caller, id, VisibleConnections.named(request));
    String shown = imports.replace(caller, listing, read(body, CredentialInput.class), RequestIds.of(request));
    return new Replaced(listing.connection().id().toString(), shown);
  }

  private record Answer(SecretBytes body, UUID endUser) {}

  private HttpResponse<byte[]> once(Caller caller, HttpRequest<?> request, String operation, byte[] body,
      Supplier<Answer> work) {
    String key = request.getHeaders().get(IDEMPOTENCY_KEY);
    if (key == null) {
      return answer(201, work.get().body().expose());
    }
    return switch (idempotent.begin(caller, key, operation, body)) {
      case IdempotencyOutcome.Repeated(int status, SecretBytes kept) -> answer(status, kept.expose());
      case IdempotencyOutcome.KeyReused _ -> throw new ProblemException(ErrorCode.IDEMPOTENCY_KEY_REUSED);
      case IdempotencyOutcome.InProgress _ -> throw new ProblemException(ErrorCode.REQUEST_IN_PROGRESS);
      case IdempotencyOutcome.Proceed(IdempotencyClaim claim) -> {
        boolean done = false;
        try {
          Answer made = work.get();
          idempotent.finish(claim, 201, made.body(), made.endUser());
          done = true;
          yield answer(201, made.body().expose());
        } finally {
          if (!done) {
            idempotent.abandon(claim);
          }
        }
      }
    };
  }

  private static HttpResponse<byte[]> answer(int status, byte[] body) {
    return HttpResponse.<byte[]>status(status, status == 201 ? "Created" : "OK").contentType(MediaType.APPLICATION_JSON_TYPE)
        .body(body);
  }

  private <T> T read(byte[] body, Class<T> type) {
    try {
      T value = json.readValue(body, type);
      if (value == null) {
        throw new ProblemException(ErrorCode.INVALID_JSON);
      }
      return value;
    } catch (com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException _) {
      throw new ProblemException(ErrorCode.UNKNOWN_FIELD);
    } catch (com.fasterxml.jackson.databind.JsonMappingException _) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "A field of the body is missing or has a wrong form.");
    } catch (IOException _) {
      throw new ProblemException(ErrorCode.INVALID_JSON);
    }
  }

  private SecretBytes write(Object value) {
    try {
      return SecretBytes.taking(json.writeValueAsString(value).getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("an answer could not be written", broken);
    }
  }
}
