package dev.authpipe.control.ops;

import java.util.Locale;

/**
 * What an examination found about one subject.
 *
 * @param grade    how bad it is
 * @param subject  what was looked at
 * @param sentence what was found, and what to do about it; never a secret
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

  static Finding ok(String subject, String sentence) {
    return new Finding(Grade.OK, subject, sentence);
  }

  static Finding weak(String subject, String sentence) {
    return new Finding(Grade.WEAK, subject, sentence);
  }

  static Finding failed(String subject, String sentence) {
    return new Finding(Grade.FAILED, subject, sentence);
  }
}
