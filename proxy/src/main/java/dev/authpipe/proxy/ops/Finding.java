package dev.authpipe.proxy.ops;

import java.util.Locale;

/**
 * What an examination found about one subject.
 *
 * @param grade    how bad it is
 * @param subject  what was looked at
 * @param sentence what was found
 */
record Finding(Grade grade, String subject, String sentence) {
  /** How bad. */
  enum Grade {
    OK,
    WEAK,
    FAILED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
