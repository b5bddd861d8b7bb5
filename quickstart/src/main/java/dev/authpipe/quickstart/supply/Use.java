package dev.authpipe.quickstart.supply;

import java.util.Locale;

/** What a dependency is for; the first that applies. */
enum Use {
  /** On the class path of the launcher, so in the hands of whoever runs Authpipe. */
  SHIPS("ships"),
  /** On the class path of a compilation or of tests alone. */
  TESTS("is for compiling and tests"),
  /** A plugin of the build or a processor of annotations. */
  BUILDS("builds");

  private final String sentence;

  Use(String sentence) {
    this.sentence = sentence;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String sentence() {
    return sentence;
  }
}
