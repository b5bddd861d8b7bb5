package dev.authpipe.proxy.caller;

import java.util.Locale;
import java.util.Optional;

/** What an API key may do. Never widened by a request; each route names the one it needs. */
public enum Scope {
  /** Make and finish connect sessions. */
  CONNECT,
  /** List, read and probe connections. */
  CONNECTIONS_READ,
  /** Import, change and disconnect connections. */
  CONNECTIONS_WRITE,
  /** Read access tokens. */
  TOKENS_READ,
  /** Call providers through the proxy. */
  PROXY,
  /** Force a refresh. */
  REFRESH,
  /** Erase and export end users. */
  SUBJECTS_ERASE,
  /** Read the audit log. */
  AUDIT_READ,
  /** Change integrations and client secrets. */
  CONFIG_WRITE,
  /** Revoke everything. */
  INCIDENT;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', ':');

  /** The word in requests, in {@code @Secured} and in the store, for instance {@code connections:read}. */
  public String word() {
    return word;
  }

  /** The scope of a word. */
  public static Optional<Scope> of(String word) {
    for (Scope scope : values()) {
      if (scope.word.equals(word)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }
}
