package dev.authpipe.proxy.egress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Connections to providers for proxied calls, kept on the event loop of the caller so that no lock and no hand-over is needed. Idle ones are
 * bounded per loop and origin and live at most {@link #LIFETIME}, so that a changed name takes effect. Must never be asked from another
 * thread than the loop given.
 */
@Singleton
public final class UpstreamConnections {
  /** The longest life of a connection that is being reused. */
  static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final int ORIGINS_PER_LOOP = 1024;

  /** What a connection may be reused for: one that may be of TLS 1.2 serves nobody who wants 1.3. */
  record Kind(Origin origin, TlsVersion least) {}

  private static final class Idle {
    final Map<Kind, ArrayDeque<Upstream>> byOrigin = new HashMap<>();
    @Nullable
    ScheduledFuture<?> sweep;
  }

  private final Dialer dialer;
  private final int idlePerOrigin;
  private final long idleNanos;
  private final FastThreadLocal<Idle> idle = new FastThreadLocal<>() {
    @Override
    protected Idle initialValue() {
      return new Idle();
    }
  };

  /** Limits come from the settings. */
  public UpstreamConnections(Dialer dialer, EgressSettings settings) {
    this.dialer = dialer;
    this.idlePerOrigin = settings.idlePerOrigin();
    this.idleNanos = settings.idleTimeout().toNanos();
  }

  /** An idle connection to the origin that was made with this least version of TLS, or null. */
  public @Nullable Upstream idle(Origin origin, TlsVersion least) {
    ArrayDeque<Upstream> waiting = idle.get().byOrigin.get(new Kind(origin, least));
    while (waiting != null && !waiting.isEmpty()) {
      Upstream candidate = waiting.pollLast();
      if (candidate.isOpen() && System.nanoTime() - candidate.bornAtNanos() < LIFETIME.toNanos()) {
        candidate.take(true);
        return candidate;
      }
      candidate.abort();
    }
    return null;
  }

  /** A fresh connection; fails with {@link OutboundException}, always NOT_SENT. */
  public Future<Upstream> connect(Origin origin, TlsVersion least, EventLoop loop, Class<? extends Channel> type) {
    Promise<Upstream> ready = loop.newPromise();
    Future<Channel> dialed = dialer.dial(origin, least, loop, type,
        pipeline -> pipeline.addLast(new HttpClientCodec(DirectOutbound.strict(), false, false)));
    dialed.addListener(done -> {
      if (!dialed.isSuccess()) {
        ready.tryFailure(dialed.cause());
        return;
      }
      Upstream upstream = new Upstream(dialed.getNow(), new Kind(origin, least), this);
      upstream.channel().pipeline().addLast(upstream);
      if (!ready.trySuccess(upstream)) {
        upstream.abort();
      }
    });
    return ready;
  }

  void giveBack(Upstream upstream) {
    Idle mine = idle.get();
    ArrayDeque<Upstream> waiting = mine.byOrigin.get(upstream.kind());
    if (waiting == null && mine.byOrigin.size() < ORIGINS_PER_LOOP) {
      waiting = new ArrayDeque<>();
      mine.byOrigin.put(upstream.kind(), waiting);
    }
    if (waiting == null || waiting.size() >= idlePerOrigin || !upstream.isOpen()) {
      upstream.abort();
      return;
    }
    upstream.idleSinceNanos = System.nanoTime();
    waiting.addLast(upstream);
    upstream.read(); // so that a close while idle is seen
    if (mine.sweep == null) {
      mine.sweep = upstream.channel().eventLoop().scheduleWithFixedDelay(() -> sweep(mine), 1, 1, TimeUnit.SECONDS);
    }
  }

  void forget(Upstream upstream) {
    ArrayDeque<Upstream> waiting = idle.get().byOrigin.get(upstream.kind());
    if (waiting != null) {
      waiting.remove(upstream);
    }
  }

  private void sweep(Idle mine) {
    long now = System.nanoTime();
    Iterator<ArrayDeque<Upstream>> origins = mine.byOrigin.values().iterator();
    while (origins.hasNext()) {
      ArrayDeque<Upstream> waiting = origins.next();
      while (!waiting.isEmpty() && now - waiting.getFirst().idleSinceNanos > idleNanos) {
        waiting.pollFirst().abort();
      }
      if (waiting.isEmpty()) {
        origins.remove();
      }
    }
    ScheduledFuture<?> running = mine.sweep;
    if (mine.byOrigin.isEmpty() && running != null) {
      running.cancel(false);
      mine.sweep = null;
    }
  }
}
