package dev.authpipe.proxy.ops;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What an examination found.
 *
 * @param check    what was looked at
 * @param grade    how bad it is
 * @param sentence what was found; never a secret
 * @param fix      what to do about it; null: nothing
 */
record Finding(Check check, Grade grade, String sentence, @Nullable String fix) {
  /** How bad. */
  enum Grade {
    OK,
    WEAK,
    FAILED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(Check check, String sentence) {
    return new Finding(check, Grade.OK, sentence, null);
  }

  static Finding weak(Check check, String sentence) {
    return weak(check, sentence, check.fix());
  }

  static Finding weak(Check check, String sentence, String fix) {
    return new Finding(check, Grade.WEAK, sentence, fix);
  }

  static Finding failed(Check check, String sentence) {
    return failed(check, sentence, check.fix());
  }

  static Finding failed(Check check, String sentence, String fix) {
    return new Finding(check, Grade.FAILED, sentence, fix);
  }

  /** What went wrong while something was looked at. */
  static Finding failed(Check check, RuntimeException wrong) {
    String sentence = ProxyServer.explained(wrong).getMessage();
    return failed(check, sentence == null ? "it failed without a reason" : sentence);
  }
}
