package dev.authpipe.quickstart.stage;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.ops.ControlOptions;

/**
 * Listens at the control plane's end of the link, right behind TLS, and keeps every byte of every connection in both directions. What TLS
 * itself carries of the proxy, its certificate, is kept as well.
 */
final class LinkTap {
  /** Property of {@link ControlOptions} that holds the tap. */
  static final String PROPERTY = "authpipe.test.tap";

  private final List<Wire> wires = new CopyOnWriteArrayList<>();

  /** One connection. */
  static final class Wire {
    private final ByteArrayOutputStream up = new ByteArrayOutputStream();
    private final ByteArrayOutputStream down = new ByteArrayOutputStream();
    private volatile byte[] certificate = new byte[0];

    /** What came from the proxy. */
    byte[] up() {
      synchronized (up) {
        return up.toByteArray();
      }
    }

    /** What went to the proxy. */
    byte[] down() {
      synchronized (down) {
        return down.toByteArray();
      }
    }

    /** The proxy's certificate in DER; empty: it sent nothing. */
    byte[] certificate() {
      return certificate;
    }
  }

  List<Wire> wires() {
    return wires;
  }

  private final class Listening extends ChannelDuplexHandler {
    private final Wire wire = new Wire();

    Listening() {
      wires.add(wire);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
      if (wire.certificate.length == 0) {
        Certificate[] chain = ctx.pipeline().get(SslHandler.class).engine().getSession().getPeerCertificates();
        wire.certificate = chain[0].getEncoded();
      }
      keep(wire.up, message);
      super.channelRead(ctx, message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
      keep(wire.down, message);
      super.write(ctx, message, promise);
    }

    private static void keep(ByteArrayOutputStream direction, Object message) {
      synchronized (direction) {
        if (message instanceof ByteBuf bytes) {
          direction.writeBytes(ByteBufUtil.getBytes(bytes));
        } else { // nothing passes unseen
          direction.writeBytes(("\nnot bytes: " + message.getClass()).getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  /** Puts the tap of the options, if there is one, behind the TLS of each link connection. */
  @Singleton
  @Requires(beans = ControlOptions.class)
  static final class Installer implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private final ControlOptions options;

    Installer(ControlOptions options) {
      this.options = options;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
      if (options.properties().get(PROPERTY) instanceof LinkTap tap) {
        event.getBean().register(new Hook(tap, null));
      }
      return event.getBean();
    }
  }

  private record Hook(LinkTap tap, @Nullable Channel channel) implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel specialized, ChannelRole role) {
      return new Hook(tap, specialized);
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (channel != null && channel.pipeline().get("link-tls") != null) {
        channel.pipeline().addAfter("link-tls", "tap", tap.new Listening());
      }
    }
  }
}
