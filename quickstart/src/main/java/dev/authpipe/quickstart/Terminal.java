package dev.authpipe.quickstart;

import java.io.Console;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How text may be dressed where it is printed.
 *
 * @param coloured whether colours are shown
 */
record Terminal(boolean coloured) {
  private static final String RESET = "\u001b[0m";

  /** This process's own terminal: colours only on a real one, and not with {@code NO_COLOR} (no-color.org). */
  static Terminal here() {
    return of(System.console(), System.getenv());
  }

  private static Terminal of(@Nullable Console console, Map<String, String> environment) {
    boolean wanted = environment.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(environment.get("TERM"));
    return new Terminal(wanted && console != null && console.isTerminal());
  }

  String good(String text) {
    return dress("\u001b[32m", text);
  }

  String bad(String text) {
    return dress("\u001b[31m", text);
  }

  String quiet(String text) {
    return dress("\u001b[2m", text);
  }

  String strong(String text) {
    return dress("\u001b[1m", text);
  }

  private String dress(String how, String text) {
    return coloured && !text.isEmpty() ? how + text + RESET : text;
  }
}
