package dev.authpipe.sdk;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/** A query string under construction, percent-encoded as RFC 3986 has it. */
final class Query {

  private final StringJoiner parts = new StringJoiner("&");

  Query add(String name, String value) {
    parts.add(encode(name) + "=" + encode(value));
    return this;
  }

  String appendTo(String path) {
    if (parts.length() == 0) {
      return path;
    }
    return path + (path.indexOf('?') < 0 ? "?" : "&") + parts;
  }

  Query addIf(String name, @Nullable Object value) {
    return value == null ? this : add(name, value.toString());
  }

  /** Form encoding differs from a path's: a space there is a plus. Everything reserved is escaped. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
  }
}
