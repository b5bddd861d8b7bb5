package dev.authpipe.proxy.http;

import java.time.Duration;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Problems as hot routes and the edge answer them; the header {@code Authpipe-Error} tells them from a provider's answer. */
final class HotProblems {
  private HotProblems() {}

  static FullHttpResponse answer(ErrorCode code, String detail, String requestId, @Nullable Duration retryAfter) {
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code.status()),
        Unpooled.wrappedBuffer(Problems.body(code, detail, requestId)));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, Problems.MEDIA_TYPE)
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes()).set("Authpipe-Error", code.code());
    if (retryAfter != null) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, Problems.retryAfterSeconds(retryAfter));
    }
    if (code.status() == 401) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    return response;
  }
}
