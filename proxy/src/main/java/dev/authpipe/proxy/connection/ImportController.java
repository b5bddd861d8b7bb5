package dev.authpipe.proxy.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

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
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.wire.ConnectionId;

/** Takes secrets from callers and never gives one back. */
@Controller("/v1/connections")
@ExecuteOn(TaskExecutors.BLOCKING)
class ImportController {

  private final Imports imports;
  private final VisibleConnections visible;
  private final OncePerKey once;
  private final Configuration configuration;
  private final ObjectMapper json;
  private final BatchRows rows;
  private final Clock clock;

  ImportController(Imports imports, VisibleConnections visible, OncePerKey once, Configuration configuration,
      ObjectMapper json, Clock clock) {
    this.imports = imports;
    this.visible = visible;
    this.once = once;
    this.configuration = configuration;
    this.json = json;
    this.rows = new BatchRows(json);
    this.clock = clock;
  }

  /**
   * A batch, all or nothing.
   *
   * @param connections 1 to 1000
   */
  record Batch(List<ImportInput> connections) {}

  /**
   * What a batch made, in its order.
   *
   * @param data the connections
   */
  record Made(List<ConnectionView> data) {}

  /**
   * What is remembered of a batch: an answer that names many people could not be erased with one of them.
   *
   * @param made the ids of its connections
   */
  record Kept(List<String> made) {}

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
  @Operation(operationId = "createConnection", summary = "Make a connection from a secret", description = "Scope `connections:write`. `credential.type` is `oauth2`, `api_key`, `basic`, `bearer` or `client_credentials`, as the provider takes; with the last an access token is minted before anything is stored. Takes an `Idempotency-Key`.")
  HttpResponse<byte[]> create(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @Body byte[] body) {
    return once.run(caller, request, "POST /v1/connections", body, kept -> answer(kept.expose()), once -> {
      ConnectionListing made = imports.create(caller, read(body, ImportInput.class), RequestIds.of(request),
          (tx, sealer, all) -> once.keep(tx, sealer, write(view(all.getFirst())), all.getFirst().endUser().id()));
      return answer(write(view(made)).expose());
    });
  }

  @Post(uri = "/batch", consumes = MediaType.APPLICATION_JSON)
  @Secured("connections:write")
  @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Batch.class)))
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Made.class)))
  @Operation(operationId = "createConnections", summary = "Make up to 1000 connections, all or nothing", description = "Scope `connections:write`. Either all are made or none: 422 `batch_refused` names each row that is wrong in `errors`. At most 1000 rows, of which at most 100 have no refresh token. Takes an `Idempotency-Key`; a repetition answers the connections as they are by then, without those erased since.")
  HttpResponse<byte[]> createAll(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @Body byte[] body) {
    return once.run(caller, request, "POST /v1/connections/batch", body, kept -> made(imports.present(caller, ids(kept))),
        once -> {
          RowFaults faults = new RowFaults();
          return made(imports.createAll(caller, rows.read(body, faults), faults, RequestIds.of(request),
              (tx, sealer, all) -> once.keep(tx, sealer,
                  write(new Kept(all.stream().map(one -> one.connection().id().toString()).toList())),
                  null)));
        });
  }

  @Put(uri = "/{id}/credential", consumes = MediaType.APPLICATION_JSON)
  @Secured("connections:write")
  @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CredentialInput.class)))
  @ApiResponse(responseCode = "200", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Replaced.class)))
  @Operation(operationId = "replaceCredential", summary = "Replace the secret of a connection", description = "Scope `connections:write`. The body is a `credential`; the answer shows a masked prefix only. The new secret is tried at the provider first, where the catalog knows how; refused, it changes nothing. The connection keeps its id, its generation rises, the old secret is overwritten.")
  Replaced replace(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @QueryValue("end_user") @Nullable String endUser, @Body byte[] body) {
    ConnectionListing listing = visible.require(caller, id, VisibleConnections.named(request));
    String shown = imports.replace(caller, listing, read(body, CredentialInput.class), RequestIds.of(request));
    return new Replaced(listing.connection().id().toString(), shown);
  }

  private ConnectionView view(ConnectionListing listing) {
    return ConnectionView.of(listing, configuration, null, clock.instant());
  }

  private HttpResponse<byte[]> made(List<ConnectionListing> all) {
    return answer(write(new Made(all.stream().map(this::view).toList())).expose());
  }

  private List<ConnectionId> ids(SecretBytes kept) {
    return read(kept.expose(), Kept.class).made().stream().map(ConnectionId::parse).toList();
  }

  private static HttpResponse<byte[]> answer(byte[] body) {
    return HttpResponse.<byte[]>status(201, "Created").contentType(MediaType.APPLICATION_JSON_TYPE).body(body);
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
