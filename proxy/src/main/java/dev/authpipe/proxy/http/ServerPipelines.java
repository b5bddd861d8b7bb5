package dev.authpipe.proxy.http;

import java.net.InetSocketAddress;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Puts our handlers into every connection of the server, in front of its routing: the edge on all listeners, hot routes on the API listener
 * only. A listener is recognised by its local port, for the server tells no name.
 */
@Singleton
final class ServerPipelines implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final ListenerSettings settings;
  private final RequestIds ids;
  private final Provider<HotRoutes> routes;

  ServerPipelines(ListenerSettings settings, RequestIds ids, Provider<HotRoutes> routes) {
    this.settings = settings;
    this.ids = ids;
    this.routes = routes;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Hook(null));
    return event.getBean();
  }

  private final class Hook implements NettyServerCustomizer {
    private final @Nullable Channel channel;

    Hook(@Nullable Channel channel) {
      this.channel = channel;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel specialized, ChannelRole role) {
      return new Hook(specialized);
    }

    @Override
    public void onStreamPipelineBuilt() {
      Channel built = channel;
      if (built == null || !(built.localAddress() instanceof InetSocketAddress local)) {
        return;
      }
      ChannelPipeline pipeline = built.pipeline();
      boolean secure = local.getPort() == settings.management().port() ? settings.managementSecure() : settings.secure();
      if (built instanceof SocketChannel) {
        pipeline.addFirst("flushes", new FlushConsolidationHandler(256, true));
      }
      boolean api = local.getPort() == settings.api().port();
      pipeline.addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, "edge",
          new EdgeHandler(ids, routes.get(), secure, api && settings.asksForCertificates()));
      if (api) {
        pipeline.addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, "hot", routes.get().handler());
      }
    }
  }
}
