package dev.authpipe.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.authpipe.quickstart.flow.DemoFlow;
import dev.authpipe.quickstart.flow.Flow;
import dev.authpipe.quickstart.stage.Ports;
import dev.authpipe.quickstart.stage.Stage;

/** Starts everything and stays, or runs the whole flow once. Prints no secret, ever. */
@Command(name = "demo", sortOptions = false, description = {
    "Starts everything on embedded PostgreSQL, with a sandbox provider and a sample application, and stays until Ctrl-C.",
    "Nothing is left behind: stores, keys and settings live in a temporary directory."}, exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
        "0:done", "1:a step failed, or something did not start", "2:wrong use"})
final class DemoCommand implements Callable<Integer> {
  private final Consumer<Stage> onceStarted;

  DemoCommand() {
    this(stage -> {});
  }

  /** @param onceStarted is told when everything runs and before anything is shown, to make the provider answer as it likes */
  DemoCommand(Consumer<Stage> onceStarted) {
    this.onceStarted = onceStarted;
  }

  @Option(names = "--once", description = "Run the whole flow once over real HTTP on free ports, check every answer, and end.")
  private boolean once;

  @Option(names = "--json", description = "Print one line of JSON per step.")
  private boolean json;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  private volatile boolean staying;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    TextReport text = new TextReport(out, Terminal.here());
    Flow flow = new Flow(json ? new JsonReport(out) : text);
    try (LogFile log = LogFile.open(); Stage stage = Stage.empty(once ? Ports.free() : Ports.usual())) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> clean(out, stage, log), "authpipe-demo-cleaner"));
      boolean held = flow.run(stage.steps()) && show(flow, out, stage);
      if (!json && (once || !held)) {
        text.conclude(held, held ? null : log.keep());
      }
      return held ? 0 : 1;
    }
  }

  private boolean show(Flow flow, PrintWriter out, Stage stage) throws InterruptedException {
    onceStarted.accept(stage);
    return once ? runOnce(flow, stage) : stay(out, stage);
  }

  private static boolean runOnce(Flow flow, Stage stage) {
    try (DemoFlow demo = new DemoFlow(stage.surroundings())) {
      return flow.run(demo.steps());
    }
  }

  private boolean stay(PrintWriter out, Stage stage) throws InterruptedException {
    if (!json) {
      new Welcome(out, Terminal.here()).print(stage);
    }
    staying = true;
    stage.awaitClose();
    return true;
  }

  /** Stopping takes seconds on a busy machine: whoever pressed Ctrl-C is told that it was heard. */
  private void clean(PrintWriter out, Stage stage, LogFile log) {
    if (staying && !json) {
      out.println("\n  Stopping…");
      out.flush();
    }
    stage.close();
    try {
      log.close();
    } catch (IOException e) {
      // The program ends, and the file is a temporary one.
    }
  }
}
