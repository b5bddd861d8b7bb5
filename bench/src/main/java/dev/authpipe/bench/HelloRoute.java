package dev.authpipe.bench;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.HotExchange;
import dev.authpipe.proxy.http.HotRoute;

/**
 * The least that a hot route of this server can do: thirteen bytes for anybody. What a token read and a forged key cost is told as a
 * multiple of it, so that the HTTP server itself is on both sides.
 */
@Singleton
final class HelloRoute implements HotRoute {
  private static final byte[] BODY = "{\"hello\":\"1\"}".getBytes(StandardCharsets.US_ASCII);

  @Override
  public boolean owns(String target) {
    return target.equals("/bench/hello");
  }

  @Override
  public HotExchange open(HotConnection connection, HttpRequest request) {
    FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
        Unpooled.wrappedBuffer(BODY));
    answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json").set(HttpHeaderNames.CONTENT_LENGTH, BODY.length);
    connection.read();
    connection.answer(answer);
    return new Reading(connection);
  }

  private record Reading(HotConnection connection) implements HotExchange {
    @Override
    public void requestContent(HttpContent content) {
      boolean last = content instanceof LastHttpContent;
      content.release();
      if (!last) {
        connection.read();
      }
    }

    @Override
    public void callerGone() {}
  }
}
