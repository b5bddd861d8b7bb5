package dev.authpipe.proxy.forward;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.caller.CallerOutcome;
import dev.authpipe.proxy.caller.EndUserGuard;
import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.forward.Destinations.Destination;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.HotExchange;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.refresh.CredentialRequest;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.wire.ConnectionId;

/**
 * Admits one proxied call. The order of the methods is the order of the checks: method, who, may they, can it be recorded, which
 * connection, how fresh, for whom, where to, how many at a time. Warm, all of it happens on the event loop. Nothing goes to the provider
 * before the last check.
 */
final class ForwardExchange implements HotExchange, CallEnd {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Set<String> REFUSED_METHODS = Set.of("CONNECT", "TRACE", "TRACK");

  private final ForwardRoute route;
  private final HotConnection connection;
  private final HttpRequest request;
  private final Deque<HttpContent> early = new ArrayDeque<>();
  private @Nullable ForwardCall call;
  private @Nullable Caller caller;
  private @Nullable CredentialRequest wanted;
  private @Nullable RowKey slot;
  private boolean opened;
  private boolean recorded;

  ForwardExchange(ForwardRoute route, HotConnection connection, HttpRequest request) {
    this.route = route;
    this.connection = connection;
    this.request = request;
  }

  void begin() {
    guarded(() -> {
      String method = request.method().name();
      if (REFUSED_METHODS.contains(method) || !method.matches("[A-Z][A-Z-]{0,19}")) {
        throw new ProblemException(ErrorCode.METHOD_NOT_ALLOWED, "This method is not forwarded.");
      }
      List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
      if (!codings.isEmpty() && !(codings.size() == 1 && codings.getFirst().strip().equalsIgnoreCase("chunked"))) {
        throw new ProblemException(ErrorCode.INVALID_FRAMING, "The only transfer coding is chunked.");
      }
      List<String> authorization = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
      if (authorization.size() > 1) {
        throw new ProblemException(ErrorCode.INVALID_REQUEST, "Send one Authorization header.");
      }
      authenticate(authorization.isEmpty() ? null : authorization.getFirst());
    });
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
    caller = known;
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
    wanted = fresh;
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
          take(new RowKey(known.workspace(), credential.connection().value()));
          send(known, integration, destination, credential);
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
    Integration integration = route.configuration().integration(known.workspace(), credential.integration().toString())
        .orElse(null);
    if (integration == null || !known.maySee(credential.integration())) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    String endUser = EndUserGuard.named(request.headers().getAll(EndUserGuard.HEADER), List.of());
    return switch (EndUserGuard.check(known, endUser, credential.endUserIdentifier())) {
      case ALLOWED -> integration;
      case NOT_NAMED -> throw new ProblemException(ErrorCode.END_USER_REQUIRED);
      case OTHER_PERSON -> throw new ProblemException(ErrorCode.NOT_FOUND);
    };
  }

  private void take(RowKey key) {
    if (!route.slots().take(key)) {
      throw new ProblemException(ErrorCode.CONNECTION_BUSY, ErrorCode.CONNECTION_BUSY.meaning(), Duration.ofSeconds(1));
    }
    slot = key;
  }

  private void send(Caller known, Integration integration, Destination destination, OpenCredential credential) {
    CallProfile profile = new CallProfile(known.workspace(), integration.provider().api(),
        integration.provider().refresh().invalidToken());
    ForwardCall prepared = new ForwardCall(route.works(), connection, profile, destination, request, credential, this);
    if (!route.configuration().workspace(known.workspace()).map(Workspace::strictAudit).orElse(true)) {
      start(prepared);
      return;
    }
    ConnectionId id = credential.connection();
    route.works().blocking().start(connection, known.workspace(), () -> {
      try {
        route.batches().writeNow(known.workspace(), known.actor(), id, AuditType.CREDENTIAL_CALLED, AuditOutcome.SUCCESS, null,
            connection.requestId());
      } catch (StoreUnavailableException unrecorded) {
        throw new ProblemException(ErrorCode.AUDIT_UNAVAILABLE);
      }
      connection.execute(() -> {
        recorded = true;
        start(prepared);
      });
    }, this::failed);
  }

  private void start(ForwardCall prepared) {
    call = prepared;
    Caller known = caller;
    if (known != null) {
      route.running().add(known.workspace(), prepared);
    }
    while (!early.isEmpty()) {
      prepared.requestContent(early.pollFirst());
    }
    prepared.start();
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (ProblemException problem) {
      refuse(problem);
    }
  }

  private void failed(ErrorCode code) {
    refuse(new ProblemException(code));
  }

  private void refuse(ProblemException problem) {
    releaseEarly();
    if (opened) {
      ended(AuditOutcome.REFUSED, problem.code().code());
    }
    connection.problem(problem.code(), problem.detail(), problem.retryAfter());
  }

  private void releaseEarly() {
    early.forEach(HttpContent::release);
    early.clear();
  }

  // What the call says.

  @Override
  public void ended(AuditOutcome outcome, @Nullable String reason) {
    giveBackSlot();
    ForwardCall running = call;
    if (running != null) {
      route.running().remove(running);
    }
    Caller known = caller;
    CredentialRequest used = wanted;
    if (known != null && used != null && !recorded) {
      route.batches().count(known.workspace(), known.actor(), used.connection(), AuditType.CREDENTIAL_CALLED, outcome, reason);
    }
  }

  @Override
  public FreshOutcome afterInvalidToken(long generation) {
    CredentialRequest used = wanted;
    if (used == null) {
      throw new IllegalStateException("no credential was asked for");
    }
    return route.credentials().afterInvalidToken(used, generation);
  }

  private void giveBackSlot() {
    RowKey taken = slot;
    slot = null;
    if (taken != null) {
      route.slots().release(taken);
    }
  }

  // What the caller's side says.

  @Override
  public void requestContent(HttpContent content) {
    ForwardCall running = call;
    if (running == null) {
      early.addLast(content); // little: nothing more is read before the call begins
    } else {
      running.requestContent(content);
    }
  }

  @Override
  public void requestReadComplete() {
    ForwardCall running = call;
    if (running != null) {
      running.requestReadComplete();
    }
  }

  @Override
  public void callerWritabilityChanged() {
    ForwardCall running = call;
    if (running != null) {
      running.callerWritabilityChanged();
    }
  }

  @Override
  public void callerGone() {
    releaseEarly();
    ForwardCall running = call;
    if (running == null) {
      giveBackSlot();
    } else {
      running.callerGone();
    }
  }
}
