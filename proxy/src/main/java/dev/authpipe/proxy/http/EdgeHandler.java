package dev.authpipe.proxy.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * First and last to see every message of every listener: gives each request its id, completes each answer's headers, and ends a connection
 * whose framing is broken with 400 (S25). Nothing behind it sees a malformed message.
 */
final class EdgeHandler extends ChannelDuplexHandler {
  /** Fired when a request breaks off in its body, before the connection is closed. */
  static final Object REQUEST_BROKEN = new Object();

  private final RequestIds ids;
  private final HotRoutes routes;
  private final boolean secure;
  private final boolean proven;
  private final Deque<String> owed = new ArrayDeque<>();
  private boolean headWritten;
  private @Nullable ErrorCode broken;
  private boolean closing;

  /**
   * @param secure whether the listener speaks TLS
   * @param proven whether its callers may have proved a certificate
   */
  EdgeHandler(RequestIds ids, HotRoutes routes, boolean secure, boolean proven) {
    this.proven = proven;
    this.ids = ids;
    this.routes = routes;
    this.secure = secure;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (broken != null || closing) {
      ReferenceCountUtil.release(message);
      return;
    }
    DecoderResult result = ((HttpObject) message).decoderResult();
    if (result.isFailure()) {
      refuse(ctx, message, code(result.cause()));
      return;
    }
    if (message instanceof HttpRequest request) {
      if (!namesOneHost(request)) {
        refuse(ctx, message, ErrorCode.INVALID_FRAMING);
        return;
      }
      String id = ids.next();
      request.headers().set(RequestIds.HEADER, id);
      request.headers().remove(ClientCertificate.HEADER); // nobody else may say it
      String certificate = proven ? ClientCertificate.of(ctx.channel()) : null;
      if (certificate != null) {
        request.headers().set(ClientCertificate.HEADER, certificate);
      }
      markEncoding(request);
      owed.addLast(id);
    }
    ctx.fireChannelRead(message);
  }

  private void refuse(ChannelHandlerContext ctx, Object message, ErrorCode code) {
    ReferenceCountUtil.release(message);
    boolean inBody = !(message instanceof HttpRequest) && !owed.isEmpty();
    broken = code;
    if (inBody) {
      ctx.fireUserEventTriggered(REQUEST_BROKEN);
    } else {
      owed.addLast(ids.next());
    }
    endIfDue(ctx);
  }

  /** None or two, and a proxy before us may have meant another than we do (RFC 9112 section 3.2). HTTP/1.0 needs none. */
  private static boolean namesOneHost(HttpRequest request) {
    Iterator<? extends CharSequence> hosts = request.headers().valueCharSequenceIterator(HttpHeaderNames.HOST);
    if (!hosts.hasNext()) {
      return request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0;
    }
    hosts.next();
    return !hosts.hasNext();
  }

  /**
   * The server would inflate an encoded body before any limit of ours could count it (S38): its header is renamed, so that it stays as it
   * is and {@link EncodedBodies} refuses it. Hot routes pass bodies on untouched and keep the header.
   */
  private void markEncoding(HttpRequest request) {
    request.headers().remove(EncodedBodies.HEADER);
    String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !routes.own(request.uri())) {
      request.headers().remove(HttpHeaderNames.CONTENT_ENCODING);
      request.headers().set(EncodedBodies.HEADER, "yes");
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (closing) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new IllegalStateException("the connection is being closed"));
      return;
    }
    if (message instanceof HttpResponse response && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
      headWritten = true;
      String id = owed.peekFirst();
      if (id != null) {
        response.headers().set(RequestIds.HEADER, id);
      }
      if (!(response instanceof RelayedHead)) {
        AnswerHeaders.complete(response.headers(), secure);
      }
    }
    boolean last = headWritten && message instanceof LastHttpContent;
    ctx.write(message, promise);
    if (last) {
      headWritten = false;
      owed.pollFirst();
      endIfDue(ctx);
    }
  }

  /** Answers the broken request once all before it are answered, and closes; a begun answer is cut. */
  private void endIfDue(ChannelHandlerContext ctx) {
    ErrorCode code = broken;
    if (code == null || owed.size() > 1) {
      return;
    }
    closing = true;
    String id = owed.peekFirst();
    if (headWritten || id == null) {
      ctx.flush();
      ctx.close();
      return;
    }
    FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code.status()),
        Unpooled.wrappedBuffer(Problems.body(code, code.meaning(), id)));
    answer.headers().set(HttpHeaderNames.CONTENT_TYPE, Problems.MEDIA_TYPE)
        .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
        .set(HttpHeaderNames.CONNECTION, "close").set(RequestIds.HEADER, id).set("Authpipe-Error", code.code());
    AnswerHeaders.complete(answer.headers(), secure);
    ctx.writeAndFlush(answer).addListener(_ -> ctx.close());
  }

  private static ErrorCode code(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> ErrorCode.URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> ErrorCode.HEADERS_TOO_LARGE;
      default -> ErrorCode.INVALID_FRAMING;
    };
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
    if (broken != null && !closing) {
      ctx.flush();
    }
  }
}
