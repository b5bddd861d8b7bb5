package dev.authpipe.quickstart;

import picocli.CommandLine.Command;

/** The quickstart's command line; it does nothing without a subcommand but say so. */
@Command(name = "authpipe", description = "Everything in one process, to try it.", subcommands = DemoCommand.class, mixinStandardHelpOptions = true, version = "authpipe 0.1.0", synopsisSubcommandLabel = "COMMAND")
final class QuickstartCommand {}
