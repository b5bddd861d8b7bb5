package dev.authpipe.proxy.forward;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.caller.CallerOutcome;
import dev.authpipe.proxy.caller.EndUserGuard;
import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.catalog.CallLimits.Counted;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.forward.Destinations.Destination;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.refresh.CredentialRequest;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.wire.ConnectionId;

/**
 * Decides whether a proxied call is made. The order of the methods is the order of the checks: method, who, may they, can it be recorded,
 * which connection, how fresh, for whom, where to, how many at a time. Warm, all of it happens on the event loop. Nothing goes to the
 * provider before the last check.
 */
final class Admission {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final AsciiString END_USER = AsciiString.cached(EndUserGuard.HEADER);
  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,19}");
  private static final Set<HttpMethod> USUAL_METHODS = Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH,
      HttpMethod.DELETE, HttpMethod.HEAD);
  private static final Set<String> REFUSED_METHODS = Set.of("CONNECT", "TRACE", "TRACK");

  /** Who makes the call, or answers that it is not made. */
  interface Decided {
    /**
     * All checks are passed.
     *
     * @param place      what the call counts as
     * @param credential closed when this returns
     */
    void admitted(Caller caller, Integration integration, Destination destination, ProviderLimits.Place place,
        OpenCredential credential);

    /** A check failed. */
    void refused(ProblemException problem);
  }

  /**
   * For whom a credential was asked.
   *
   * @param caller who is calling
   * @param wanted what of
   */
  record Asked(Caller caller, CredentialRequest wanted) {}

  private final ForwardRoute route;
  private final HotConnection connection;
  private final HttpRequest request;
  private final Decided decided;
  private @Nullable Asked asked;
  private @Nullable RowKey slot;
  private @Nullable RowKey integrationSlot;
  private boolean opened;

  Admission(ForwardRoute route, HotConnection connection, HttpRequest request, Decided decided) {
    this.route = route;
    this.connection = connection;
    this.request = request;
    this.decided = decided;
  }

  /** Whose credential was asked for, or null while the checks have not come that far. */
  @Nullable
  Asked asked() {
    return asked;
  }

  /** Whether a credential was opened: what happens then is recorded. */
  boolean hasOpened() {
    return opened;
  }

  /** Gives the taken slots back, if any are taken. */
  void giveBackSlots() {
    RowKey taken = slot;
    RowKey ofIntegration = integrationSlot;
    slot = null;
    integrationSlot = null;
    if (taken != null) {
      route.slots().release(taken);
    }
    if (ofIntegration != null) {
      route.slots().release(ofIntegration);
    }
  }

  void begin() {
    guarded(() -> {
      checkMethod(request.method());
      AskedRetries.check(request);
      List<String> authorization = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
      if (authorization.size() > 1) {
        throw new ProblemException(ErrorCode.INVALID_REQUEST, "Send one Authorization header.");
      }
      authenticate(authorization.isEmpty() ? null : authorization.getFirst());
    });
  }

  static void checkMethod(HttpMethod method) {
    if (!USUAL_METHODS.contains(method)
        && (REFUSED_METHODS.contains(method.name()) || !METHOD.matcher(method.name()).matches())) {
      throw new ProblemException(ErrorCode.METHOD_NOT_ALLOWED, "This method is not forwarded.");
    }
  }

  private void authenticate(@Nullable String authorization) {
    CallerOutcome outcome = route.callers().warm(authorization, connection.peer());
    if (outcome != null) {
      authenticated(outcome);
      return;
    }
    route.works().blocking().start(connection, null, () -> {
      CallerOutcome found = route.callers().authenticate(authorization, connection.peer());
      connection.execute(() -> guarded(() -> authenticated(found)));
    }, this::failed);
  }

  private void authenticated(CallerOutcome outcome) {
    switch (outcome) {
      case CallerOutcome.Authenticated(Caller known) -> permitted(known);
      case CallerOutcome.Refused(ErrorCode code) -> {
        Duration wait = route.limits().take(RateLimits.Kind.UNAUTHENTICATED, connection.remoteAddress());
        throw wait == null
            ? new ProblemException(code)
            : new ProblemException(ErrorCode.RATE_LIMITED, ErrorCode.RATE_LIMITED.meaning(), wait);
      }
      case CallerOutcome.Limited(Duration retryAfter, ErrorCode code) ->
        throw new ProblemException(code, code.meaning(), retryAfter);
      case CallerOutcome.Unavailable(ErrorCode code) -> throw new ProblemException(code);
    }
  }

  private void permitted(Caller known) {
    if (!known.may(Scope.PROXY)) {
      throw new ProblemException(ErrorCode.SCOPE_MISSING, "This needs the scope proxy.");
    }
    if (!route.batches().open(known.workspace())) {
      throw new ProblemException(ErrorCode.AUDIT_UNAVAILABLE);
    }
    ForwardTarget target = ForwardTarget.parse(request.uri());
    ConnectionId id = target.connection();
    if (id == null) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    CredentialRequest fresh = new CredentialRequest(known.workspace(), id, Duration.ZERO, LONGEST_WAIT, known::maySee);
    asked = new Asked(known, fresh);
    FreshOutcome warm = route.credentials().warm(fresh);
    if (warm != null) {
      found(known, target, warm);
      return;
    }
    route.works().blocking().start(connection, known.workspace(), () -> {
      FreshOutcome outcome = route.credentials().get(fresh);
      connection.execute(() -> guarded(() -> found(known, target, outcome))); // which answers also what nobody foresaw
      connection.eventLoop().execute(outcome::close);
    }, this::failed);
  }

  private void found(Caller known, ForwardTarget target, FreshOutcome outcome) {
    switch (outcome) {
      case FreshOutcome.Fresh(OpenCredential credential) -> {
        try (credential) {
          opened = true;
          Integration integration = guard(known, credential);
          Destination destination = Destinations.resolve(integration.provider().api(),
              integration.provider().tls().least(), credential.apiBase(), target);
          ProviderLimits.Place place = new ProviderLimits.Place(known.workspace(), credential.integration().value(),
              credential.connection().value(), request.method().name(), destination.target(),
              integration.provider().api().limits());
          take(place);
          decided.admitted(known, integration, destination, place, credential);
        }
      }
      case FreshOutcome.Failure failure -> {
        ErrorCode code = ErrorCode.of(failure.code()).orElse(ErrorCode.INTERNAL_ERROR);
        throw new ProblemException(code, code.meaning(), failure.retryIn().orElse(null));
      }
    }
  }

  /** The guard against mixed-up ids (S32): what a caller must not see answers like an unknown id. */
  private Integration guard(Caller known, OpenCredential credential) {
    Integration integration = route.configuration().integration(known.workspace(), credential.integration()).orElse(null);
    if (integration == null || !known.maySee(credential.integration())) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    String endUser = EndUserGuard.named(request.headers().getAll(END_USER), List.of());
    return switch (EndUserGuard.check(known, endUser, credential.endUserIdentifier())) {
      case ALLOWED -> integration;
      case NOT_NAMED -> throw new ProblemException(ErrorCode.END_USER_REQUIRED);
      case OTHER_PERSON -> throw new ProblemException(ErrorCode.NOT_FOUND);
    };
  }

  /** What is held back here would have been refused by the provider, or would take the place of others. */
  private void take(ProviderLimits.Place place) {
    boolean together = place.limits().counted() == Counted.INTEGRATION;
    int limit = place.limits().concurrency();
    RowKey connectionKey = new RowKey(place.workspace(), place.connection());
    if (!route.slots().takeOfConnection(connectionKey, together ? 0 : limit)) {
      throw new ProblemException(ErrorCode.CONNECTION_BUSY, ErrorCode.CONNECTION_BUSY.meaning(), Duration.ofSeconds(1));
    }
    slot = connectionKey;
    if (together && limit > 0) {
      RowKey key = new RowKey(place.workspace(), place.integration());
      if (!route.slots().take(key, limit)) {
        throw limited(Duration.ofSeconds(1));
      }
      integrationSlot = key;
    }
    Duration wait = route.works().limits().take(place);
    if (wait != null) {
      throw limited(wait);
    }
  }

  private static ProblemException limited(Duration wait) {
    return new ProblemException(ErrorCode.PROVIDER_RATE_LIMITED, ErrorCode.PROVIDER_RATE_LIMITED.meaning(), wait);
  }

  /** Runs a check on the event loop: what it throws is the refusal. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (ProblemException problem) {
      decided.refused(problem);
    }
  }

  private void failed(ErrorCode code) {
    decided.refused(new ProblemException(code));
  }
}
