package dev.authpipe.proxy.egress;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.flush.FlushConsolidationHandler;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection to a provider (RFC 9113), shared by calls of one event loop as streams. The provider may send at most
 * {@link Http2Limits#streamWindow()} bytes of each answer that nobody took, and any number of other answers meanwhile. Never takes part in
 * a push, and ends the connection of a provider that sends more than calls are worth.
 */
final class SharedConnection extends Http2EventAdapter {
  private static final int FLUSHES_JOINED = 64;
  private static final int LAST_STREAM = 1 << 30;

  private final Channel channel;
  private final OriginPool pool;
  private final Http2Limits limits;
  private final Http2Connection connection;
  private final Http2ConnectionHandler handler;
  private final Http2Connection.PropertyKey owner;
  private final OverheadBudget budget = new OverheadBudget();
  private final List<Http2Upstream> delivered = new ArrayList<>();
  private final ConnectionAge age;
  private ChannelHandlerContext context;
  private int taken;
  private int allowed = 1; // until the provider's settings say more
  private boolean settled;
  private boolean used;
  private boolean draining;
  private int lastProcessed = Integer.MAX_VALUE;

  /** Takes over a channel whose handshake agreed on HTTP/2. */
  SharedConnection(Channel channel, OriginPool pool, Http2Limits limits) {
    this.channel = channel;
    this.pool = pool;
    this.limits = limits;
    this.age = new ConnectionAge(limits, System.nanoTime());
    this.handler = Http2Codec.handler(limits, this);
    this.connection = handler.connection();
    this.owner = connection.newKey();
    connection.addListener(this);
    handler.encoder().flowController().listener(stream -> {
      Http2Upstream one = stream.getProperty(owner);
      if (one != null) {
        one.writabilityChanged();
      }
    });
    channel.pipeline().addLast(new FlushConsolidationHandler(FLUSHES_JOINED, true),
        new OverheadGuard(budget, age, handler), handler, new Tail());
    this.context = channel.pipeline().context(handler);
    Http2Codec.widen(handler);
    flush();
    channel.config().setAutoRead(true);
  }

  EventLoop eventLoop() {
    return channel.eventLoop();
  }

  Channel channel() {
    return channel;
  }

  // Streams.

  /** Whether another call can begin here now. */
  boolean hasRoom() {
    return isOpen() && taken < allowed;
  }

  boolean isOpen() {
    return !draining && channel.isActive();
  }

  /** Whether the provider has yet to say how much it takes. */
  boolean isSettling() {
    return isOpen() && !settled;
  }

  /** Room for one call. */
  Http2Upstream take() {
    Http2Upstream one = new Http2Upstream(this, used);
    taken++;
    used = true;
    return one;
  }

  void slotFreed() {
    taken--;
    if (taken == 0) {
      age.idle(System.nanoTime());
      if (draining) {
        channel.close();
      }
    }
    pool.roomMade();
  }

  /** Sends the head of a request; null if there can be no stream for it, and nothing was sent. */
  @Nullable
  Http2Stream openStream(Http2Upstream one, HttpRequest head, boolean end) {
    int id = connection.local().incrementAndGetNextStreamId();
    handler.encoder().writeHeaders(context, id, Http2Heads.request(head, true), 0, end, context.newPromise());
    Http2Stream stream = connection.stream(id);
    if (id >= LAST_STREAM) {
      drain();
    }
    if (stream != null) {
      stream.setProperty(owner, one);
      budget.allow(limits.headerListSize());
    }
    return stream;
  }

  void writeData(Http2Stream stream, ByteBuf data, boolean end) {
    budget.allow(64); // two window updates, and a ping of those who measure
    handler.encoder().writeData(context, stream.id(), data, 0, end, context.newPromise());
  }

  void writeTrailers(Http2Stream stream, HttpHeaders trailers) {
    handler.encoder().writeHeaders(context, stream.id(), Http2Heads.trailers(trailers), 0, true, context.newPromise());
  }

  boolean isWritable(Http2Stream stream) {
    return handler.encoder().flowController().isWritable(stream);
  }

  void flush() {
    handler.flush(context);
  }

  void resetStream(Http2Stream stream, Http2Error code) {
    if (stream.state() != Http2Stream.State.CLOSED) {
      budget.allow(2 * limits.streamWindow()); // what was on its way
      handler.resetStream(context, stream.id(), code.code(), context.newPromise());
      flush();
    }
  }

  ByteBuf allocate() {
    return context.alloc().buffer();
  }

  void consumed(Http2Stream stream, int bytes) {
    try {
      if (handler.decoder().flowController().consumeBytes(stream, bytes)) {
        flush();
      }
    } catch (Http2Exception impossible) {
      handler.onError(context, true, impossible);
    }
  }

  /** Tells it at the end of this read that all was delivered. */
  void delivered(Http2Upstream one) {
    if (delivered.isEmpty() || delivered.getLast() != one) {
      delivered.add(one);
    }
  }

  // What the provider says.

  @Override
  public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean end)
      throws Http2Exception {
    Http2Stream stream = connection.stream(id);
    Http2Upstream one = stream == null ? null : stream.getProperty(owner);
    if (stream != null && one != null) {
      one.head(stream, headers, end);
    }
  }

  @Override
  public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int dependency, short weight,
      boolean exclusive,
      int padding, boolean end) throws Http2Exception {
    onHeadersRead(ctx, id, headers, padding, end);
  }

  @Override
  public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end) throws Http2Exception {
    Http2Stream stream = connection.stream(id);
    Http2Upstream one = stream == null ? null : stream.getProperty(owner);
    if (stream == null || one == null) {
      return data.readableBytes() + padding;
    }
    if (data.isReadable()) {
      budget.delivered(data.readableBytes());
    }
    return one.data(stream, data, padding, end);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int id, long code) {
    Http2Stream stream = connection.stream(id);
    Http2Upstream one = stream == null ? null : stream.getProperty(owner);
    if (code == Http2Error.HTTP_1_1_REQUIRED.code()) {
      pool.only11();
      drain();
    } else if (code == Http2Error.REFUSED_STREAM.code()) {
      allowed = Math.min(allowed, taken - 1); // it takes no more than it has
      if (allowed < 1) {
        drain();
      }
    }
    if (one != null) {
      one.reset(code == Http2Error.REFUSED_STREAM.code() || code == Http2Error.HTTP_1_1_REQUIRED.code());
    }
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
    if (!settled || settings.maxConcurrentStreams() != null) {
      Long theirs = settings.maxConcurrentStreams();
      allowed = (int) Math.min(limits.streams(), theirs == null ? limits.streams() : theirs);
    }
    settled = true;
    pool.roomMade();
  }

  @Override
  public void onGoAwayReceived(int last, long code, ByteBuf debug) {
    lastProcessed = last;
    if (code == Http2Error.HTTP_1_1_REQUIRED.code()) {
      pool.only11();
    }
    drain();
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    Http2Upstream one = stream.getProperty(owner);
    if (one != null) {
      one.closed(stream.id() > lastProcessed);
    }
  }

  // Life.

  /** Takes no further calls, and ends with the last. */
  void drain() {
    draining = true;
    if (taken == 0) {
      channel.close();
    }
  }

  /** Looks after it once a second. */
  void tend(long now) {
    budget.forgive();
    switch (age.at(now, taken > 0)) {
      case FINE -> {
      }
      case OLD -> drain();
      case DEAD -> channel.close();
      case SILENT -> {
        handler.encoder().writePing(context, false, now, context.newPromise());
        flush();
      }
    }
  }

  private void readComplete() {
    for (int i = 0; i < delivered.size(); i++) {
      delivered.get(i).readComplete();
    }
    delivered.clear();
  }

  /** Stands behind the codec: hears the end of each read, and of the connection. */
  private final class Tail extends ChannelInboundHandlerAdapter {
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      readComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      draining = true;
      pool.forget(SharedConnection.this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      // nobody else waits for it
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
