package dev.authpipe.proxy.egress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;

/** Stands before the codec of a shared connection, counts what arrives, and ends the connection when it is too much for what it is good for. */
final class OverheadGuard extends ChannelInboundHandlerAdapter {
  private final OverheadBudget budget;
  private final ConnectionAge age;
  private final Http2ConnectionHandler codec;

  OverheadGuard(OverheadBudget budget, ConnectionAge age, Http2ConnectionHandler codec) {
    this.budget = budget;
    this.age = age;
    this.codec = codec;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    age.heard(System.nanoTime());
    budget.arrived(((ByteBuf) message).readableBytes());
    ctx.fireChannelRead(message); // which pays for what it was good for
    if (budget.isExceeded()) {
      codec.onError(ctx.pipeline().context(codec), false,
          Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too much overhead"));
    }
  }
}
