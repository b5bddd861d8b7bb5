package dev.authpipe.proxy.forward;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.CallerOutcome;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.Peer;
import dev.authpipe.proxy.refresh.FreshOutcome;

/**
 * Judges a call that stays open again, when what it was admitted with changes and every {@value #EVERY_SECONDS} seconds, for a notification can be
 * missed: it ends when its API key or its connection has. An outage ends none, nor does a renewed access token.
 */
final class Readmission implements LongCalls.LongCall {
  private static final long EVERY_SECONDS = 60;

  private final ForwardRoute route;
  private final HotConnection connection;
  private final Admission.Asked asked;
  private final @Nullable String authorization;
  private final Peer peer;
  private final ForwardCall call;
  private final List<RowKey> rows;
  private final ScheduledFuture<?> regular;

  Readmission(ForwardRoute route, HotConnection connection, HttpRequest request, Admission.Asked asked, ForwardCall call) {
    this.route = route;
    this.connection = connection;
    this.asked = asked;
    this.authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
    this.peer = connection.peer();
    this.call = call;
    this.rows = List.of(new RowKey(asked.caller().workspace(), asked.wanted().connection().value()),
        new RowKey(asked.caller().workspace(), asked.caller().key().value()));
    rows.forEach(row -> route.longCalls().add(row, this));
    this.regular = connection.eventLoop().scheduleWithFixedDelay(this::judgeAgain, EVERY_SECONDS, EVERY_SECONDS,
        TimeUnit.SECONDS);
  }

  @Override
  public void judgeAgain() {
    connection.eventLoop().execute(() -> route.works().blocking().start(connection, asked.caller().workspace(), () -> {
      ErrorCode refusal = refusal();
      if (refusal != null) {
        call.cut(refusal);
      }
    }, _ -> connection.eventLoop().schedule(this::again, 1, TimeUnit.SECONDS)));
  }

  private void again() {
    if (!regular.isCancelled()) {
      judgeAgain();
    }
  }

  /** The call is over. */
  void end() {
    regular.cancel(false);
    rows.forEach(row -> route.longCalls().remove(row, this));
  }

  private @Nullable ErrorCode refusal() {
    if (route.callers().stillGood(authorization, peer) instanceof CallerOutcome.Refused(ErrorCode code)) {
      return code;
    }
    FreshOutcome now = route.credentials().get(asked.wanted());
    try {
      return switch (now) {
        case FreshOutcome.UnknownConnection _,FreshOutcome.Disconnected _,FreshOutcome.ReauthRequired _,FreshOutcome.Integrity _ ->
          ErrorCode.of(((FreshOutcome.Failure) now).code()).orElse(ErrorCode.INTERNAL_ERROR);
        case FreshOutcome.Fresh _,FreshOutcome.Backoff _,FreshOutcome.Misconfigured _,FreshOutcome.ProviderUnreachable _,FreshOutcome.ProviderTimeout _,FreshOutcome.KeyUnavailable _,FreshOutcome.StoreUnavailable _ ->
          null;
      };
    } finally {
      now.close();
    }
  }
}
