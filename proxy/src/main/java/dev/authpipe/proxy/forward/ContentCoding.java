package dev.authpipe.proxy.forward;

import java.util.List;
import java.util.Locale;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/** How an answer's body may be coded (RFC 9110 section 8.4): only so that it can be looked into. */
enum ContentCoding {
  IDENTITY,
  GZIP,
  OTHER;

  /**
   * What a provider is told to accept: gzip when the caller accepts it, else nothing but identity. Of a part nobody can tell what it is the
   * compressed form of.
   */
  static String accepted(HttpHeaders asked) {
    if (asked.contains(HttpHeaderNames.RANGE)) {
      return "identity";
    }
    boolean any = false;
    for (String value : asked.getAll(HttpHeaderNames.ACCEPT_ENCODING)) {
      for (String one : value.toLowerCase(Locale.ROOT).split(",", -1)) {
        String[] parts = one.split(";", -1);
        String name = parts[0].strip();
        boolean wanted = parts.length == 1 || !parts[1].strip().matches("q\\s*=\\s*0(\\.0*)?");
        if (name.equals("gzip") || name.equals("x-gzip")) {
          return wanted ? "gzip" : "identity";
        }
        any |= name.equals("*") && wanted;
      }
    }
    return any ? "gzip" : "identity";
  }

  /** How an answer says that its body is coded. */
  static ContentCoding of(HttpHeaders answer) {
    if (!answer.getAll(HttpHeaderNames.TRANSFER_ENCODING).stream().allMatch(value -> value.strip().equalsIgnoreCase("chunked"))) {
      return OTHER;
    }
    List<String> values = answer.getAll(HttpHeaderNames.CONTENT_ENCODING);
    if (values.isEmpty()) {
      return IDENTITY;
    }
    return values.size() == 1 ? of(values.getFirst().strip().toLowerCase(Locale.ROOT)) : OTHER;
  }

  private static ContentCoding of(String name) {
    return switch (name) {
      case "", "identity" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      default -> OTHER;
    };
  }
}
