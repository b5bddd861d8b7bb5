package dev.authpipe.proxy.forward;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import dev.authpipe.proxy.catalog.ApiProfile;

/**
 * Decides which trailers pass (RFC 9110 section 6.5.1): none that would not pass as a header, and none that says where a message goes, how it is
 * framed or read, on what condition, who sends it, or how long the answer holds, for whoever merges trailers into headers would be led astray.
 */
final class ForwardTrailers {
  private static final Set<String> NEVER = Set.of("age", "authentication-info", "cache-control", "content-encoding",
      "content-length", "content-location", "content-range", "content-type", "cookie", "date", "expect", "expires", "host",
      "location", "max-forwards", "pragma", "range", "retry-after", "set-cookie", "vary", "warning",
      "www-authenticate");
  private static final Set<String> NEVER_PREFIXES = Set.of("if-", "access-control-", "sec-");

  private ForwardTrailers() {}

  /** What of the caller's trailers goes to the provider. */
  static HttpHeaders toProvider(HttpHeaders trailers, ApiProfile profile) {
    return passed(trailers, name -> ForwardHeaders.passesToProvider(name, profile));
  }

  /** What of the provider's trailers goes to the caller. */
  static HttpHeaders toCaller(HttpHeaders trailers) {
    return passed(trailers, ForwardHeaders::passesToCaller);
  }

  /** The names that a {@code Trailer} header may announce. */
  static List<String> announced(HttpHeaders headers, Predicate<String> passesAsHeader) {
    return headers.getAll(HttpHeaderNames.TRAILER).stream().flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(String::strip).filter(name -> !name.isEmpty() && passes(name, passesAsHeader)).toList();
  }

  private static HttpHeaders passed(HttpHeaders trailers, Predicate<String> passesAsHeader) {
    HttpHeaders passed = DefaultHttpHeadersFactory.trailersFactory().newHeaders();
    Iterator<Map.Entry<CharSequence, CharSequence>> all = trailers.iteratorCharSequence();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> one = all.next();
      if (passes(one.getKey(), passesAsHeader)) {
        passed.add(one.getKey(), one.getValue());
      }
    }
    return passed;
  }

  private static boolean passes(CharSequence name, Predicate<String> passesAsHeader) {
    String plain = name.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    return !NEVER.contains(plain) && NEVER_PREFIXES.stream().noneMatch(plain::startsWith) && passesAsHeader.test(plain);
  }
}
