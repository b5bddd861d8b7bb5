package dev.authpipe.proxy.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * {@link HotConnection} of one exchange. After an early answer the rest of the request is read and dropped up to
 * {@value #DRAINED_BYTES} bytes and {@value #DRAINED_SECONDS} seconds, so that the answer is not lost to a reset; then the connection closes.
 */
final class CallerSide implements HotConnection {
  private static final int DRAINED_BYTES = 1024 * 1024;
  private static final int DRAINED_SECONDS = 2;

  private final ChannelHandlerContext ctx;
  private final HotHandler handler;
  private final RemoteAddresses addresses;
  private final Faults faults;
  private final String requestId;
  private final List<String> forwardedFor;
  private final @Nullable String certificate;
  private final boolean knowsChunks;
  private boolean keepAlive;
  private boolean continueOwed;
  private @Nullable HotExchange exchange;
  private boolean open = true;
  private boolean requestRead;
  private boolean begun;
  private boolean answered;
  private boolean ended;
  private boolean watched;
  private long drained;
  private @Nullable ScheduledFuture<?> drainDeadline;
  private @Nullable ChannelFuture lastWrite;

  CallerSide(ChannelHandlerContext ctx, HotHandler handler, RemoteAddresses addresses, Faults faults, HttpRequest request) {
    this.faults = faults;
    this.ctx = ctx;
    this.handler = handler;
    this.addresses = addresses;
    String id = request.headers().get(RequestIds.HEADER);
    this.requestId = id == null ? "req_unknown" : id;
    this.forwardedFor = request.headers().getAll("X-Forwarded-For");
    this.certificate = request.headers().get(ClientCertificate.HEADER);
    this.knowsChunks = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
    this.keepAlive = HttpUtil.isKeepAlive(request);
    this.continueOwed = HttpUtil.is100ContinueExpected(request);
  }

  void begin(HotRoute route, HttpRequest request) {
    guarded(() -> exchange = route.open(this, request));
  }

  // What the handler tells.

  void received(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    requestRead |= last;
    HotExchange serving = exchange;
    if (answered || serving == null) {
      drained += content.content().readableBytes();
      content.release();
    } else {
      serving.requestContent(content);
    }
    if (last && answered) {
      endExchange();
    } else if (answered && drained > DRAINED_BYTES) {
      ctx.close();
    }
  }

  void readComplete() {
    if (!open) {
      return;
    }
    HotExchange serving = exchange;
    if (answered) {
      ctx.read();
    } else if (requestRead) {
      watch();
    } else if (serving != null) {
      serving.requestReadComplete();
    }
  }

  void writabilityChanged() {
    HotExchange serving = exchange;
    if (open && !answered && serving != null) {
      serving.callerWritabilityChanged();
    }
  }

  void gone() {
    HotExchange serving = exchange;
    boolean tell = open && !answered && serving != null;
    open = false;
    cancelDrain();
    if (tell && serving != null) {
      serving.callerGone();
    }
  }

  /** One read beyond the request, so that a caller who leaves is noticed while the provider works. */
  private void watch() {
    if (!watched) {
      watched = true;
      ctx.read();
    }
  }

  // What the exchange asks.

  @Override
  public EventLoop eventLoop() {
    return ctx.channel().eventLoop();
  }

  @Override
  public Class<? extends Channel> transport() {
    Channel channel = ctx.channel();
    while (!(channel instanceof SocketChannel) && channel.parent() != null) {
      channel = channel.parent();
    }
    return channel.getClass();
  }

  @Override
  public String requestId() {
    return requestId;
  }

  @Override
  public InetAddress remoteAddress() {
    return addresses.of((InetSocketAddress) ctx.channel().remoteAddress(), forwardedFor);
  }

  @Override
  public Peer peer() {
    return new Peer(remoteAddress(), certificate);
  }

  @Override
  public void execute(Runnable action) {
    eventLoop().execute(() -> {
      if (isOpen()) {
        guarded(action);
      }
    });
  }

  /** A mistake of ours is answered like any other error while that is possible. */
  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException fault) {
      ErrorCode code = faults.code(fault, requestId);
      HotExchange serving = exchange;
      if (serving != null) {
        serving.callerGone();
      }
      if (begun) {
        abort();
      } else if (isOpen()) {
        problem(code, code.meaning(), null);
      }
    }
  }

  @Override
  public boolean isOpen() {
    return open && !answered && ctx.channel().isActive();
  }

  @Override
  public void read() {
    if (requestRead) {
      watch();
      return;
    }
    if (continueOwed && !begun) {
      ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
    continueOwed = false;
    ctx.read();
  }

  @Override
  public boolean isWritable() {
    return ctx.channel().isWritable();
  }

  @Override
  public void answer(FullHttpResponse response) {
    adapt(response);
    lastWrite = ctx.writeAndFlush(response);
    answerWritten();
  }

  @Override
  public void head(HttpResponse response) {
    adapt(response);
    ctx.write(response);
  }

  @Override
  public void relay(HttpResponse response) {
    adapt(response);
    ctx.write(new RelayedHead(response));
  }

  @Override
  public void content(HttpContent content) {
    ChannelFuture written = ctx.write(content);
    if (content instanceof LastHttpContent) {
      lastWrite = written;
      ctx.flush();
      answerWritten();
    }
  }

  @Override
  public void flush() {
    ctx.flush();
  }

  @Override
  public void problem(ErrorCode code, String detail, @Nullable Duration retryAfter) {
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code.status()),
        Unpooled.wrappedBuffer(Problems.body(code, detail, requestId)));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, Problems.MEDIA_TYPE)
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes()).set("Authpipe-Error", code.code());
    if (retryAfter != null) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, Problems.retryAfterSeconds(retryAfter));
    }
    if (code.status() == 401) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    answer(response);
  }

  @Override
  public void abort() {
    open = false;
    ctx.close();
  }

  private void adapt(HttpResponse response) {
    begun = true;
    if (!knowsChunks && HttpUtil.isTransferEncodingChunked(response)) {
      HttpUtil.setTransferEncodingChunked(response, false); // HTTP/1.0: the end of the connection ends the body
      keepAlive = false;
    }
    if (keepAlive) {
      response.headers().remove(HttpHeaderNames.CONNECTION);
    } else {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
  }

  private void answerWritten() {
    answered = true;
    if (requestRead) {
      endExchange();
      return;
    }
    ChannelFuture written = lastWrite;
    if (continueOwed && written != null) { // the caller was never told to send the body, and may or may not do so
      written.addListener(_ -> ctx.close());
      return;
    }
    drainDeadline = eventLoop().schedule(() -> ctx.close(), DRAINED_SECONDS, TimeUnit.SECONDS);
    ctx.read();
  }

  private void endExchange() {
    if (ended) {
      return;
    }
    ended = true;
    open = false;
    cancelDrain();
    ChannelFuture written = lastWrite;
    handler.exchangeEnded(ctx, written == null ? ctx.newSucceededFuture() : written, keepAlive);
  }

  private void cancelDrain() {
    ScheduledFuture<?> deadline = drainDeadline;
    if (deadline != null) {
      deadline.cancel(false);
    }
  }
}
