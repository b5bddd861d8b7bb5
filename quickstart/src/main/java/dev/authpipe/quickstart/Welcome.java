package dev.authpipe.quickstart;

import java.io.PrintWriter;

import dev.authpipe.quickstart.flow.Surroundings;
import dev.authpipe.quickstart.stage.Stage;

/** Where everything is, for somebody who wants to click through it. */
final class Welcome {
  /** How many recovery codes are shown: as many as stand on a line. */
  private static final int CODES = 3;

  private final PrintWriter out;
  private final Terminal terminal;

  Welcome(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void print(Stage stage) {
    Surroundings where = stage.surroundings();
    out.println();
    out.println(terminal.strong("Everything runs.") + " Begin here, and connect an account:");
    out.println();
    out.println("    " + terminal.good(where.sample().toString()));
    out.println();
    line("Control plane", stage.controlPlane().dashboard().toString());
    line("  sign in as", stage.owner().email());
    line("  password", stage.owner().password());
    line("  then, each once", String.join(" ", stage.recoveryCodes().subList(0, CODES)));
    out.println();
    line("API of the proxy", where.api().toString());
    line("Connect pages", where.connect().toString());
    line("Health, metrics", stage.management().toString());
    line("API of the sandbox", where.provider().apiBase().toString());
    out.println();
    out.println(terminal.quiet("  For the commands of docs/guides/first-connection.md, in another terminal:"));
    out.println("    AUTHPIPE=" + where.api());
    out.println("    API_KEY=$(cat " + stage.apiKeyFile() + ")");
    out.println();
    out.println(terminal.quiet("  Ctrl-C ends it and removes everything."));
    out.flush();
  }

  private void line(String what, String where) {
    out.println("  " + what + " ".repeat(Math.max(1, 24 - what.length())) + where);
  }
}
