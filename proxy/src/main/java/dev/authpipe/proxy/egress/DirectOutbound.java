package dev.authpipe.proxy.egress;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.egress.OutboundException.Failure;
import dev.authpipe.proxy.egress.OutboundException.Sent;

/**
 * {@link Outbound} with one fresh connection for each exchange: OAuth calls are rare, and a fresh one cannot carry leftovers. At most
 * {@value #EXCHANGES_AT_A_TIME} at a time; more wait within their deadline.
 */
@Singleton
public final class DirectOutbound implements Outbound, AutoCloseable {
  private static final int EXCHANGES_AT_A_TIME = 1_024;

  private final Dialer dialer;
  private final Semaphore slots = new Semaphore(EXCHANGES_AT_A_TIME);
  private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("egress", true),
      NioIoHandler.newFactory());

  /** Sends through connections of the dialer. */
  public DirectOutbound(Dialer dialer) {
    this.dialer = dialer;
  }

  @Override
  public OutboundResponse exchange(OutboundRequest request) throws OutboundException {
    long deadline = System.nanoTime() + request.deadline().toNanos();
    try {
      if (!slots.tryAcquire(request.deadline().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new OutboundException(Failure.TIMEOUT, Sent.NOT_SENT);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new OutboundException(Failure.TIMEOUT, Sent.NOT_SENT);
    }
    try {
      return await(request, deadline);
    } finally {
      slots.release();
    }
  }

  private OutboundResponse await(OutboundRequest request, long deadline) throws OutboundException {
    CompletableFuture<OutboundResponse> answer = new CompletableFuture<>();
    SmallExchange exchange = new SmallExchange(request, answer);
    EventLoop loop = loops.next();
    Future<Channel> dialed = dialer.dial(new UpstreamKind(Origin.of(request.uri()), request.tls(), HttpOffer.ONLY_1_1), loop,
        NioSocketChannel.class, channel -> channel.pipeline().addLast(new HttpClientCodec(strict(), false, true)));
    dialed.addListener(done -> {
      if (!dialed.isSuccess()) {
        answer.completeExceptionally(dialed.cause());
      } else if (answer.isDone()) {
        dialed.getNow().close();
      } else {
        exchange.start(dialed.getNow());
      }
    });
    try {
      return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof OutboundException known ? known : new OutboundException(Failure.BROKEN, exchange.sent());
    } catch (TimeoutException late) {
      throw giveUp(answer, dialed, exchange);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw giveUp(answer, dialed, exchange);
    }
  }

  /** Ends the exchange before reading whether bytes left, so that none can leave after the answer to that question. */
  private static OutboundException giveUp(CompletableFuture<OutboundResponse> answer, Future<Channel> dialed,
      SmallExchange exchange) {
    Sent sent = exchange.cancel();
    answer.cancel(false);
    if (dialed.isSuccess()) {
      dialed.getNow().close();
    }
    return new OutboundException(Failure.TIMEOUT, sent);
  }

  static HttpDecoderConfig strict() {
    return new HttpDecoderConfig().setMaxInitialLineLength(8 * 1024).setMaxHeaderSize(64 * 1024).setMaxChunkSize(16 * 1024);
  }

  @Override
  @PreDestroy
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
