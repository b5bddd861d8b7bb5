package dev.authpipe.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.egress.Upstream;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.HotExchange;

/**
 * Bytes between a caller and a provider after 101: each side is read only while the other can be written. Never looks into them, and counts them
 * against the limits of a request's and an answer's body. Ends when either side does, which is no failure.
 */
final class WebSocketTunnel implements ProviderSide.Heard, HotExchange {

  /** Who hears that it ended. */
  interface Ended {
    void tunnelEnded(AuditOutcome outcome, @Nullable String reason);
  }

  private final HotConnection caller;
  private final ProviderSide side;
  private final Upstream provider;
  private final CallDeadlines deadlines;
  private final ForwardSettings limits;
  private final Ended ended;
  private boolean over;
  private long sent;
  private long received;

  WebSocketTunnel(HotConnection caller, ProviderSide side, Upstream provider, CallDeadlines deadlines, ForwardSettings limits,
      Ended ended) {
    this.caller = caller;
    this.side = side;
    this.provider = provider;
    this.deadlines = deadlines;
    this.limits = limits;
    this.ended = ended;
  }

  /** @param switching the provider's word that bytes follow, which the caller has first */
  void begin(FullHttpResponse switching) {
    side.heardBy(this);
    caller.switchProtocols(switching);
    provider.switchProtocols();
    caller.read();
    provider.read();
  }

  // From the caller.

  @Override
  public void callerBytes(ByteBuf bytes) {
    deadlines.moved();
    if (over) {
      bytes.release();
      return;
    }
    sent += bytes.readableBytes();
    provider.writeBytes(bytes);
    if (sent > limits.requestBodyLimit()) {
      fail(ErrorCode.BODY_TOO_LARGE);
    }
  }

  @Override
  public void requestContent(HttpContent content) {
    content.release(); // none comes: the request was complete
  }

  @Override
  public void requestReadComplete() {
    if (!over) {
      provider.flush();
      readCaller();
    }
  }

  @Override
  public void callerWritabilityChanged() {
    if (!over) {
      readProvider();
    }
  }

  @Override
  public void callerGone() {
    if (!over) {
      over(AuditOutcome.SUCCESS, null);
      side.finish();
    }
  }

  // From the provider.

  @Override
  public void providerBytes(ByteBuf bytes) {
    deadlines.moved();
    if (over) {
      bytes.release();
      return;
    }
    received += bytes.readableBytes();
    caller.bytes(bytes);
    if (received > limits.responseBodyLimit()) {
      fail(ErrorCode.PROVIDER_ANSWER_INVALID);
    }
  }

  @Override
  public void providerReadComplete() {
    if (!over) {
      caller.flush();
      readProvider();
    }
  }

  @Override
  public void providerWritabilityChanged() {
    if (!over) {
      readCaller();
    }
  }

  @Override
  public void providerBroke(Upstream.Loss loss, boolean reused) {
    if (!over) {
      over(AuditOutcome.SUCCESS, null);
      caller.finish();
    }
  }

  @Override
  public void providerAttached(Upstream ready) {
    throw new IllegalStateException("a tunnel has its connection");
  }

  @Override
  public void providerUnreachable(ErrorCode code) {
    throw new IllegalStateException("a tunnel has its connection");
  }

  @Override
  public void providerHead(HttpResponse head) {
    fail(ErrorCode.PROVIDER_ANSWER_INVALID);
  }

  @Override
  public void providerContent(HttpContent content) {
    content.release();
    fail(ErrorCode.PROVIDER_ANSWER_INVALID);
  }

  void fail(ErrorCode code) {
    if (!over) {
      over(AuditOutcome.FAILURE, code.code());
      side.abort();
      caller.abort();
    }
  }

  private void over(AuditOutcome outcome, @Nullable String reason) {
    over = true;
    ended.tunnelEnded(outcome, reason);
  }

  private void readCaller() {
    if (provider.isWritable()) {
      caller.read();
    }
  }

  private void readProvider() {
    if (caller.isWritable()) {
      provider.read();
    }
  }
}
