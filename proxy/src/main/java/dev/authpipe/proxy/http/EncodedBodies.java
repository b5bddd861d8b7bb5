package dev.authpipe.proxy.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.netty.util.AsciiString;

/** Refuses encoded (compressed) request bodies of JSON operations, which {@link EdgeHandler} marked. */
@ServerFilter("/**")
final class EncodedBodies {
  static final String HEADER = "Authpipe-Encoded-Body";
  /** The same, with its hash. */
  static final AsciiString HASHED = AsciiString.cached(HEADER);

  @RequestFilter
  void refuse(HttpRequest<?> request) {
    if (request.getHeaders().contains(HEADER)) {
      throw new ProblemException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding.");
    }
  }
}
