package dev.authpipe.proxy.egress;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.OutboundException.Failure;
import dev.authpipe.proxy.egress.OutboundException.Sent;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/** One request and its bounded answer on a fresh connection. Never leaves a second copy of the body behind: buffers are wiped. */
final class SmallExchange extends SimpleChannelInboundHandler<HttpObject> {
  private enum Phase {
    WAITING,
    SENDING,
    CANCELLED
  }

  private final OutboundRequest request;
  private final CompletableFuture<OutboundResponse> answer;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);
  private @Nullable HttpResponse head;
  private byte[] body = new byte[0];
  private int length;

  SmallExchange(OutboundRequest request, CompletableFuture<OutboundResponse> answer) {
    this.request = request;
    this.answer = answer;
  }

  void start(Channel channel) {
    if (!phase.compareAndSet(Phase.WAITING, Phase.SENDING)) {
      channel.close();
      return;
    }
    channel.pipeline().addLast(this);
    channel.config().setAutoRead(true);
    channel.writeAndFlush(message()).addListener(written -> {
      if (!written.isSuccess()) {
        fail(Failure.BROKEN);
        channel.close();
      }
    });
  }

  /** Forbids the start from now on, and says whether it came before. */
  Sent cancel() {
    phase.compareAndSet(Phase.WAITING, Phase.CANCELLED);
    return sent();
  }

  Sent sent() {
    return phase.get() == Phase.SENDING ? Sent.MAYBE_SENT : Sent.NOT_SENT;
  }

  private FullHttpRequest message() {
    URI uri = request.uri();
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    SecretBytes content = request.body();
    ByteBuf bytes = content == null ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(content.expose());
    FullHttpRequest message = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), target,
        bytes);
    for (Map.Entry<String, SecretText> header : request.headers().entrySet()) {
      message.headers().add(header.getKey(), header.getValue().expose());
    }
    message.headers().set(HttpHeaderNames.HOST, Origin.of(uri).authority()).set(HttpHeaderNames.CONNECTION, "close")
        .set(HttpHeaderNames.ACCEPT_ENCODING, "identity");
    if (!message.headers().contains(HttpHeaderNames.USER_AGENT)) {
      message.headers().set(HttpHeaderNames.USER_AGENT, "authpipe");
    }
    if (content != null || message.method().equals(HttpMethod.POST)) {
      message.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.readableBytes());
    }
    return message;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    if (part.decoderResult().isFailure()) {
      fail(Failure.BROKEN);
      ctx.close();
      return;
    }
    if (part instanceof HttpResponse response && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
      head = response;
    } else if (part instanceof HttpResponse response && response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      fail(Failure.BROKEN);
      ctx.close();
    }
    HttpResponse response = head;
    if (part instanceof HttpContent content && response != null && !answer.isDone()) {
      collect(ctx, response, content);
    }
  }

  private void collect(ChannelHandlerContext ctx, HttpResponse response, HttpContent content) {
    int more = content.content().readableBytes();
    if (length + more > request.answerLimit()) {
      fail(Failure.TOO_LARGE);
      ctx.close();
      return;
    }
    if (length + more > body.length) {
      byte[] larger = Arrays.copyOf(body,
          Math.min(request.answerLimit(), Math.max(length + more, Math.max(2048, body.length * 2))));
      Arrays.fill(body, (byte) 0);
      body = larger;
    }
    content.content().readBytes(body, length, more);
    length += more;
    if (content instanceof LastHttpContent) {
      answer.complete(
          new OutboundResponse(response.status().code(), headers(response), SecretBytes.taking(Arrays.copyOf(body, length))));
      Arrays.fill(body, (byte) 0);
      ctx.close();
    }
  }

  private static Map<String, List<String>> headers(HttpResponse response) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    response.headers().forEach(header -> headers.computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
        .add(header.getValue()));
    return headers;
  }

  private void fail(Failure failure) {
    answer.completeExceptionally(new OutboundException(failure, Sent.MAYBE_SENT));
    Arrays.fill(body, (byte) 0);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(Failure.BROKEN);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(Failure.BROKEN);
    ctx.close();
  }
}
