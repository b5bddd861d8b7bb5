package dev.authpipe.control.audit;

import java.util.Locale;

/** How it went, as an event says it. Never a text. */
public enum AuditOutcome {
  /** It was done. */
  SUCCESS,
  /** It was tried and did not work. */
  FAILURE,
  /** It was not allowed and not tried. */
  REFUSED,
  /** It may or may not have happened; nobody here can tell. */
  UNKNOWN;

  /** The word in the event. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
