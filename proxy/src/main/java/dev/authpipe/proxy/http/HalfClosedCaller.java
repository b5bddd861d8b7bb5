package dev.authpipe.proxy.http;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/**
 * A caller that has closed its sending side while it is owed an answer: either it only has nothing more to say, or it is gone. Both look alike
 * until something is written, so it is sent 100 (Continue), which every client of HTTP/1.1 skips (RFC 9110 section 15.2): one that is gone
 * answers with a reset, and the next 100 cannot be written. Never writes once the answer has begun, which then finds out by itself.
 */
final class HalfClosedCaller {
  private static final long FIRST_MILLIS = 300;
  private static final long THEN_MILLIS = 5_000;

  private final ChannelHandlerContext ctx;
  private final CallerSide caller;

  HalfClosedCaller(ChannelHandlerContext ctx, CallerSide caller) {
    this.ctx = ctx;
    this.caller = caller;
  }

  void begin() {
    ask(FIRST_MILLIS);
  }

  private void ask(long againMillis) {
    if (!caller.isWaiting()) {
      return;
    }
    ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER))
        .addListener(written -> {
          if (!written.isSuccess()) {
            caller.leave();
          }
        });
    ctx.channel().eventLoop().schedule(() -> ask(THEN_MILLIS), againMillis, TimeUnit.MILLISECONDS);
  }
}
