package dev.authpipe.proxy.forward;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;

import dev.authpipe.proxy.catalog.ApiProfile;

/**
 * Decides which headers pass (S24). Towards the provider never: the caller's API key, what the profile injects, where the call goes or came
 * from, hop-by-hop headers, ours. Towards the caller never: hop-by-hop headers and any {@code Authpipe-*}.
 */
final class ForwardHeaders {
  private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "te", "trailer", "transfer-encoding",
      "upgrade", "http2-settings");
  private static final Set<String> NEVER_SENT = Set.of("host", "authorization", "expect", "forwarded", "content-length",
      "accept-encoding");
  private static final List<String> NEVER_SENT_PREFIXES = List.of("x-forwarded-", "proxy-", "authpipe-", "x-http2-");
  private static final Set<String> UNLESS_ALLOWED = Set.of("cookie", "cookie2", "via", "x-real-ip", "client-ip", "true-client-ip",
      "x-client-ip",
      "x-cluster-client-ip", "x-original-url", "x-original-host", "x-rewrite-url");
  private static final List<String> UNLESS_ALLOWED_PREFIXES = List.of("x-original-", "x-rewrite-");

  private ForwardHeaders() {}

  /** What of the caller's headers goes to the provider, with the profile's fixed ones; without Host, framing and credential. */
  static HttpHeaders toProvider(HttpHeaders sent, ApiProfile profile) {
    HttpHeaders passed = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    Set<String> named = namedByConnection(sent);
    String injected = plain(profile.injection().header());
    Iterator<Map.Entry<CharSequence, CharSequence>> all = sent.iteratorCharSequence();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      String name = plain(header.getKey());
      if (!named.contains(name) && passesToProvider(name, injected, profile)) {
        passed.add(header.getKey(), header.getValue());
      }
    }
    for (Map.Entry<String, String> fixed : profile.headers().entrySet()) {
      if (!passed.contains(fixed.getKey())) {
        passed.add(fixed.getKey(), fixed.getValue());
      }
    }
    passed.set(HttpHeaderNames.ACCEPT_ENCODING, ContentCoding.accepted(sent)); // so that the answer can be looked through (S26)
    if (!passed.contains(HttpHeaderNames.USER_AGENT)) {
      passed.add(HttpHeaderNames.USER_AGENT, "Authpipe"); // some providers refuse calls without one
    }
    return passed;
  }

  /** What of the provider's headers goes to the caller; Content-Length stays, other framing does not. */
  static HttpHeaders toCaller(HttpHeaders received) {
    HttpHeaders passed = DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    Set<String> named = namedByConnection(received);
    Iterator<Map.Entry<CharSequence, CharSequence>> all = received.iteratorCharSequence();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      String name = header.getKey().toString().toLowerCase(Locale.ROOT);
      if (!named.contains(name) && passesToCaller(name)) {
        passed.add(header.getKey(), header.getValue());
      }
    }
    return passed;
  }

  /** Whether a header of the caller passes unless its Connection header names it; in lower case, with hyphens. */
  static boolean passesToProvider(String name, ApiProfile profile) {
    return passesToProvider(name, plain(profile.injection().header()), profile);
  }

  private static boolean passesToProvider(String name, String injected, ApiProfile profile) {
    return !isNeverSent(name) && !name.equals(injected)
        && (!isDroppedUnlessAllowed(name) || profile.forwardedHeaders().contains(name));
  }

  /** Whether a header of the provider passes unless its Connection header names it; in lower case. */
  static boolean passesToCaller(String name) {
    return !HOP_BY_HOP.contains(name) && !name.startsWith("proxy-") && !name.startsWith("authpipe-");
  }

  private static boolean isNeverSent(String name) {
    return HOP_BY_HOP.contains(name) || NEVER_SENT.contains(name) || beginsWithOne(NEVER_SENT_PREFIXES, name);
  }

  private static boolean isDroppedUnlessAllowed(String name) {
    return UNLESS_ALLOWED.contains(name) || beginsWithOne(UNLESS_ALLOWED_PREFIXES, name);
  }

  private static boolean beginsWithOne(List<String> prefixes, String name) {
    for (int i = 0; i < prefixes.size(); i++) { // once a header: neither a stream nor an iterator is made
      if (name.startsWith(prefixes.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> namedByConnection(HttpHeaders headers) {
    if (!headers.contains(HttpHeaderNames.CONNECTION)) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (String name : value.split(",", -1)) {
        String plain = plain(name.strip());
        if (!plain.isEmpty() && !plain.contentEquals(HttpHeaderValues.CLOSE)
            && !plain.contentEquals(HttpHeaderValues.KEEP_ALIVE)) {
          names.add(plain);
        }
      }
    }
    return names;
  }

  /** Lower case, and an underscore counts as the hyphen that many servers take it for. */
  private static String plain(CharSequence name) {
    return name.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
