package dev.authpipe.proxy.egress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.OutboundException.Failure;
import dev.authpipe.proxy.egress.OutboundException.Sent;

/**
 * Opens connections to providers: looks the name up off the event loop, lets the policy judge every address, connects to exactly the
 * address that was judged, and finishes the TLS handshake with the name as SNI. Every new connection goes this whole way, so a rebound name
 * gains nothing. Must never hand out a channel before its handshake is done.
 */
@Singleton
public final class Dialer {
  private static final int LOOKUPS_AT_A_TIME = 256;
  private static final int ADDRESSES_TRIED = 3;

  private final AddressPolicy policy;
  private final NameResolver resolver;
  private final Trust trust;
  private final int timeoutMillis;
  private final Semaphore lookups = new Semaphore(LOOKUPS_AT_A_TIME);

  /** @param resolver looks names up; tests rebind with their own */
  public Dialer(EgressSettings settings, NameResolver resolver) {
    this.policy = new AddressPolicy(settings);
    this.resolver = resolver;
    this.trust = Trust.of(settings.trustedCertificates());
    this.timeoutMillis = (int) settings.connectTimeout().toMillis();
  }

  /**
   * Connects on the given event loop; the future fails with {@link OutboundException} only, always NOT_SENT.
   *
   * @param behindTls adds the handlers of the connection, at the moment its handshake is done and before anything arrives behind it
   */
  Future<Channel> dial(UpstreamKind kind, EventLoop loop, Class<? extends Channel> type, Consumer<Channel> behindTls) {
    Origin origin = kind.origin();
    Promise<Channel> dialed = loop.newPromise();
    if (!policy.allowsScheme(origin)) {
      return dialed.setFailure(failed(Failure.REFUSED_ADDRESS));
    }
    if (!lookups.tryAcquire()) {
      return dialed.setFailure(failed(Failure.UNREACHABLE));
    }
    Promise<List<InetAddress>> looked = loop.newPromise();
    Thread.ofVirtual().name("name-lookup").start(() -> lookUp(origin, looked));
    var deadline = loop.schedule(() -> looked.tryFailure(failed(Failure.UNREACHABLE)), timeoutMillis, TimeUnit.MILLISECONDS);
    looked.addListener(done -> {
      deadline.cancel(false);
      if (!looked.isSuccess()) {
        dialed.tryFailure(looked.cause());
      } else if (!policy.allowsAll(origin, looked.getNow())) {
        dialed.tryFailure(failed(Failure.REFUSED_ADDRESS));
      } else {
        connect(new Attempt(kind, loop, type, behindTls, dialed), looked.getNow(), 0);
      }
    });
    return dialed;
  }

  private void lookUp(Origin origin, Promise<List<InetAddress>> looked) {
    try {
      looked.trySuccess(resolver.resolve(origin.host()));
    } catch (UnknownHostException | RuntimeException unknown) {
      looked.tryFailure(failed(Failure.UNREACHABLE));
    } finally {
      lookups.release();
    }
  }

  private record Attempt(UpstreamKind kind, EventLoop loop, Class<? extends Channel> type, Consumer<Channel> behindTls,
      Promise<Channel> dialed) {
    Origin origin() {
      return kind.origin();
    }
  }

  private void connect(Attempt attempt, List<InetAddress> addresses, int index) {
    InetSocketAddress pinned = new InetSocketAddress(addresses.get(index), attempt.origin().port());
    Bootstrap bootstrap = new Bootstrap().group(attempt.loop).channel(attempt.type)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
        .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true).option(ChannelOption.AUTO_READ, false)
        .handler(new Initializer(attempt.origin().secure() ? handshake(attempt) : null));
    if (attempt.origin().secure()) {
      bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, new HeapReads());
    }
    ChannelFuture connecting = bootstrap.connect(pinned);
    connecting.addListener(done -> {
      Channel channel = connecting.channel();
      if (!connecting.isSuccess()) {
        if (index + 1 < Math.min(addresses.size(), ADDRESSES_TRIED) && !attempt.dialed.isDone()) {
          connect(attempt, addresses, index + 1);
        } else {
          attempt.dialed.tryFailure(failed(Failure.UNREACHABLE));
        }
        return;
      }
      SslHandler handshake = channel.pipeline().get(SslHandler.class);
      if (handshake == null) {
        deliver(attempt, channel);
      } else {
        channel.read();
        handshake.handshakeFuture().addListener(shaken -> {
          if (shaken.isSuccess()) {
            deliver(attempt, channel);
          } else {
            attempt.dialed.tryFailure(failed(Failure.TLS));
            channel.close();
          }
        });
      }
    });
  }

  private SslHandler handshake(Attempt attempt) {
    SslHandler handler = trust.context(attempt.kind.least(), attempt.kind.offer()).newHandler(ByteBufAllocator.DEFAULT,
        attempt.origin().host(), attempt.origin().port());
    handler.setHandshakeTimeoutMillis(timeoutMillis);
    return handler;
  }

  private static void deliver(Attempt attempt, Channel channel) {
    attempt.behindTls.accept(channel);
    if (!attempt.dialed.trySuccess(channel)) {
      channel.close();
    }
  }

  private static OutboundException failed(Failure failure) {
    return new OutboundException(failure, Sent.NOT_SENT);
  }

  private static final class Initializer extends ChannelInitializer<Channel> {
    private final @Nullable SslHandler handshake;

    Initializer(@Nullable SslHandler handshake) {
      this.handshake = handshake;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (handshake != null) {
        channel.pipeline().addLast(handshake);
      }
    }
  }
}
