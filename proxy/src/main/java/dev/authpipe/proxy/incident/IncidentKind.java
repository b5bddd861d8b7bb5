package dev.authpipe.proxy.incident;

import java.util.Locale;

/** What is done to every connection. */
public enum IncidentKind {
  /** Each is disconnected and revoked at its provider. */
  REVOKE_ALL,
  /** Each is refreshed, and its old access token revoked where the provider can do that alone. */
  ROTATE_ALL;

  /** The word in the store, in answers and in reports. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static IncidentKind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
