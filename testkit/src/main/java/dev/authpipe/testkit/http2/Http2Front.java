package dev.authpipe.testkit.http2;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.util.concurrent.GlobalEventExecutor;

import dev.authpipe.testkit.FreePorts;

/**
 * Speaks HTTP/2 over TLS in front of a {@link dev.authpipe.testkit.http.LoopbackServer}, so that one handler can answer over both versions.
 * Each stream has its own connection behind it, and neither side is read faster than the other takes. It listens on loopback only.
 */
public final class Http2Front implements AutoCloseable {
  private static final ApplicationProtocolConfig HTTP_2 = new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
      ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
      ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2);

  private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel listening;

  private Http2Front(SSLContext tls, int behind) {
    var context = new JdkSslContext(tls, false, null, IdentityCipherSuiteFilter.INSTANCE, HTTP_2, ClientAuth.NONE,
        new String[]{"TLSv1.3"}, false);
    this.listening = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            connections.add(channel);
            channel.pipeline().addLast(context.newHandler(channel.alloc()),
                Http2FrameCodecBuilder.forServer().initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(100))
                    .build(),
                new Http2MultiplexHandler(new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    StreamRelay.begin(stream, behind);
                  }
                }));
          }
        }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next())).syncUninterruptibly().channel();
  }

  /** A server with this certificate in front of a port of loopback. */
  public static Http2Front start(SSLContext tls, int behind) {
    return new Http2Front(tls, behind);
  }

  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** How many connections are open now. */
  public int openConnections() {
    return List.copyOf(connections).size();
  }

  @Override
  public void close() {
    listening.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
