package dev.authpipe.proxy.egress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a provider while it belongs to one proxied call. Lives on the caller's event loop and must be used on it only; nothing
 * is read unless {@link #read()} asks for it, so that a slow caller slows the provider down.
 */
public final class Upstream extends ChannelInboundHandlerAdapter {

  /** What the owner of the call hears. Buffers belong to the listener from then on. */
  public interface Listener {
    /** The head of an answer, also informational ones (1xx). */
    void upstreamHead(HttpResponse head);

    /** A part of the body. */
    void upstreamContent(HttpContent content);

    /** All that was asked for has been delivered: ask again if more is wanted. */
    void upstreamReadComplete();

    /** Room to write more, or none left. */
    void upstreamWritabilityChanged();

    /** The connection ended or broke; nothing follows. */
    void upstreamBroken();
  }

  private final Channel channel;
  private final UpstreamConnections.Kind kind;
  private final UpstreamConnections pool;
  private final long bornAtNanos;
  private @Nullable Listener listener;
  private boolean reused;
  private boolean closeAnnounced;
  long idleSinceNanos;

  Upstream(Channel channel, UpstreamConnections.Kind kind, UpstreamConnections pool) {
    this.channel = channel;
    this.kind = kind;
    this.pool = pool;
    this.bornAtNanos = System.nanoTime();
  }

  UpstreamConnections.Kind kind() {
    return kind;
  }

  long bornAtNanos() {
    return bornAtNanos;
  }

  boolean isOpen() {
    return channel.isActive() && !closeAnnounced;
  }

  Channel channel() {
    return channel;
  }

  void take(boolean again) {
    reused = again;
  }

  /** Whether an earlier call used this connection: then it may have been closed by the provider without our knowing. */
  public boolean reused() {
    return reused;
  }

  /** Sends the head of a request and names who hears the answer. */
  public void send(HttpRequest head, Listener heard) {
    listener = heard;
    channel.write(head).addListener(written -> {
      if (!written.isSuccess()) {
        broken();
      }
    });
  }

  /** Writes a part of the body. */
  public void write(HttpContent content) {
    channel.write(content, channel.voidPromise());
  }

  /** Sends what was written. */
  public void flush() {
    channel.flush();
  }

  /** Whether more may be written now. */
  public boolean isWritable() {
    return channel.isWritable();
  }

  /** Asks for more of the answer. */
  public void read() {
    channel.read();
  }

  /** Gives the connection back after a complete exchange; it is kept if it can serve another. */
  public void release() {
    listener = null;
    pool.giveBack(this);
  }

  /** Ends the connection; the provider's call, if under way, is cut. */
  public void abort() {
    listener = null;
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Listener heard = listener;
    if (heard == null || ((HttpObject) message).decoderResult().isFailure()) {
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
    listener = null;
    channel.close();
    if (heard != null) {
      heard.upstreamBroken();
    }
  }
}
