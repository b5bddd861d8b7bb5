package dev.authpipe.control.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

/** The headers on every answer of ours (S65). A header that an operation set itself is left as it is. */
final class AnswerHeaders {
  private static final AsciiString[] NAMES = {HttpHeaderNames.CACHE_CONTROL, AsciiString.cached("x-content-type-options"),
      AsciiString.cached("referrer-policy"), HttpHeaderNames.CONTENT_SECURITY_POLICY,
      AsciiString.cached("cross-origin-opener-policy"),
      AsciiString.cached("cross-origin-resource-policy"), HttpHeaderNames.X_FRAME_OPTIONS};
  private static final AsciiString[] VALUES = {AsciiString.cached("no-store"), AsciiString.cached("nosniff"),
      AsciiString.cached("no-referrer"),
      AsciiString.cached("default-src 'none'; frame-ancestors 'none'"), AsciiString.cached("same-origin"),
      AsciiString.cached("same-origin"),
      AsciiString.cached("DENY")};
  private static final AsciiString TRANSPORT = AsciiString.cached("strict-transport-security");
  private static final AsciiString TWO_YEARS = AsciiString.cached("max-age=63072000; includeSubDomains");

  private AnswerHeaders() {}

  static void complete(HttpHeaders headers, boolean secure) {
    for (int i = 0; i < NAMES.length; i++) {
      if (!headers.contains(NAMES[i])) {
        headers.add(NAMES[i], VALUES[i]);
      }
    }
    if (secure && !headers.contains(TRANSPORT)) {
      headers.add(TRANSPORT, TWO_YEARS);
    }
  }
}
