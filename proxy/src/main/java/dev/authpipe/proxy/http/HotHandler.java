package dev.authpipe.proxy.http;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of the server's own handler on one connection (HTTP/1.1) or stream (HTTP/2) and serves hot routes itself. Keeps answers
 * in the order of requests: a hot request waits while the server owes answers, everything waits while a hot one runs. Never reads more
 * than the exchange under way asked for.
 */
final class HotHandler extends ChannelDuplexHandler {
  private final List<HotRoute> routes;
  private final RemoteAddresses addresses;
  private final Faults faults;
  private final Deque<Object> held = new ArrayDeque<>();
  private int serverOwes;
  private boolean serverHeadWritten;
  private boolean serverWantsRead;
  private @Nullable CallerSide running;
  private @Nullable ChannelPromise closeWanted;
  private boolean closeRequested;
  private boolean closing;
  private boolean callerHalfClosed;

  HotHandler(List<HotRoute> routes, RemoteAddresses addresses, Faults faults) {
    this.routes = routes;
    this.faults = faults;
    this.addresses = addresses;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    CallerSide now = running;
    if (closing) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof ByteBuf bytes) {
      after101(now, bytes);
    } else if (!held.isEmpty() || (now != null && message instanceof HttpRequest)) {
      held.addLast(message);
    } else if (now != null) {
      now.received((HttpContent) message);
    } else {
      dispatch(ctx, message);
    }
  }

  private static void after101(@Nullable CallerSide now, ByteBuf bytes) {
    if (now == null) {
      bytes.release();
    } else {
      now.receivedBytes(bytes);
    }
  }

  /** Passes one message on, begins a hot exchange, or holds; true when the server got it. */
  private boolean dispatch(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request) {
      HotRoute route = route(request.uri());
      if (route != null && serverOwes > 0) {
        held.addFirst(message);
        return false;
      }
      if (route != null) {
        CallerSide begun = new CallerSide(ctx, this, addresses, faults, request);
        running = begun;
        begun.begin(route, request);
        return false;
      }
      serverOwes++;
    }
    ctx.fireChannelRead(message);
    return true;
  }

  private @Nullable HotRoute route(String target) {
    for (HotRoute route : routes) {
      if (route.owns(target)) {
        return route;
      }
    }
    return null;
  }

  /** Whether the connection can become one of bytes: it is one of HTTP/1.1, and nobody has sent what would be read as HTTP. */
  boolean canSwitch(ChannelHandlerContext ctx) {
    EdgeHandler edge = ctx.pipeline().get(EdgeHandler.class);
    return held.isEmpty() && edge != null && !edge.isBroken() && ctx.pipeline().get(HttpServerCodec.class) != null;
  }

  /** 101 has been written: nothing is read as HTTP any more, also not what has come already. */
  void switchProtocols(ChannelHandlerContext ctx) {
    ctx.pipeline().remove(HttpServerCodec.class);
  }

  /** The exchange under way has been answered and its request has been read to the end. */
  void exchangeEnded(ChannelHandlerContext ctx, ChannelFuture lastWrite, boolean keepAlive) {
    running = null;
    if (keepAlive && !closeRequested) {
      drain(ctx);
      lastOfHalfClosed(ctx);
      return;
    }
    closing = true;
    releaseHeld();
    ChannelPromise promise = closeWanted;
    lastWrite.addListener(_ -> ctx.close(promise == null ? ctx.newPromise() : promise));
  }

  /** A caller that will send no more is served what it has sent, and then let go. */
  private void lastOfHalfClosed(ChannelHandlerContext ctx) {
    CallerSide now = running;
    if (callerHalfClosed && now != null) {
      now.halfClosed(!held.isEmpty());
    } else if (callerHalfClosed && serverOwes == 0 && held.isEmpty()) {
      ctx.flush();
      ctx.close();
    }
  }

  private void drain(ChannelHandlerContext ctx) {
    boolean passed = false;
    while (!held.isEmpty()) {
      Object next = held.peekFirst();
      CallerSide now = running;
      if (next instanceof HttpRequest request && (now != null || (serverOwes > 0 && route(request.uri()) != null))) {
        break;
      }
      held.pollFirst();
      if (now != null) {
        now.received((HttpContent) next);
      } else {
        passed |= dispatch(ctx, next);
      }
    }
    if (passed) {
      ctx.fireChannelReadComplete(); // without it the server does not flush what it answers
    }
    if (running == null && held.isEmpty() && (serverWantsRead || !passed)) {
      serverWantsRead = false;
      ctx.read();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    CallerSide now = running;
    if (now != null) {
      now.readComplete();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (running != null || !held.isEmpty()) {
      serverWantsRead = true;
    } else {
      ctx.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    boolean informational = message instanceof HttpResponse head && head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (message instanceof HttpResponse head && head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      ctx.write(message, promise);
      ctx.pipeline().remove(this);
      return;
    }
    if (message instanceof HttpResponse && !informational) {
      serverHeadWritten = true;
    }
    boolean last = !informational && serverHeadWritten && message instanceof LastHttpContent;
    ctx.write(message, promise);
    if (last) {
      serverHeadWritten = false;
      serverOwes--;
      if (serverOwes == 0 && (callerHalfClosed || !held.isEmpty())) {
        ctx.flush();
        ctx.executor().execute(() -> drainIfIdle(ctx)); // after the server has finished with its own exchange
      }
    }
  }

  private void drainIfIdle(ChannelHandlerContext ctx) {
    if (running == null && serverOwes == 0 && ctx.channel().isActive() && !ctx.isRemoved()) {
      drain(ctx);
      lastOfHalfClosed(ctx);
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (running != null && ctx.channel().isActive()) {
      closeRequested = true;
      closeWanted = promise;
      running.closeWanted();
    } else {
      ctx.close(promise);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    CallerSide now = running;
    if (now != null && event.equals(EdgeHandler.REQUEST_BROKEN)) {
      now.gone();
      running = null;
    } else if (now != null && event instanceof ChannelInputShutdownEvent) {
      callerHalfClosed = true;
      now.halfClosed(!held.isEmpty());
    } else if (now == null || !(event instanceof IdleStateEvent)) {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    CallerSide now = running;
    if (now != null) {
      now.writabilityChanged();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    CallerSide now = running;
    if (now != null) {
      now.gone();
      running = null;
    }
    releaseHeld();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    releaseHeld();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    CallerSide now = running;
    if (now != null) {
      if (!(cause instanceof IOException || cause instanceof Http2Exception || cause instanceof DecoderException)) {
        faults.code(cause, now.requestId());
      }
      now.gone();
      running = null;
      ctx.close();
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  private void releaseHeld() {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }
}
