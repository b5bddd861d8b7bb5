package dev.authpipe.proxy.http;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
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
  private boolean inRequest;
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
    if (!(message instanceof HttpObject object)) {
      ctx.fireChannelRead(message); // bytes after 101
      return;
    }
    DecoderResult result = object.decoderResult();
    if (result.isFailure()) {
      refuse(ctx, message, code(result.cause()));
      return;
    }
    if (!inRequest && !(message instanceof HttpRequest)) {
      refuse(ctx, message, ErrorCode.INVALID_FRAMING); // what HTTP/2 makes of a head without a method
      return;
    }
    if (message instanceof HttpRequest request) {
      if (!RequestFraming.isPlain(request)) {
        refuse(ctx, message, ErrorCode.INVALID_FRAMING);
        return;
      }
      String id = ids.next();
      request.headers().set(RequestIds.HASHED, id);
      request.headers().remove(ClientCertificate.HASHED); // nobody else may say it
      String certificate = proven ? ClientCertificate.of(ctx.channel()) : null;
      if (certificate != null) {
        request.headers().set(ClientCertificate.HASHED, certificate);
      }
      markEncoding(request);
      owed.addLast(id);
    }
    inRequest = !(message instanceof LastHttpContent);
    ctx.fireChannelRead(message);
  }

  /** Whether something has come that is not a request, which is answered once all before it are. */
  boolean isBroken() {
    return broken != null;
  }

  private void refuse(ChannelHandlerContext ctx, Object message, ErrorCode code) {
    ReferenceCountUtil.release(message);
    broken = inRequest && code == ErrorCode.URI_TOO_LONG ? ErrorCode.INVALID_FRAMING : code; // the line of a chunk's size
    if (inRequest) {
      ctx.fireUserEventTriggered(REQUEST_BROKEN);
    } else {
      owed.addLast(ids.next());
    }
    endIfDue(ctx);
  }

  /**
   * The server would inflate an encoded body before any limit of ours could count it (S38): its header is renamed, so that it stays as it
   * is and {@link EncodedBodies} refuses it. Hot routes pass bodies on untouched and keep the header.
   */
  private void markEncoding(HttpRequest request) {
    request.headers().remove(EncodedBodies.HASHED);
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
        response.headers().set(RequestIds.HASHED, id);
      }
      if (!(response instanceof Relayed)) {
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
    FullHttpResponse answer = HotProblems.answer(code, code.meaning(), id, null);
    answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE).set(RequestIds.HASHED, id);
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

  /** A request of HTTP/2 that has no counterpart in HTTP/1.1 is noticed only when it is translated, and then as an exception. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!inRequest && owed.isEmpty() && broken == null && !(cause instanceof IOException)) {
      refuse(ctx, LastHttpContent.EMPTY_LAST_CONTENT, ErrorCode.INVALID_FRAMING);
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
    if (broken != null && !closing) {
      ctx.flush();
    }
  }
}
