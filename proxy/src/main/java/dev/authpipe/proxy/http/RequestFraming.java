package dev.authpipe.proxy.http;

import java.util.Iterator;
import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/** What a request must be beyond what the decoder insists on, so that a server behind us cannot read another one in it (RFC 9112 section 11.2). */
final class RequestFraming {
  private RequestFraming() {}

  static boolean isPlain(HttpRequest request) {
    return hasKnownVersion(request.protocolVersion()) && namesOneHost(request) && isChunkedAtMost(request);
  }

  /** The decoder takes any number, and small letters for capitals; it has these two objects for what is spelt as it ought to be. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean hasKnownVersion(HttpVersion version) {
    return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
  }

  /** None or two, and a proxy before us may have meant another than we do (RFC 9112 section 3.2). HTTP/1.0 needs none. */
  private static boolean namesOneHost(HttpRequest request) {
    Iterator<? extends CharSequence> hosts = request.headers().valueCharSequenceIterator(HttpHeaderNames.HOST);
    if (!hosts.hasNext()) {
      return request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }
    hosts.next();
    return !hosts.hasNext();
  }

  /** The decoder undoes chunks and nothing else: any other transfer coding would be passed on as if it were the body's. */
  private static boolean isChunkedAtMost(HttpRequest request) {
    if (!request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      return true;
    }
    List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
  }
}
