package dev.authpipe.proxy.http;

import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/** A provider's answer that came in one piece and is written as one. */
final class RelayedAnswer extends DefaultFullHttpResponse implements Relayed {
  RelayedAnswer(HttpResponse head, LastHttpContent content) {
    super(head.protocolVersion(), head.status(), content.content(), head.headers(), content.trailingHeaders());
  }
}
