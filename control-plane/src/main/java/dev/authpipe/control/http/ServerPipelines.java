package dev.authpipe.control.http;

import java.net.InetSocketAddress;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Puts the edge into every connection of the server, in front of its routing. */
@Singleton
final class ServerPipelines implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final ListenerSettings settings;
  private final RequestIds ids;
  private final LinkListener link;

  ServerPipelines(ListenerSettings settings, RequestIds ids, LinkListener link) {
    this.settings = settings;
    this.ids = ids;
    this.link = link;
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
    public void onInitialPipelineBuilt() {
      Channel built = channel;
      if (built != null && listener(built) == Listener.LINK) {
        link.secure(built.pipeline());
      }
    }

    @Override
    public void onStreamPipelineBuilt() {
      Channel built = channel;
      Listener listener = built == null ? null : listener(built);
      if (built == null || listener == null) {
        return;
      }
      boolean secure = settings.secure(listener);
      built.pipeline().addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, "edge", new EdgeHandler(ids, secure));
      if (listener == Listener.LINK) {
        built.pipeline().addAfter("edge", "link", new LinkHandler(link));
      }
    }

    private @Nullable Listener listener(Channel built) {
      return built.localAddress() instanceof InetSocketAddress local ? settings.at(local.getPort()) : null;
    }
  }
}
