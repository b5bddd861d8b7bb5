package dev.authpipe.proxy.http;

import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a request that was answered before its end: read and dropped up to {@value #MOST_BYTES} bytes and {@value #MOST_SECONDS} seconds,
 * so that the answer is not lost to a reset; then the connection closes.
 */
final class UnreadRequest {
  private static final int MOST_BYTES = 1024 * 1024;
  private static final int MOST_SECONDS = 2;

  private final ChannelHandlerContext ctx;
  private long dropped;
  private @Nullable ScheduledFuture<?> deadline;

  UnreadRequest(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  void begin() {
    deadline = ctx.channel().eventLoop().schedule(() -> ctx.close(), MOST_SECONDS, TimeUnit.SECONDS);
    ctx.read();
  }

  void drop(HttpContent content) {
    dropped += content.content().readableBytes();
    content.release();
  }

  boolean isTooMuch() {
    return dropped > MOST_BYTES;
  }

  void end() {
    ScheduledFuture<?> pending = deadline;
    if (pending != null) {
      pending.cancel(false);
    }
  }
}
