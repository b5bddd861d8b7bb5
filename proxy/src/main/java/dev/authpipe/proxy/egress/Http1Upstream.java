package dev.authpipe.proxy.egress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to a provider (RFC 9112), which belongs to one proxied call at a time.
 */
final class Http1Upstream extends ChannelInboundHandlerAdapter implements Upstream {
  private final Channel channel;
  private final Http1Codec codec;
  private final OriginPool pool;
  private final long bornAtNanos;
  private @Nullable Listener listener;
  private boolean reused;
  private boolean closeAnnounced;
  private boolean switched;
  private boolean flushing;
  private @Nullable HttpRequest unwritten;
  private final Runnable flush = this::flushNow;
  long idleSinceNanos;

  Http1Upstream(Channel channel, OriginPool pool) {
    this.channel = channel;
    this.codec = channel.pipeline().get(Http1Codec.class);
    this.pool = pool;
    this.bornAtNanos = System.nanoTime();
    channel.pipeline().addLast(this);
  }

  long bornAtNanos() {
    return bornAtNanos;
  }

  /** Whether it can serve another call. */
  boolean isOpen() {
    return channel.isActive() && !closeAnnounced && !codec.hasBegun();
  }

  Channel channel() {
    return channel;
  }

  void take(boolean again) {
    reused = again;
  }

  @Override
  public boolean reused() {
    return reused;
  }

  @Override
  public void send(HttpRequest head, Listener heard) {
    listener = heard;
    codec.asks(head.method());
    unwritten = head;
  }

  /** What is complete is written in one piece. */
  @Override
  public void write(HttpContent content) {
    HttpRequest head = unwritten;
    if (head == null) {
      channel.write(content, channel.voidPromise());
    } else if (content instanceof LastHttpContent last) {
      unwritten = null;
      written(channel.write(new DefaultFullHttpRequest(head.protocolVersion(), head.method(), head.uri(), last.content(),
          head.headers(), last.trailingHeaders())));
    } else {
      writeHead(head);
      channel.write(content, channel.voidPromise());
    }
  }

  private void writeHead(HttpRequest head) {
    unwritten = null;
    written(channel.write(head));
  }

  private void written(ChannelFuture head) {
    head.addListener(done -> {
      if (!done.isSuccess()) {
        broken();
      }
    });
  }

  /** Once for all that this turn of the event loop brings: the end of a request comes right behind its head. */
  @Override
  public void flush() {
    if (!flushing) {
      flushing = true;
      channel.eventLoop().execute(flush);
    }
  }

  private void flushNow() {
    flushing = false;
    HttpRequest head = unwritten;
    if (head != null) {
      writeHead(head);
    }
    channel.flush();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void read() {
    channel.read();
  }

  @Override
  public void switchProtocols() {
    switched = true;
    channel.pipeline().remove(codec);
  }

  @Override
  public void writeBytes(ByteBuf bytes) {
    channel.write(bytes, channel.voidPromise());
  }

  @Override
  public void finish() {
    listener = null;
    unwritten = null;
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void release() {
    listener = null;
    pool.giveBack(this);
  }

  @Override
  public void abort() {
    listener = null;
    unwritten = null;
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Listener heard = listener;
    if (switched && heard != null && message instanceof ByteBuf bytes) {
      heard.upstreamBytes(bytes);
      return;
    }
    if (heard == null || unwritten != null || !(message instanceof HttpObject object) || object.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      ctx.close(); // an answer that nobody asked for, or not HTTP
      return;
    }
    if (message instanceof HttpResponse head) {
      heard.upstreamHead(head);
    }
    if (message instanceof HttpContent content) {
      Listener still = listener;
      if (still == null) {
        content.release();
      } else {
        still.upstreamContent(content);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Listener heard = listener;
    if (heard != null) {
      heard.upstreamReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Listener heard = listener;
    if (heard != null) {
      heard.upstreamWritabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closeAnnounced = true;
    pool.forget(this);
    broken();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    closeAnnounced = true;
    ctx.close();
    broken();
  }

  private void broken() {
    Listener heard = listener;
    boolean unasked = unwritten != null;
    listener = null;
    unwritten = null;
    channel.close();
    if (heard != null) {
      heard.upstreamBroken(unasked ? Loss.UNPROCESSED : Loss.UNKNOWN);
    }
  }
}
