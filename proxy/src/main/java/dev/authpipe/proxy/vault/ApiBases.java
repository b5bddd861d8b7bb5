package dev.authpipe.proxy.vault;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * API bases that were parsed before: few, for one provider has one, or one per customer of it. No secrets. All are forgotten when they become too
 * many, so that a look costs no bookkeeping. Thread-safe.
 */
final class ApiBases {
  private static final int MOST = 1_000;
  private static final int LONGEST = 256;
  private final Map<String, URI> parsed = new ConcurrentHashMap<>();

  /** @throws IllegalArgumentException if it is not an address */
  URI of(String text) {
    URI known = parsed.get(text);
    if (known != null) {
      return known;
    }
    URI made = URI.create(text);
    if (text.length() <= LONGEST) {
      if (parsed.size() >= MOST) {
        parsed.clear();
      }
      parsed.put(text, made);
    }
    return made;
  }
}
