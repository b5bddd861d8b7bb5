package dev.authpipe.proxy.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** {@link HotConnection} of one exchange: keeps what HTTP asks of a server, so that a hot route need not know it. */
final class CallerSide implements HotConnection {
  private static final int STOP_AFTER_101_SECONDS = 5;

  private final ChannelHandlerContext ctx;
  private final HotHandler handler;
  private final String requestId;
  private final RequestOrigin origin;
  private final boolean isNotOld;
  private final UnreadRequest unread;
  private final ServedExchange exchange;
  private boolean keepAlive;
  private boolean continueOwed;
  private boolean open = true;
  private boolean requestRead;
  private boolean begun;
  private boolean answered;
  private boolean ended;
  private boolean watched;
  private boolean halfClosed;
  private boolean switched;
  private @Nullable ChannelFuture lastWrite;

  CallerSide(ChannelHandlerContext ctx, HotHandler handler, RemoteAddresses addresses, Faults faults, HttpRequest request) {
    this.ctx = ctx;
    this.handler = handler;
    String id = request.headers().get(RequestIds.HASHED);
    this.requestId = id == null ? "req_unknown" : id;
    this.origin = RequestOrigin.of(addresses, ctx.channel().remoteAddress(), request.headers());
    this.isNotOld = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
    this.unread = new UnreadRequest(ctx);
    this.exchange = new ServedExchange(this, faults);
    this.keepAlive = HttpUtil.isKeepAlive(request);
    this.continueOwed = HttpUtil.is100ContinueExpected(request);
  }

  void begin(HotRoute route, HttpRequest request) {
    exchange.begin(route, request);
  }

  // What the handler tells.

  void received(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (last) {
      requestRead = true;
      allowHalfClosure(true);
    }
    if (answered || !exchange.requestContent(content)) {
      unread.drop(content);
    }
    if (last && answered) {
      endExchange();
    } else if (answered && unread.isTooMuch()) {
      ctx.close();
    }
  }

  void receivedBytes(ByteBuf bytes) {
    if (isOpen()) {
      exchange.callerBytes(bytes);
    } else {
      bytes.release();
    }
  }

  void readComplete() {
    if (!open) {
      return;
    }
    if (answered) {
      ctx.read();
    } else if (requestRead && !switched) {
      watch();
    } else {
      exchange.requestReadComplete();
    }
  }

  void writabilityChanged() {
    if (open && !answered) {
      exchange.callerWritabilityChanged();
    }
  }

  void gone() {
    boolean tell = open && !answered;
    open = false;
    unread.end();
    if (tell) {
      exchange.callerGone();
    }
  }

  /**
   * The caller has closed its sending side, and has its answer if its request is complete. HTTP/1.0 has no way to ask whether it still wants it.
   *
   * @param more whether another request of it waits
   */
  void halfClosed(boolean more) {
    if (!requestRead || switched || !isNotOld) {
      leave();
    } else if (!halfClosed) {
      halfClosed = true;
      keepAlive &= more;
      new HalfClosedCaller(ctx, this).begin();
    }
  }

  /** Whether it is owed an answer of which it has nothing yet. */
  boolean isWaiting() {
    return isOpen() && !begun;
  }

  void leave() {
    gone();
    ctx.close();
  }

  /** The server is being stopped: a call ends by itself, what comes after 101 is given a little time. */
  void closeWanted() {
    if (switched) {
      eventLoop().schedule(this::leave, STOP_AFTER_101_SECONDS, TimeUnit.SECONDS);
    }
  }

  void mistaken(ErrorCode code) {
    if (begun) {
      abort();
    } else if (isOpen()) {
      problem(code, code.meaning(), null);
    }
  }

  /** One read beyond the request, so that a caller who leaves is noticed while the provider works. */
  private void watch() {
    if (!watched) {
      watched = true;
      ctx.read();
    }
  }

  /** Without it a caller's FIN ends the connection; while an answer is owed it ends the caller's side only. */
  private void allowHalfClosure(boolean allow) {
    if (ctx.channel().config() instanceof SocketChannelConfig config) {
      config.setAllowHalfClosure(allow);
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
    return origin.address();
  }

  @Override
  public Peer peer() {
    return origin.peer();
  }

  @Override
  public void execute(Runnable action) {
    eventLoop().execute(() -> {
      if (isOpen()) {
        exchange.guarded(action);
      }
    });
  }

  @Override
  public boolean isOpen() {
    return open && !answered && ctx.channel().isActive();
  }

  @Override
  public void read() {
    if (requestRead && !switched) {
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
  public ByteBuf buffer(int length) {
    return ctx.alloc().directBuffer(length);
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
  public void relay(HttpResponse response, LastHttpContent content) {
    adapt(response);
    lastWrite = ctx.writeAndFlush(new RelayedAnswer(response, content));
    answerWritten();
  }

  @Override
  public void interim(HttpResponseStatus status, HttpHeaders headers) {
    if (isNotOld && !begun) {
      ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER, headers,
          EmptyHttpHeaders.INSTANCE));
    }
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
  public boolean canSwitch() {
    return requestRead && isNotOld && handler.canSwitch(ctx);
  }

  @Override
  public void switchProtocols(FullHttpResponse switching) {
    begun = true;
    switched = true;
    keepAlive = false;
    lastWrite = ctx.writeAndFlush(switching);
    handler.switchProtocols(ctx);
  }

  @Override
  public void bytes(ByteBuf bytes) {
    lastWrite = ctx.write(bytes);
  }

  @Override
  public void finish() {
    answered = true;
    ctx.flush();
    endExchange();
  }

  @Override
  public void flush() {
    ctx.flush();
  }

  @Override
  public void problem(ErrorCode code, String detail, @Nullable Duration retryAfter) {
    answer(HotProblems.answer(code, detail, requestId, retryAfter));
  }

  @Override
  public void abort() {
    open = false;
    ctx.close();
  }

  private void adapt(HttpResponse response) {
    begun = true;
    if (!isNotOld && HttpUtil.isTransferEncodingChunked(response)) {
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
    ChannelFuture written = lastWrite;
    if (requestRead) {
      endExchange();
    } else if (continueOwed && written != null) { // the caller was never told to send the body, and may or may not do so
      written.addListener(_ -> ctx.close());
    } else {
      unread.begin();
    }
  }

  private void endExchange() {
    if (ended) {
      return;
    }
    ended = true;
    open = false;
    allowHalfClosure(false);
    unread.end();
    ChannelFuture written = lastWrite;
    handler.exchangeEnded(ctx, written == null ? ctx.newSucceededFuture() : written, keepAlive);
  }
}
