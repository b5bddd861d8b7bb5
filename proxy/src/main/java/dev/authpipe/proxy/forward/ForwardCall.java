package dev.authpipe.proxy.forward;

import java.util.Set;

import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.egress.OutboundException;
import dev.authpipe.proxy.egress.Upstream;
import dev.authpipe.proxy.forward.Destinations.Destination;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * One admitted call on its way to the provider and back, streaming both ways in constant memory: each side is read only while the other can
 * be written. Lives on one event loop. Never lets the caller see or set the credential.
 */
final class ForwardCall implements Upstream.Listener, CallDeadlines.Watched {
  private static final Set<HttpMethod> IDEMPOTENT = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT,
      HttpMethod.DELETE);

  private final ForwardWorks works;
  private final HotConnection connection;
  private final CallProfile profile;
  private final Destination destination;
  private final HttpRequest asked;
  private final CallEnd end;
  private final RequestBody body;
  private final CallDeadlines deadlines;
  private final Judgement judgement;
  private HttpHeaders headers;
  private long generation;
  private boolean renewable;
  private @Nullable Upstream upstream;
  private boolean headReceived;
  private boolean interim;
  private boolean relaying;
  private boolean redialed;
  private boolean renewed;
  private boolean over;
  private long received;

  /** @param credential used for the head of the request and not kept; the giver closes it */
  ForwardCall(ForwardWorks works, HotConnection connection, CallProfile profile, Destination destination, HttpRequest asked,
      OpenCredential credential, CallEnd end) {
    this.works = works;
    this.connection = connection;
    this.profile = profile;
    this.destination = destination;
    this.asked = asked;
    this.end = end;
    this.body = new RequestBody(works.settings());
    this.deadlines = new CallDeadlines(connection.eventLoop(), profile.api().timeouts(), this);
    this.judgement = new Judgement(profile.signal());
    this.headers = headers(credential);
  }

  void start() {
    deadlines.start();
    Upstream idle = works.upstreams().idle(destination.origin(), destination.tls());
    if (idle == null) {
      dial();
    } else {
      attach(idle);
    }
  }

  private HttpHeaders headers(OpenCredential credential) {
    HttpHeaders passed = ForwardHeaders.toProvider(asked.headers(), profile.api());
    passed.set(HttpHeaderNames.HOST, destination.origin().authority());
    if (HttpUtil.isTransferEncodingChunked(asked)) {
      passed.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    } else if (asked.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      passed.set(HttpHeaderNames.CONTENT_LENGTH, asked.headers().get(HttpHeaderNames.CONTENT_LENGTH));
    }
    Injector.inject(passed, profile.api().injection(), credential);
    generation = credential.generation();
    renewable = credential.isRenewable();
    return passed;
  }

  private void dial() {
    Future<Upstream> dialed = works.upstreams().connect(destination.origin(), destination.tls(), connection.eventLoop(),
        connection.transport());
    dialed.addListener(_ -> {
      if (over) {
        if (dialed.isSuccess()) {
          dialed.getNow().abort();
        }
      } else if (dialed.isSuccess()) {
        attach(dialed.getNow());
      } else {
        fail(dialed.cause() instanceof OutboundException refused ? code(refused) : ErrorCode.PROVIDER_UNREACHABLE);
      }
    });
  }

  private static ErrorCode code(OutboundException refused) {
    return switch (refused.failure()) {
      case REFUSED_ADDRESS -> ErrorCode.ADDRESS_REFUSED;
      case TIMEOUT -> ErrorCode.PROVIDER_TIMEOUT;
      case UNREACHABLE, TLS, BROKEN, TOO_LARGE -> ErrorCode.PROVIDER_UNREACHABLE;
    };
  }

  /** Sends the head and what has come of the body, and begins to listen. */
  private void attach(Upstream ready) {
    upstream = ready;
    deadlines.attached();
    ready.send(new DefaultHttpRequest(HttpVersion.HTTP_1_1, asked.method(), destination.target(), headers), this);
    body.replay(ready);
    ready.flush();
    if (over) {
      return; // the write failed at once
    }
    ready.read();
    wantRequest();
  }

  private void wantRequest() {
    Upstream to = upstream;
    if (to != null && !body.isComplete() && to.isWritable()) {
      connection.read();
    }
  }

  // From the caller.

  void requestContent(HttpContent content) {
    if (over) {
      content.release();
      return;
    }
    deadlines.moved();
    if (!body.accept(content, upstream)) {
      fail(ErrorCode.BODY_TOO_LARGE);
      return;
    }
    if (body.isComplete()) {
      deadlines.requestComplete();
      Upstream to = upstream;
      if (to != null) {
        to.flush();
      }
      connection.read(); // so that a caller who leaves is noticed
    }
  }

  void requestReadComplete() {
    Upstream to = upstream;
    if (to != null && !over) {
      to.flush();
      wantRequest();
    }
  }

  void callerWritabilityChanged() {
    Upstream from = upstream;
    if (!over && from != null && relaying && connection.isWritable()) {
      deadlines.moved();
      from.read();
    }
  }

  void callerGone() {
    if (!over) {
      over(AuditOutcome.UNKNOWN, "caller_left");
      abortUpstream();
    }
  }

  // From the provider.

  @Override
  public void upstreamHead(HttpResponse head) {
    deadlines.moved();
    if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      interim = true; // its empty body follows; 101 cannot come, for Upgrade is never sent
      if (head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
        fail(ErrorCode.PROVIDER_ANSWER_INVALID);
      }
      return;
    }
    headReceived = true;
    deadlines.headReceived();
    if (renewable && !renewed && judgement.begin(head)) {
      decideIfJudged();
    } else {
      relay(head);
    }
  }

  @Override
  public void upstreamContent(HttpContent content) {
    if (interim && !headReceived) {
      interim = !(content instanceof LastHttpContent);
      content.release();
      return;
    }
    deadlines.moved();
    received += content.content().readableBytes();
    if (received > works.settings().responseBodyLimit()) {
      content.release();
      fail(ErrorCode.PROVIDER_ANSWER_INVALID);
    } else if (relaying) {
      pass(content);
    } else {
      judgement.hold(content);
      decideIfJudged();
    }
  }

  @Override
  public void upstreamReadComplete() {
    Upstream from = upstream;
    if (over || from == null) {
      return;
    }
    if (relaying) {
      connection.flush();
      if (connection.isWritable()) {
        from.read();
      }
    } else if (!judgement.isRenewing()) {
      from.read();
    }
  }

  @Override
  public void upstreamWritabilityChanged() {
    if (!over) {
      deadlines.moved();
      wantRequest();
    }
  }

  @Override
  public void upstreamBroken() {
    Upstream was = upstream;
    if (over || was == null) {
      return;
    }
    upstream = null;
    if (judgement.isRenewing()) {
      return; // the answer is held; whether it is needed is being found out
    }
    if (was.reused() && !headReceived && !redialed && body.canReplay() && IDEMPOTENT.contains(asked.method())) {
      redialed = true; // the provider had closed the idle connection before it heard of this call (RFC 9112 section 9.3.1)
      dial();
    } else {
      fail(ErrorCode.PROVIDER_UNREACHABLE);
    }
  }

  // The provider may have said that the access token is no longer good.

  private void decideIfJudged() {
    switch (judgement.verdict()) {
      case UNDECIDED -> {
      }
      case FINE -> relayHeld();
      case INVALID -> renew();
    }
  }

  private void renew() {
    boolean replayable = body.isComplete() && body.canReplay();
    long refused = generation;
    if (!replayable) {
      renewed = true;
      works.blocking().start(connection, profile.workspace(), () -> end.afterInvalidToken(refused).close(), _ -> {});
      relayHeld();
      return;
    }
    judgement.renewing();
    deadlines.pause();
    works.blocking().start(connection, profile.workspace(), () -> {
      FreshOutcome outcome = end.afterInvalidToken(refused);
      connection.eventLoop().execute(() -> renewed(outcome));
    }, _ -> {
      renewed = true;
      deadlines.resume();
      relayHeld(); // the provider's answer stands
    });
  }

  private void renewed(FreshOutcome outcome) {
    try {
      if (over) {
        return;
      }
      deadlines.resume();
      if (outcome instanceof FreshOutcome.Fresh(OpenCredential credential) && credential.generation() != generation) {
        renewed = true;
        headReceived = false;
        received = 0;
        judgement.drop();
        abortUpstream();
        headers = headers(credential);
        deadlines.again();
        dial();
      } else {
        renewed = true;
        relayHeld();
      }
    } finally {
      outcome.close();
    }
  }

  private void relayHeld() {
    HttpResponse head = judgement.head();
    relay(head);
    judgement.release(this::pass);
    Upstream from = upstream;
    if (!over && from == null) {
      fail(ErrorCode.PROVIDER_UNREACHABLE); // it broke while its answer was held
    } else if (!over && from != null) {
      connection.flush();
      if (connection.isWritable()) {
        from.read();
      }
    }
  }

  // To the caller.

  private void relay(HttpResponse head) {
    relaying = true;
    HttpHeaders passed = ForwardHeaders.toCaller(head.headers());
    HttpResponse answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1, head.status(), passed);
    boolean bodiless = asked.method().equals(HttpMethod.HEAD) || head.status().code() == 204 || head.status().code() == 304;
    if (!bodiless && !passed.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      HttpUtil.setTransferEncodingChunked(answer, true);
    }
    judgement.keepAlive(HttpUtil.isKeepAlive(head));
    connection.relay(answer);
  }

  private void pass(HttpContent content) {
    if (over) {
      content.release();
      return;
    }
    if (!(content instanceof LastHttpContent)) {
      connection.content(content);
      return;
    }
    Upstream done = upstream;
    over(AuditOutcome.SUCCESS, null);
    if (done != null && judgement.keepsAlive() && body.isComplete()) {
      upstream = null;
      done.release();
    } else {
      abortUpstream();
    }
    if (content.content().isReadable()) {
      connection.content(new DefaultHttpContent(content.content().retain()));
    }
    content.release(); // its trailers are not ours to pass on
    connection.content(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  /** Ends it because the key of what it runs with is gone. From any thread. */
  void cut() {
    connection.eventLoop().execute(() -> fail(ErrorCode.KEY_UNAVAILABLE));
  }

  @Override
  public void late(ErrorCode code) {
    fail(code);
  }

  void fail(ErrorCode code) {
    if (over) {
      return;
    }
    boolean begun = relaying;
    over(AuditOutcome.FAILURE, code.code());
    abortUpstream();
    if (begun) {
      connection.abort();
    } else {
      connection.problem(code, code.meaning(), null);
    }
  }

  private void over(AuditOutcome outcome, @Nullable String reason) {
    over = true;
    deadlines.stop();
    body.release();
    judgement.drop();
    end.ended(outcome, reason);
  }

  private void abortUpstream() {
    Upstream open = upstream;
    upstream = null;
    if (open != null) {
      open.abort();
    }
  }
}
