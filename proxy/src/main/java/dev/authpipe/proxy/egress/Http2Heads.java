package dev.authpipe.proxy.egress;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Heads of HTTP/2 as those of HTTP/1.1 and back (RFC 9113 section 8). Never lets through what only HTTP/2 can carry and HTTP/1.1 would take
 * for the end of a header.
 */
final class Http2Heads {
  /** Everything else is sent as never indexed (RFC 7541 section 7.1.3): credentials, and what callers of several tenants send side by side. */
  private static final Set<AsciiString> INDEXED = Set.of(AsciiString.cached(":method"), AsciiString.cached(":scheme"),
      AsciiString.cached(":authority"), HttpHeaderNames.ACCEPT, HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderNames.CONTENT_TYPE,
      HttpHeaderNames.USER_AGENT);
  private static final AsciiString HTTPS = AsciiString.cached("https");
  private static final AsciiString HTTP = AsciiString.cached("http");

  private Http2Heads() {}

  static boolean isSensitive(CharSequence name) {
    return !(name instanceof AsciiString ascii) || !INDEXED.contains(ascii);
  }

  static Http2Headers request(HttpRequest head, boolean secure) {
    Http2Headers headers = new DefaultHttp2Headers(false, head.headers().size() + 4);
    headers.method(AsciiString.of(head.method().asciiName()));
    headers.scheme(secure ? HTTPS : HTTP);
    headers.authority(AsciiString.of(head.headers().get(HttpHeaderNames.HOST)));
    headers.path(AsciiString.of(head.uri()));
    HttpConversionUtil.toHttp2Headers(head.headers(), headers);
    return headers;
  }

  static Http2Headers trailers(HttpHeaders trailers) {
    return HttpConversionUtil.toHttp2Headers(trailers, false);
  }

  static HttpResponse response(int stream, Http2Headers headers) throws Http2Exception {
    return new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(stream, headers.status()), fields(stream, headers));
  }

  /** Netty's own parser ends the whole connection for one stream's bad status. */
  private static HttpResponseStatus status(int stream, @Nullable CharSequence text) throws Http2Exception {
    int code = 0;
    for (int i = 0; text != null && i < text.length(); i++) {
      char digit = text.charAt(i);
      code = digit < '0' || digit > '9' || i == 3 ? -1 : code * 10 + digit - '0';
      if (code < 0) {
        break;
      }
    }
    if (code < 100 || code > 599) {
      throw malformed(stream, "no status");
    }
    return HttpResponseStatus.valueOf(code);
  }

  /** The fields without pseudo-headers, each fit to be sent as HTTP/1.1. */
  static HttpHeaders fields(int stream, Http2Headers headers) throws Http2Exception {
    HttpHeaders fields = DefaultHttpHeadersFactory.headersFactory().withValidation(true).newHeaders();
    try {
      for (Map.Entry<CharSequence, CharSequence> header : headers) {
        if (header.getKey().charAt(0) != ':') {
          fields.add(header.getKey(), header.getValue());
        }
      }
    } catch (IllegalArgumentException unfit) {
      throw malformed(stream, "a field that is none");
    }
    return fields;
  }

  /** The length that a head announces; -1: none, 0 for an answer without a body. */
  static long announced(int stream, HttpMethod asked, HttpResponse head) throws Http2Exception {
    List<String> lengths = head.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
    int status = head.status().code();
    if (lengths.size() > 1 || (lengths.size() == 1 && !lengths.getFirst().matches("[0-9]{1,18}"))) {
      throw malformed(stream, "a length that is none");
    }
    if (asked.equals(HttpMethod.HEAD) || status == 204 || status == 304) {
      return 0;
    }
    return lengths.isEmpty() ? -1 : Long.parseLong(lengths.getFirst());
  }

  static Http2Exception malformed(int stream, String what) {
    return Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, "malformed answer: " + what);
  }
}
