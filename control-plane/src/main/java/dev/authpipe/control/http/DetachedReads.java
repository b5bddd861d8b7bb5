package dev.authpipe.control.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Hands decrypted bytes on in a turn of the event loop of their own. The server's pipeline sends the first message of a connection through
 * the whole pipeline once more; while the TLS handler is still busy with the bytes that held it, that handler would keep the message back
 * until after its body.
 */
final class DetachedReads extends ChannelInboundHandlerAdapter {
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf) {
      ctx.executor().execute(() -> ctx.fireChannelRead(message)); // releases it when the pipeline is gone
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.executor().execute(ctx::fireChannelReadComplete);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ctx.executor().execute(ctx::fireChannelInactive);
  }
}
