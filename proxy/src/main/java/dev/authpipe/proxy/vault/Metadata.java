package dev.authpipe.proxy.vault;

import java.util.Map;

/** The limits of what customers may note on a connection; never a place for secrets. */
final class Metadata {
  private static final int ENTRIES_MOST = 50;
  private static final int KEY_MOST = 64;
  private static final int VALUE_MOST = 512;

  private Metadata() {}

  static void check(Map<String, String> metadata) {
    boolean fits = metadata.size() <= ENTRIES_MOST && metadata.entrySet().stream().allMatch(entry -> !entry.getKey().isEmpty()
        && entry.getKey().length() <= KEY_MOST && isStorable(entry.getKey()) && entry.getValue() != null
        && entry.getValue().length() <= VALUE_MOST && isStorable(entry.getValue()));
    if (!fits) {
      throw new IllegalArgumentException("metadata has at most 50 entries, keys of 1 to 64 and values of at most 512 characters");
    }
  }

  /** PostgreSQL has no NUL in a text. */
  private static boolean isStorable(String text) {
    return text.indexOf('\0') < 0;
  }
}
