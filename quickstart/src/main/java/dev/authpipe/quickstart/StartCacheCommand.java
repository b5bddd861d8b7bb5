package dev.authpipe.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.authpipe.quickstart.train.Training;

/** Makes the cache that servers start from, for this JDK and these jars. Asks for no settings file: it trains on stores of its own. */
@Command(name = "start-cache", sortOptions = false, description = {
    "Makes the cache from which `proxy` and `control-plane` start faster, for this JDK and these jars.",
    "Trains a proxy on PostgreSQL and a provider of its own, on loopback."}, exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
        "0:done", "1:there is no cache; servers start without it", "2:wrong use"})
final class StartCacheCommand implements Callable<Integer> {
  @Option(names = "--output", required = true, paramLabel = "FILE", description = "Where to write it; the launcher says so.")
  @SuppressWarnings("NullAway.Init")
  private Path output;

  @Option(names = "--class-path", required = true, paramLabel = "PATH", description = "What servers load; the launcher says so.")
  @SuppressWarnings("NullAway.Init")
  private String classPath;

  @Parameters(paramLabel = "JVM_OPTION", description = "The JVM options of servers, behind --; the launcher gives them.")
  private List<String> options = List.of();

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try {
      Training.Result result = Training.run(output, classPath, options);
      out.printf("start cache: %d MiB, trained on %d calls%n", result.bytes() >> 20, result.calls());
      return 0;
    } catch (IOException | RuntimeException failed) {
      spec.commandLine().getErr().println("authpipe: no start cache: " + failed.getMessage());
      return 1;
    }
  }
}
