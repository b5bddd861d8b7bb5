package dev.authpipe.proxy.token;

import java.time.Duration;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.caller.CallerOutcome;
import dev.authpipe.proxy.caller.EndUserGuard;
import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.HotExchange;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.refresh.CredentialRequest;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * One access-token read. Warm, all of it happens on the event loop; a miss goes to a virtual thread and comes back. The order of checks is
 * the order of the methods: who, may they, can it be recorded, which, how fresh, for whom.
 */
final class TokenExchange implements HotExchange {
  private static final AsciiString END_USER = AsciiString.cached(EndUserGuard.HEADER);
  private static final HttpHeadersFactory HEADERS = DefaultHttpHeadersFactory.headersFactory().withValidation(false); // constants
  private static final AsciiString JSON = AsciiString.cached("application/json");
  private static final AsciiString NO_STORE = AsciiString.cached("no-store");
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final TokenRoute route;
  private final HotConnection connection;
  private final HttpRequest request;

  TokenExchange(TokenRoute route, HotConnection connection, HttpRequest request) {
    this.route = route;
    this.connection = connection;
    this.request = request;
  }

  void begin() {
    connection.read();
    if (!request.method().equals(HttpMethod.GET)) {
      connection.problem(ErrorCode.METHOD_NOT_ALLOWED, "the access token is read with GET", null);
      return;
    }
    String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
    CallerOutcome outcome = route.callers().warm(authorization, connection.peer());
    if (outcome != null) {
      admitted(outcome);
    } else {
      away(null, () -> {
        CallerOutcome found = route.callers().authenticate(authorization, connection.peer());
        connection.execute(() -> admitted(found));
      });
    }
  }

  private void admitted(CallerOutcome outcome) {
    switch (outcome) {
      case CallerOutcome.Authenticated(Caller caller) -> guarded(() -> permitted(caller));
      case CallerOutcome.Refused(ErrorCode code) -> {
        Duration wait = route.limits().take(RateLimits.Kind.UNAUTHENTICATED, connection.remoteAddress());
        ErrorCode told = wait == null ? code : ErrorCode.RATE_LIMITED;
        connection.problem(told, told.meaning(), wait);
      }
      case CallerOutcome.Limited(Duration retryAfter, ErrorCode code) -> connection.problem(code, code.meaning(), retryAfter);
      case CallerOutcome.Unavailable(ErrorCode code) -> connection.problem(code, code.meaning(), null);
    }
  }

  private void permitted(Caller caller) {
    if (!caller.may(Scope.TOKENS_READ)) {
      throw new ProblemException(ErrorCode.SCOPE_MISSING, "this needs the scope tokens:read");
    }
    TokenRequest asked = TokenRequest.parse(request.uri());
    if (!route.batches().open(caller.workspace())) {
      throw new ProblemException(ErrorCode.AUDIT_UNAVAILABLE);
    }
    ConnectionId id = asked.connection();
    if (id == null) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    CredentialRequest wanted = new CredentialRequest(caller.workspace(), id, asked.minTtl(), LONGEST_WAIT,
        caller::maySee);
    FreshOutcome warm = route.credentials().warm(wanted);
    if (warm != null) {
      found(caller, asked, warm);
      return;
    }
    away(caller.workspace(), () -> {
      FreshOutcome fresh = route.credentials().get(wanted);
      connection.execute(() -> guarded(() -> found(caller, asked, fresh)));
      connection.eventLoop().execute(fresh::close); // also when the caller has left
    });
  }

  private void found(Caller caller, TokenRequest asked, FreshOutcome outcome) {
    switch (outcome) {
      case FreshOutcome.Fresh(OpenCredential credential) -> {
        try (credential) {
          check(caller, asked, credential);
          release(caller, credential);
        }
      }
      case FreshOutcome.Failure failure -> {
        ErrorCode code = ErrorCode.of(failure.code()).orElse(ErrorCode.INTERNAL_ERROR);
        throw new ProblemException(code, code.meaning(), failure.retryIn().orElse(null));
      }
    }
  }

  private void check(Caller caller, TokenRequest asked, OpenCredential credential) {
    Integration integration = route.configuration().integration(caller.workspace(), credential.integration()).orElse(null);
    if (!caller.maySee(credential.integration()) || integration == null) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    String named = EndUserGuard.named(request.headers().getAll(END_USER), asked.endUsers());
    switch (EndUserGuard.check(caller, named, credential.endUserIdentifier())) {
      case NOT_NAMED -> throw new ProblemException(ErrorCode.END_USER_REQUIRED);
      case OTHER_PERSON -> throw new ProblemException(ErrorCode.NOT_FOUND);
      case ALLOWED -> {
      }
    }
    if (credential.proxyOnly() || integration.proxyOnly()) {
      refused(caller, credential.connection(), "proxy_only");
      throw new ProblemException(ErrorCode.PROXY_ONLY);
    }
  }

  private void release(Caller caller, OpenCredential credential) {
    boolean strict = route.configuration().workspace(caller.workspace()).map(Workspace::strictAudit).orElse(true);
    ByteBuf body = TokenAnswer.of(credential, strict ? Unpooled::buffer : connection::buffer); // what may be dropped needs no release
    FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body, HEADERS, HEADERS);
    answer.headers().set(HttpHeaderNames.CONTENT_TYPE, JSON)
        .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes()).set(HttpHeaderNames.CACHE_CONTROL, NO_STORE);
    if (!strict) {
      route.batches().count(caller.workspace(), caller.actor(), credential.connection(), AuditType.CREDENTIAL_READ,
          AuditOutcome.SUCCESS, null);
      connection.answer(answer);
      return;
    }
    ConnectionId id = credential.connection();
    away(caller.workspace(), () -> {
      try {
        route.batches().writeNow(caller.workspace(), caller.actor(), id, AuditType.CREDENTIAL_READ, AuditOutcome.SUCCESS, null,
            connection.requestId());
      } catch (StoreUnavailableException unrecorded) {
        answer.release();
        connection.execute(() -> problem(new ProblemException(ErrorCode.AUDIT_UNAVAILABLE)));
        return;
      }
      connection.eventLoop().execute(() -> {
        if (connection.isOpen()) {
          connection.answer(answer);
        } else {
          answer.release();
        }
      });
    });
  }

  private void refused(Caller caller, ConnectionId id, String reason) {
    route.batches().count(caller.workspace(), caller.actor(), id, AuditType.CREDENTIAL_READ, AuditOutcome.REFUSED, reason);
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (ProblemException problem) {
      problem(problem);
    }
  }

  private void problem(ProblemException problem) {
    connection.problem(problem.code(), problem.detail(), problem.retryAfter());
  }

  /** Leaves the event loop; what goes wrong there is still answered. */
  private void away(@Nullable WorkspaceId workspace, Runnable work) {
    route.blocking().start(connection, workspace, work, code -> problem(new ProblemException(code)));
  }

  @Override
  public void requestContent(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    content.release();
    if (!last) {
      connection.read();
    }
  }

  @Override
  public void callerGone() {}
}
