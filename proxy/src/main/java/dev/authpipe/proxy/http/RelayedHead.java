package dev.authpipe.proxy.http;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;

/** The head of a provider's answer, which gets none of our headers but the request id. */
final class RelayedHead extends DefaultHttpResponse implements Relayed {
  RelayedHead(HttpResponse head) {
    super(head.protocolVersion(), head.status(), head.headers());
  }
}
