package dev.authpipe.quickstart;

import picocli.CommandLine;

import dev.authpipe.control.ops.ControlCommand;
import dev.authpipe.proxy.ops.AuthpipeCommand;

/** Starts the command line: everything that the proxy's operators have, the demonstration, and the attacks on it. */
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
    CommandLine line = AuthpipeCommand.commandLine(System.in, System.out, System.err).addSubcommand(new DemoCommand())
        .addSubcommand(new AttackKitCommand()).addSubcommand(new StartCacheCommand());
    // A setting reaches only the subcommands that are there when it is made.
    line.setOut(line.getOut()).setErr(line.getErr()).setExecutionExceptionHandler(line.getExecutionExceptionHandler());
    return line.addSubcommand(ControlCommand.commandLine(System.out, System.err)); // explains its failures itself
  }
}
