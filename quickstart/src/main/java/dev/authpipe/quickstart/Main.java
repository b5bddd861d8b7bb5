package dev.authpipe.quickstart;

import picocli.CommandLine;

/** Starts the command line of the quickstart. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the program with its exit code: 0 done, 1 failed, 2 wrong use.
   *
   * @param arguments the command and its options
   */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new QuickstartCommand());
  }
}
