package dev.authpipe.proxy.egress;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.OutboundException.Failure;
import dev.authpipe.proxy.egress.OutboundException.Sent;

/**
 * The connections of one event loop that serve one kind: idle ones of HTTP/1.1, and shared ones of HTTP/2 with the calls that wait for room
 * on them. While it is not known which version the provider speaks, one connection is made at a time, for it may serve all. Never more
 * shared ones than the limit.
 */
final class OriginPool {

  /** Makes a connection: an {@link Http1Upstream} or a {@link SharedConnection}. */
  interface Connector {
    Future<Channel> dial(UpstreamKind kind, EventLoop loop, Class<? extends Channel> type);
  }

  private record Waiting(Promise<Upstream> promise, EventLoop loop, Class<? extends Channel> type, ScheduledFuture<?> timer) {}

  private final UpstreamKind kind;
  private final Connector connector;
  private final UpstreamConnections.Limits limits;
  private final Deque<Http1Upstream> idle = new ArrayDeque<>();
  private final List<SharedConnection> shared = new ArrayList<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int exclusive;
  private boolean dialing;
  private boolean multiplexes;
  private boolean only11;

  OriginPool(UpstreamKind kind, Connector connector, UpstreamConnections.Limits limits) {
    this.kind = kind;
    this.connector = connector;
    this.limits = limits;
    this.multiplexes = kind.mayMultiplex() && limits.http2().connections() > 0;
  }

  /** A way that is there already, or null. */
  @Nullable
  Upstream idle() {
    SharedConnection room = waiting.isEmpty() ? room() : null;
    if (room != null) {
      return room.take();
    }
    while (!idle.isEmpty()) {
      Http1Upstream candidate = idle.pollLast();
      if (candidate.isOpen() && System.nanoTime() - candidate.bornAtNanos() < limits.http2().lifetime().toNanos()) {
        candidate.take(true);
        return candidate;
      }
      candidate.abort();
    }
    return null;
  }

  private @Nullable SharedConnection room() {
    for (SharedConnection one : shared) {
      if (one.hasRoom()) {
        return one;
      }
    }
    return null;
  }

  /** A fresh connection, or a place on a shared one as soon as there is one. */
  Future<Upstream> connect(EventLoop loop, Class<? extends Channel> type) {
    Promise<Upstream> ready = loop.newPromise();
    if (!multiplexes) {
      alone(ready, loop, type);
    } else if (waiting.size() >= limits.http2().waiting()) {
      ready.setFailure(failed(Failure.BUSY));
    } else {
      ScheduledFuture<?> timer = loop.schedule(() -> giveUp(ready), limits.http2().patience().toNanos(), TimeUnit.NANOSECONDS);
      waiting.addLast(new Waiting(ready, loop, type, timer));
      serve();
    }
    return ready;
  }

  private void giveUp(Promise<Upstream> late) {
    waiting.removeIf(one -> one.promise.equals(late));
    late.tryFailure(failed(dialing ? Failure.UNREACHABLE : Failure.BUSY));
  }

  private static OutboundException failed(Failure failure) {
    return new OutboundException(failure, Sent.NOT_SENT);
  }

  /** Gives those who wait what room there is, and makes more. */
  private void serve() {
    while (!waiting.isEmpty()) {
      SharedConnection room = room();
      if (room == null) {
        break;
      }
      grant(waiting.pollFirst(), room.take());
    }
    long open = shared.stream().filter(SharedConnection::isOpen).count();
    if (!waiting.isEmpty() && !dialing && open < limits.http2().connections()
        && shared.stream().noneMatch(SharedConnection::isSettling)) {
      dial(waiting.getFirst());
    }
  }

  private static void grant(Waiting one, Upstream upstream) {
    one.timer.cancel(false);
    if (!one.promise.trySuccess(upstream)) {
      upstream.abort();
    }
  }

  private void dial(Waiting first) {
    dialing = true;
    Future<Channel> dialed = connector.dial(kind, first.loop, first.type);
    dialed.addListener(_ -> {
      dialing = false;
      if (!dialed.isSuccess()) {
        fail(dialed.cause());
      } else if (UpstreamConnections.isHttp2(dialed.getNow())) {
        adopt(dialed.getNow());
      } else {
        multiplexes = false;
        Http1Upstream made = exclusive(dialed.getNow());
        if (waiting.isEmpty()) {
          giveBack(made);
        } else {
          grant(waiting.pollFirst(), made);
        }
        everyoneAlone();
      }
    });
  }

  private void fail(Throwable cause) {
    if (shared.stream().anyMatch(SharedConnection::isOpen)) {
      return; // those who wait may still find room
    }
    while (!waiting.isEmpty()) {
      Waiting one = waiting.pollFirst();
      one.timer.cancel(false);
      one.promise.tryFailure(cause);
    }
  }

  private SharedConnection adopt(Channel channel) {
    SharedConnection made = new SharedConnection(channel, this, limits.http2());
    shared.add(made);
    serve();
    return made;
  }

  private void everyoneAlone() {
    while (!waiting.isEmpty()) {
      Waiting one = waiting.pollFirst();
      one.timer.cancel(false);
      alone(one.promise, one.loop, one.type);
    }
  }

  private void alone(Promise<Upstream> ready, EventLoop loop, Class<? extends Channel> type) {
    Future<Channel> dialed = connector.dial(only11 ? kind.only11() : kind, loop, type);
    dialed.addListener(_ -> {
      if (!dialed.isSuccess()) {
        ready.tryFailure(dialed.cause());
        return;
      }
      boolean changedItsMind = UpstreamConnections.isHttp2(dialed.getNow());
      multiplexes |= changedItsMind;
      Upstream made = changedItsMind ? adopt(dialed.getNow()).take() : exclusive(dialed.getNow());
      if (!ready.trySuccess(made)) {
        made.abort();
      }
    });
  }

  private Http1Upstream exclusive(Channel channel) {
    exclusive++;
    return new Http1Upstream(channel, this);
  }

  /** The provider does not want HTTP/2 after all. */
  void only11() {
    only11 = true;
    multiplexes = false;
    everyoneAlone();
  }

  void roomMade() {
    if (!waiting.isEmpty()) {
      serve();
    }
  }

  void giveBack(Http1Upstream upstream) {
    if (idle.size() >= limits.idlePerOrigin() || !upstream.isOpen()) {
      upstream.abort();
      return;
    }
    upstream.idleSinceNanos = System.nanoTime();
    idle.addLast(upstream);
    upstream.read(); // so that a close while idle is seen
  }

  void forget(Http1Upstream upstream) {
    exclusive--;
    idle.remove(upstream);
  }

  void forget(SharedConnection ended) {
    shared.remove(ended);
    roomMade();
  }

  /** Once a second: ends what has been idle for long. True when nothing is left. */
  boolean tend(long now) {
    while (!idle.isEmpty() && now - idle.getFirst().idleSinceNanos > limits.http2().idle().toNanos()) {
      idle.pollFirst().abort();
    }
    List.copyOf(shared).forEach(one -> one.tend(now));
    if (!waiting.isEmpty()) {
      serve();
    }
    return exclusive == 0 && shared.isEmpty() && waiting.isEmpty() && !dialing;
  }
}
