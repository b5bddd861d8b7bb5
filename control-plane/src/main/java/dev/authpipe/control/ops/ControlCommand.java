package dev.authpipe.control.ops;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import io.micronaut.context.ApplicationContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.control.member.Invitations;
import dev.authpipe.control.member.totp.FactorKey;

/**
 * {@code authpipe control-plane}: runs the control plane until it is told to stop. Exit codes: 0 done, 1 failed, 2 wrong use. Never takes a
 * secret as an argument, and loads no framework to show its help.
 */
@Command(name = "control-plane", description = "Run the control plane until it is stopped.")
public final class ControlCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--config", paramLabel = "FILE", scope = CommandLine.ScopeType.INHERIT, description = "The settings file; without it AUTHPIPE_CONTROL_CONFIG, or control-plane.yaml in this directory.")
  @Nullable
  Path config;

  @Option(names = "--json", scope = CommandLine.ScopeType.INHERIT, description = "Answer with one JSON object.")
  boolean json;

  @Option(names = {"-h",
      "--help"}, usageHelp = true, scope = CommandLine.ScopeType.INHERIT, description = "Show this help.")
  boolean help;

  ControlCommand(Console console) {
    this.console = console;
  }

  /** Runs the command and ends the process with its exit code; the first argument is the word {@code control-plane} itself. */
  public static void main(String[] args) {
    List<String> all = List.of(args);
    boolean named = !all.isEmpty() && all.getFirst().equals("control-plane");
    System.exit(run(System.out, System.err, all.subList(named ? 1 : 0, all.size()).toArray(String[]::new)));
  }

  /** Runs a command; answers its exit code. */
  public static int run(PrintStream out, PrintStream err, String... args) {
    return commandLine(out, err).setCommandName("authpipe control-plane").execute(args);
  }

  /** The command as a part of a larger command line. */
  public static CommandLine commandLine(PrintStream out, PrintStream err) {
    Console console = new Console(out, err);
    CommandLine line = new CommandLine(new ControlCommand(console));
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setExecutionExceptionHandler((failure, _, parsed) -> {
      console.failed(failure, parsed.originalArgs().contains("--json"));
      return 1;
    });
    return line;
  }

  @Override
  public Integer call() throws InterruptedException {
    ControlPlane plane = ControlPlane.start(file(), ControlOptions.NONE);
    Runtime.getRuntime().addShutdownHook(new Thread(plane::close, "stop"));
    String link = plane.link().map(URI::toString).orElse("not set up");
    console.result(json,
        Map.of("dashboard", plane.dashboard().toString(), "link", link, "management", plane.management().toString()),
        List.of("dashboard   " + plane.dashboard(), "link        " + link, "management  " + plane.management()));
    plane.awaitStop();
    return 0;
  }

  /** {@code authpipe control-plane migrate}: brings the store to the schema of this program. */
  @Command(name = "migrate", description = "Bring the store to the schema of this program, as its owner.")
  int migrate() {
    ControlSettings settings = ControlSettings.read(file(), System.getenv());
    Logging.apply(settings.log());
    int applied = StorePreparation.migrate(settings);
    console.result(json, Map.of("applied", applied), List.of("migrations applied: " + applied));
    return 0;
  }

  /** {@code authpipe control-plane invite EMAIL}: lets somebody in who is no member of anything yet, such as the first owner. */
  @Command(name = "invite", description = "Let somebody in who is no member of anything yet; prints a link that works once and for seven days.")
  int invite(@Parameters(paramLabel = "EMAIL", description = "The mail address of the person.") String email) {
    ControlSettings settings = ControlSettings.read(file(), System.getenv());
    Logging.apply(settings.log());
    StorePreparation.prepare(settings);
    try (ApplicationContext context = ControlPlane.context(settings, ControlOptions.NONE)) {
      URI link = context.getBean(Invitations.class).inviteByOperator(email);
      console.result(json, Map.of("link", link.toString()), List.of(link.toString()));
      return 0;
    }
  }

  /** {@code authpipe control-plane new-factor-key}: prints a key for {@code people.factor_key}. */
  @Command(name = "new-factor-key", description = "Print a new key for people.factor_key, to be kept in a file that only the control plane reads.")
  int newFactorKey() throws GeneralSecurityException {
    String keyset = FactorKey.newKeyset().expose();
    console.result(json, Map.of("keyset", keyset), List.of(keyset));
    return 0;
  }

  /** {@code authpipe control-plane doctor}: names what is wrong or weak, and what to do about it, without changing it. */
  @Command(name = "doctor", description = "Say what is wrong or weak about this control plane, and what to do about it.")
  int doctor() {
    Logging.apply(new ControlSettings.Log("error", false));
    List<Finding> findings = Examination.of(file(), System.getenv(), Clock.systemUTC());
    boolean failed = findings.stream().anyMatch(finding -> finding.grade() == Finding.Grade.FAILED);
    console.result(json,
        Map.of("healthy", !failed, "findings", findings.stream().map(finding -> Map.of("grade", finding.grade().word(), "subject",
            finding.subject(), "sentence", finding.sentence())).toList()),
        findings.stream().map(finding -> String.format(Locale.ROOT, "%-7s %-22s %s", finding.grade().word(), finding.subject(),
            finding.sentence())).toList());
    return failed ? 1 : 0;
  }

  private Path file() {
    if (config != null) {
      return config;
    }
    String named = System.getenv("AUTHPIPE_CONTROL_CONFIG");
    return Path.of(named == null ? "control-plane.yaml" : named);
  }
}
