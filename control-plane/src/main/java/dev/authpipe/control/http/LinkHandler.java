package dev.authpipe.control.http;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLPeerUnverifiedException;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** Tells every request of a link connection whose certificate the handshake proved. Never lets one through without. */
final class LinkHandler extends ChannelInboundHandlerAdapter {
  private final LinkListener listener;
  private @Nullable LinkIdentity peer;

  LinkHandler(LinkListener listener) {
    this.listener = listener;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws SSLPeerUnverifiedException {
    LinkIdentity identity = peer;
    if (identity == null) {
      identity = proven(ctx);
      if (!listener.begin(identity, ctx.channel())) {
        ReferenceCountUtil.release(message);
        ctx.close();
        return;
      }
      peer = identity;
    }
    if (message instanceof HttpRequest request) {
      request.headers().set(LinkIdentity.HEADER, identity.hex());
    }
    ctx.fireChannelRead(message);
  }

  private static LinkIdentity proven(ChannelHandlerContext ctx) throws SSLPeerUnverifiedException {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    Certificate[] chain = tls.engine().getSession().getPeerCertificates();
    return LinkIdentity.of((X509Certificate) chain[0]);
  }
}
