package dev.authpipe.proxy.subject;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
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
import dev.authpipe.proxy.caller.EndUserGuard;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.proxy.retire.ErasureView;
import dev.authpipe.proxy.retire.Erasures;
import dev.authpipe.proxy.retire.Receipts;
import dev.authpipe.wire.ErasureId;

/** Erases a person, shows the receipt, exports what is held. Never touches anybody else, never shows a secret. */
@Controller("/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
class SubjectController {
  private static final int DESTRUCTIVE_PER_MINUTE = 10;

  private final Erasures erasures;
  private final PersonExport export;
  private final Receipts receipts;
  private final RateLimits limits;

  SubjectController(Erasures erasures, PersonExport export, Receipts receipts, RateLimits limits) {
    this.erasures = erasures;
    this.export = export;
    this.receipts = receipts;
    this.limits = limits;
  }

  /**
   * An erasure in an answer.
   *
   * @param erasure the receipt
   */
  record ErasureAnswer(Receipt erasure) {}

  /**
   * The receipt. Names nobody.
   *
   * @param id          {@code era_…}; absent in a dry run
   * @param status      "running", "completed" or "dry_run"
   * @param requestedAt when it was asked for
   * @param completedAt when the last provider was told, or given up
   * @param connections what became of each connection
   * @param horizons    until when copies may live elsewhere
   * @param receipt     all of this, signed, for {@code bin/authpipe erasure verify}; absent in a dry run
   */
  record Receipt(@Nullable String id, String status, Instant requestedAt, @Nullable Instant completedAt, List<Line> connections,
      Horizons horizons, @Nullable String receipt) {}

  /**
   * What became of one connection.
   *
   * @param id          the connection
   * @param integration its id
   * @param provider    slug
   * @param outcome         of the revocation: {@code confirmed}, {@code pending}, {@code not_supported}, {@code not_sent} or
   *                        {@code gave_up}
   * @param accessExpiresAt until when its last access token may work; absent when the provider confirmed, or when nobody knows
   */
  record Line(String id, String integration, String provider, String outcome, @Nullable Instant accessExpiresAt) {}

  /**
   * Until when copies may live elsewhere.
   *
   * @param accessTokens until when an access token that was handed out may work at a provider that did not confirm
   * @param journals     until when a refresh token that had just been received may stand, sealed, in the rescue journal of another replica
   * @param endlessCredentials how many credentials that no provider confirmed have no known end
   * @param backups      until when backups, archived write-ahead logs and replicas that stay behind are kept, as the operator says
   * @param rowVersions  dead row versions in the files of the database: {@code until_overwritten}
   * @param writeAheadLog the same for the database's own write-ahead log
   */
  record Horizons(@Nullable Instant accessTokens, int endlessCredentials, Instant journals, Instant backups, String rowVersions,
      String writeAheadLog) {}

  /** Erases a person; asking again is harmless. */
  @Delete("/end-users/{id}")
  @Secured("subjects:erase")
  @Operation(operationId = "eraseEndUser", summary = "Erase a person", description = "Scope `subjects:erase`. Every connection, credential and mapping of the person, with revocation at the providers. `dry_run=true` tells what would happen. At most 10 a minute and API key.")
  @ApiResponse(responseCode = "202", description = "The receipt as it stands; the erasure goes on.", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ErasureAnswer.class)))
  @ApiResponse(responseCode = "200", description = "What would be erased.", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ErasureAnswer.class)))
  HttpResponse<ErasureAnswer> erase(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id,
      @QueryValue("dry_run") @Nullable Boolean dryRun) {
    requireAll(caller);
    checkIdentifier(id);
    if (Boolean.TRUE.equals(dryRun)) {
      return HttpResponse.ok(new ErasureAnswer(receipt(caller, erasures.dryRun(caller.workspace(), id))));
    }
    Duration wait = limits.take("destructive", caller.workspace() + " " + caller.key(), DESTRUCTIVE_PER_MINUTE);
    if (wait != null) {
      throw new ProblemException(ErrorCode.RATE_LIMITED, "At most 10 destructive calls a minute and API key.", wait);
    }
    ErasureView done = erasures.erase(caller.workspace(), id, caller.key(), RequestIds.of(request));
    return HttpResponse.accepted().body(new ErasureAnswer(receipt(caller, done)));
  }

  /** The receipt of an erasure as it stands. */
  @Get("/erasures/{id}")
  @Secured("subjects:erase")
  @Operation(operationId = "getErasure", summary = "Read the receipt of an erasure", description = "Scope `subjects:erase`. `running` until every provider was told as far as it can be. `receipt` is the signed document of docs/document-format.md.")
  ErasureAnswer erasure(@Parameter(hidden = true) Caller caller, @PathVariable String id) {
    return new ErasureAnswer(
        receipt(caller, erasures.view(caller.workspace(), parse(id)).orElseThrow(SubjectController::unknown)));
  }

  /** Everything held about a person, secrets as masked prefixes. */
  @Get("/end-users/{id}/export")
  @Secured("subjects:erase")
  @Operation(operationId = "exportEndUser", summary = "Export what is held about a person", description = "Scope `subjects:erase`. Secrets as masked prefixes only.")
  PersonExport.Person export(@Parameter(hidden = true) Caller caller, HttpRequest<?> request, @PathVariable String id) {
    requireAll(caller);
    checkIdentifier(id);
    return export.of(caller, id, RequestIds.of(request)).orElseThrow(SubjectController::unknown);
  }

  /** A person is more than one integration: a key that may see only some of them may neither erase nor export. */
  private static void requireAll(Caller caller) {
    if (!caller.integrations().isEmpty()) {
      throw new ProblemException(ErrorCode.INTEGRATION_NOT_ALLOWED);
    }
  }

  private Receipt receipt(Caller caller, ErasureView view) {
    ErasureId id = view.id();
    String status = id == null ? "dry_run" : view.completed() ? "completed" : "running";
    return new Receipt(id == null ? null : id.toString(), status, view.requestedAt(), view.completedAt(),
        view.connections().stream().map(
            one -> new Line(one.connection().toString(), one.integration().toString(), one.provider(), one.outcome().word(),
                one.accessExpiresAt()))
            .toList(),
        horizons(view.horizons()), id == null ? null : receipts.sign(caller.workspace(), view));
  }

  private static Horizons horizons(ErasureView.Horizons of) {
    return new Horizons(of.accessTokens(), of.endless(), of.journals(), of.backups(), "until_overwritten", "until_overwritten");
  }

  private static void checkIdentifier(String id) {
    if (!EndUserGuard.isIdentifier(id)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "An end user's id has 1 to 256 characters and no control character.");
    }
  }

  private static ErasureId parse(String id) {
    try {
      return ErasureId.parse(id);
    } catch (IllegalArgumentException _) {
      throw unknown();
    }
  }

  private static ProblemException unknown() {
    return new ProblemException(ErrorCode.NOT_FOUND);
  }
}
