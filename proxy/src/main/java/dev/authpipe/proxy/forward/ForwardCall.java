package dev.authpipe.proxy.forward;

import java.time.Duration;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.catalog.ApiProfile.Streams;
import dev.authpipe.proxy.egress.Upstream;
import dev.authpipe.proxy.forward.Destinations.Destination;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.HotExchange;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * One admitted call on its way to the provider and back, streaming both ways in constant memory: each side is read only while the other can
 * be written. Lives on one event loop. Never lets the caller see or set the credential.
 */
final class ForwardCall implements HotExchange, CallTries.Asker, WebSocketTunnel.Ended, CallDeadlines.Watched {
  private final HotConnection connection;
  private final CallEnd end;
  private final CallDeadlines deadlines;
  private final CallTries tries;
  private final InterimAnswers interim;
  private final PassedAnswer answer;
  private final AnswerGuard guard;
  private final Streams streams;
  private final ForwardSettings limits;
  private @Nullable WebSocketTunnel tunnel;
  private boolean over;

  /** @param credential used for the head of the request and not kept; the giver closes it */
  ForwardCall(ForwardWorks works, HotConnection connection, CallProfile profile, Destination destination, HttpRequest asked,
      OpenCredential credential, CallEnd end) {
    this.streams = profile.api().streams();
    WebSocketHandshake handshake = streams.webSockets() ? WebSocketHandshake.asked(asked) : null;
    this.connection = connection;
    this.limits = works.settings();
    this.end = end;
    this.answer = new PassedAnswer(connection, asked.method());
    this.deadlines = new CallDeadlines(connection.eventLoop(), profile.api().timeouts(), this);
    this.guard = new AnswerGuard(works, end);
    this.interim = new InterimAnswers(connection, handshake);
    ProviderRequest request = new ProviderRequest(asked, destination, profile.api(), handshake, guard.watch());
    this.tries = new CallTries(works, connection, profile, request, credential, end, deadlines, this);
  }

  /** It is not made after all. */
  void forget() {
    guard.close();
  }

  void start() {
    if (tries.body().isAnnouncedTooLarge()) {
      fail(ErrorCode.BODY_TOO_LARGE);
    } else {
      guard.begin();
      deadlines.start();
      tries.start();
    }
  }

  // From the caller.

  @Override
  public void requestContent(HttpContent content) {
    if (over) {
      content.release();
    } else if (!tries.body().take(content)) {
      fail(ErrorCode.BODY_TOO_LARGE);
    }
  }

  @Override
  public void requestReadComplete() {
    if (!over) {
      tries.body().readComplete();
    }
  }

  @Override
  public void callerWritabilityChanged() {
    if (!over && answer.isTaken() && connection.isWritable()) {
      deadlines.moved();
      tries.provider().read();
    }
  }

  @Override
  public void callerGone() {
    if (!over) {
      over(AuditOutcome.UNKNOWN, "caller_left");
      tries.provider().abort();
    }
  }

  // From the provider.

  @Override
  public void interimHead(HttpResponse head) {
    if (passes(guard.head(head, true)) && !interim.take(head)) {
      fail(ErrorCode.PROVIDER_ANSWER_INVALID);
    }
  }

  @Override
  public boolean interimPart(HttpContent content) {
    if (!interim.isUnderWay()) {
      return false;
    }
    if (interim.end(content)) {
      openTunnel();
    }
    return true;
  }

  /** The provider has answered 101 to what was asked. */
  private void openTunnel() {
    Upstream open = tries.provider().current();
    if (over || open == null) {
      return;
    }
    if (!connection.canSwitch()) {
      fail(ErrorCode.INVALID_REQUEST); // the caller has sent what can only be read as another request
      return;
    }
    deadlines.headReceived();
    deadlines.stream(streams);
    tunnel = new WebSocketTunnel(connection, tries.provider(), open, deadlines, limits, this);
    end.switched(tunnel);
    end.staysOpen();
    tunnel.begin(interim.switching());
  }

  @Override
  public void tunnelEnded(AuditOutcome outcome, @Nullable String reason) {
    over(outcome, reason);
  }

  @Override
  public void answerHead(HttpResponse head, int repetitions) {
    if (passes(guard.head(head, answer.isBodiless(head)))) {
      answer.take(head, repetitions);
    }
  }

  private boolean passes(@Nullable ErrorCode refusal) {
    if (refusal != null) {
      fail(refusal);
    }
    return refusal == null;
  }

  @Override
  public void answerPart(HttpContent content) {
    if (over || !passes(guard.part(content))) {
      content.release();
    } else if (!(content instanceof LastHttpContent last)) {
      answer.part(content);
    } else {
      boolean reusable = answer.keepsAlive() && tries.body().isComplete();
      over(AuditOutcome.SUCCESS, null);
      if (reusable) {
        tries.provider().release();
      } else {
        tries.provider().abort();
      }
      answer.last(last);
    }
  }

  @Override
  public void answerReadComplete() {
    answer.begin();
    connection.flush();
    if (connection.isWritable()) {
      tries.provider().read();
    }
  }

  @Override
  public void unanswered(ErrorCode code, @Nullable Duration retryIn) {
    fail(code, retryIn);
  }

  // Its end.

  /** Ends it because what it runs with is gone. From any thread. */
  void cut(ErrorCode why) {
    connection.eventLoop().execute(() -> fail(why));
  }

  @Override
  public void late(ErrorCode code) {
    fail(code);
  }

  void fail(ErrorCode code) {
    fail(code, null);
  }

  private void fail(ErrorCode code, @Nullable Duration retryIn) {
    WebSocketTunnel through = tunnel;
    if (through != null) {
      through.fail(code);
      return;
    }
    if (over) {
      return;
    }
    over(AuditOutcome.FAILURE, code.code());
    tries.provider().abort();
    if (answer.isBegun()) {
      connection.abort();
    } else {
      connection.problem(code, code.meaning(), retryIn);
    }
  }

  private void over(AuditOutcome outcome, @Nullable String reason) {
    over = true;
    deadlines.stop();
    tries.end();
    guard.close();
    end.ended(outcome, reason);
  }
}
