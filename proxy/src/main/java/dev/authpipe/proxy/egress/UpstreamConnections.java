package dev.authpipe.proxy.egress;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Connections to providers for proxied calls, kept on the event loop of the caller so that no lock and no hand-over is needed. They are
 * bounded per loop and origin and live at most {@link #LIFETIME}, so that a changed name takes effect. Must never be asked from another
 * thread than the loop given.
 */
@Singleton
public final class UpstreamConnections {
  /** The longest life of a connection that is being reused. */
  static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final int ORIGINS_PER_LOOP = 1024;

  /**
   * What each pool is held to.
   *
   * @param idlePerOrigin most idle connections of HTTP/1.1
   * @param http2         limits of those of HTTP/2; their lifetime and idle time hold for both
   */
  record Limits(int idlePerOrigin, Http2Limits http2) {}

  private static final class Pools {
    final Map<UpstreamKind, OriginPool> byKind = new HashMap<>();
    @Nullable
    ScheduledFuture<?> tending;
  }

  private final Dialer dialer;
  private final Limits limits;
  private final FastThreadLocal<Pools> pools = new FastThreadLocal<>() {
    @Override
    protected Pools initialValue() {
      return new Pools();
    }
  };

  /** Limits come from the settings. */
  @Inject
  public UpstreamConnections(Dialer dialer, EgressSettings settings) {
    this(dialer, settings, Http2Limits.of(settings));
  }

  UpstreamConnections(Dialer dialer, EgressSettings settings, Http2Limits http2) {
    this.dialer = dialer;
    this.limits = new Limits(settings.idlePerOrigin(), http2);
  }

  /** A way to the origin that is there already, or null. */
  public @Nullable Upstream idle(UpstreamKind kind) {
    OriginPool pool = pools.get().byKind.get(kind);
    return pool == null ? null : pool.idle();
  }

  /** A way that is made for this call, or shared by those that wait for one; fails with {@link OutboundException}, always NOT_SENT. */
  public Future<Upstream> connect(UpstreamKind kind, EventLoop loop, Class<? extends Channel> type) {
    return pool(kind, loop).connect(loop, type);
  }

  /**
   * A fresh connection of HTTP/1.1 that may switch to another protocol (RFC 9110 section 7.8), whatever else the provider speaks; fails like
   * {@link #connect}.
   */
  public Future<Upstream> connectToSwitch(UpstreamKind kind, EventLoop loop, Class<? extends Channel> type) {
    return connect(kind.only11(), loop, type);
  }

  private OriginPool pool(UpstreamKind kind, EventLoop loop) {
    Pools mine = pools.get();
    OriginPool known = mine.byKind.get(kind);
    if (known != null) {
      return known;
    }
    if (mine.byKind.size() >= ORIGINS_PER_LOOP) {
      return new OriginPool(kind.only11(), this::dial, new Limits(0, limits.http2)); // serves this call and keeps nothing
    }
    OriginPool made = new OriginPool(kind, this::dial, limits);
    mine.byKind.put(kind, made);
    if (mine.tending == null) {
      mine.tending = loop.scheduleWithFixedDelay(() -> tend(mine), 1, 1, TimeUnit.SECONDS);
    }
    return made;
  }

  private Future<Channel> dial(UpstreamKind kind, EventLoop loop, Class<? extends Channel> type) {
    boolean offered = kind.mayMultiplex() && limits.http2.connections() > 0;
    return dialer.dial(offered ? kind : kind.only11(), loop, type, UpstreamConnections::speak);
  }

  /** The moment the handshake is done, before anything can arrive behind it. */
  private static void speak(Channel channel) {
    if (!isHttp2(channel)) {
      channel.pipeline().addLast(new Http1Codec());
    }
  }

  static boolean isHttp2(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    return tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
  }

  private void tend(Pools mine) {
    long now = System.nanoTime();
    mine.byKind.values().removeIf(pool -> pool.tend(now));
    ScheduledFuture<?> running = mine.tending;
    if (mine.byKind.isEmpty() && running != null) {
      running.cancel(false);
      mine.tending = null;
    }
  }
}
