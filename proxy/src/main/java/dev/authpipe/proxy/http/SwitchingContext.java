package dev.authpipe.proxy.http;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ImmediateExecutor;

/**
 * The TLS context of the listeners, whose content may be exchanged: a handshake has what was there when its connection began. Asks for
 * certificates of clients on the API listener only, which it knows by its port.
 */
@SuppressWarnings("deprecation") // the type of what every context has to answer
final class SwitchingContext extends SslContext {
  private final int apiPort;
  private final ListenerTls.ClientCertificates clients;
  private volatile SslContext current;

  SwitchingContext(SslContext first, int apiPort, ListenerTls.ClientCertificates clients) {
    this.current = first;
    this.apiPort = apiPort;
    this.clients = clients;
  }

  void become(SslContext next) {
    current = next;
  }

  @Override
  public boolean isClient() {
    return false;
  }

  @Override
  public List<String> cipherSuites() {
    return current.cipherSuites();
  }

  @Override
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return current.applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return current.newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return current.newEngine(allocator, peerHost, peerPort);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return current.sessionContext();
  }

  @Override
  protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls) {
    return new Handler(newEngine(allocator), startTls, ImmediateExecutor.INSTANCE);
  }

  @Override
  protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls, Executor executor) {
    return new Handler(newEngine(allocator), startTls, executor);
  }

  private final class Handler extends SslHandler {
    Handler(SSLEngine engine, boolean startTls, Executor executor) {
      super(engine, startTls, executor);
    }

    /** The first moment at which the port is known, and before the first byte. */
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
      if (ctx.channel().localAddress() instanceof InetSocketAddress local && local.getPort() == apiPort) {
        switch (clients) {
          case OPTIONAL -> engine().setWantClientAuth(true);
          case REQUIRED -> engine().setNeedClientAuth(true);
          case NONE -> {
          }
        }
      }
      super.handlerAdded(ctx);
    }
  }
}
