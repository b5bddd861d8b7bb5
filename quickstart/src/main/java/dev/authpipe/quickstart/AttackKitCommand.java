package dev.authpipe.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.authpipe.quickstart.attack.AttackKit;
import dev.authpipe.quickstart.attack.Finding;
import dev.authpipe.quickstart.attack.Target;
import dev.authpipe.quickstart.attack.UnfitTargetException;
import dev.authpipe.quickstart.chromium.BrowserException;
import dev.authpipe.quickstart.chromium.Chromium;

/** Attacks a running demo with a real browser and says which attacks held. Never touches anything that is not on loopback. */
@Command(name = "attack-kit", sortOptions = false, description = {
    "Attacks the connect flow of a running demo with a real browser, and says which attacks held.",
    "Loopback only; the connections that it makes are disconnected again."}, exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
        "0:every attack held", "1:one is broken, or could not be played",
        "2:nothing was attacked: not a demo on loopback, or no Chromium"})
final class AttackKitCommand implements Callable<Integer> {
  @Option(names = "--target", required = true, paramLabel = "URL", description = "The sample application's address, as the demo prints it.")
  private String target = "";

  @Option(names = "--only", paramLabel = "TEXT", description = "Play only the attacks whose name contains this.")
  private String only = "";

  @Option(names = "--json", description = "Print one line of JSON per attack.")
  private boolean json;

  @Option(names = "--chromium", paramLabel = "FILE", description = "The browser's program. Default: /usr/bin/chromium.")
  private Path chromium = Chromium.USUAL;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try {
      Target attacked = AttackKit.target(target);
      if (!Files.isExecutable(chromium)) {
        return refuse(
            "there is no browser at " + chromium + ": install the package chromium, or name its program with --chromium");
      }
      AttackKit.check(attacked);
      AttackTextReport text = new AttackTextReport(out, Terminal.here());
      try (Chromium browser = Chromium.start(chromium)) {
        List<Finding> findings = new AttackKit(attacked, browser).run(json ? new AttackJsonReport(out) : text,
            attack -> attack.name().toLowerCase(Locale.ROOT).contains(only.toLowerCase(Locale.ROOT)));
        if (findings.isEmpty()) {
          return refuse("no attack has a name with \"" + only + "\" in it");
        }
        if (!json) {
          text.conclude(findings);
        }
        return AttackKit.held(findings) ? 0 : 1;
      }
    } catch (UnfitTargetException | BrowserException refused) {
      return refuse(String.valueOf(refused.getMessage()));
    }
  }

  private int refuse(String sentence) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("attack-kit: " + sentence + ".");
    err.flush();
    return 2;
  }
}
