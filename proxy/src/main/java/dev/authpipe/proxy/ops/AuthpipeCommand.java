package dev.authpipe.proxy.ops;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;

/**
 * The operator's command line. Exit codes: 0 done, 1 failed, 2 wrong use. Never takes a secret as an argument, and loads no framework to show
 * its help.
 */
@Command(name = "authpipe", description = "The OAuth credential proxy and token vault.", mixinStandardHelpOptions = true, versionProvider = AuthpipeCommand.Version.class, subcommands = {
    ProxyCommand.class, ApiKeyCommand.class, SecretCommand.class, AuditCommand.class, ErasureCommand.class, ProviderCommand.class,
    MigrateCommand.class, DoctorCommand.class, EnrolCommand.class, ApproveCommand.class, WorkspaceCommand.class,
    JobsCommand.class,
    WebhookCommand.class, ImportCommand.class, RevokeAllCommand.class, RotateAllCommand.class, KekCommand.class,
    DekCommand.class, BackupCommand.class, RestoreCommand.class})
public final class AuthpipeCommand {
  AuthpipeCommand() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(System.in, System.out, System.err, args));
  }

  /** Runs a command; answers its exit code. */
  public static int run(InputStream in, PrintStream out, PrintStream err, String... args) {
    return commandLine(in, out, err).execute(args);
  }

  /** The command line, to which a program that brings more than the proxy may add its own commands. */
  public static CommandLine commandLine(InputStream in, PrintStream out, PrintStream err) {
    CommandLine line = new CommandLine(new AuthpipeCommand(), factory(in, out, err));
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((failure, at, parsed) -> {
      Console console = new Console(in, out, err);
      console.failed(failure, parsed.originalArgs().contains("--json"));
      return 1;
    });
    return line;
  }

  private static IFactory factory(InputStream in, PrintStream out, PrintStream err) {
    Console console = new Console(in, out, err);
    IFactory usual = CommandLine.defaultFactory();
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        return type == Console.class ? type.cast(console) : make(type, console, usual);
      }
    };
  }

  private static <K> K make(Class<K> type, Console console, IFactory usual) throws Exception {
    Object made = switch (type.getSimpleName()) {
      case "ProxyCommand" -> new ProxyCommand(console);
      case "ApiKeyCommand" -> new ApiKeyCommand(console);
      case "SecretCommand" -> new SecretCommand(console);
      case "SecretKeyCommand" -> new SecretKeyCommand(console);
      case "AuditCommand" -> new AuditCommand(console);
      case "ErasureCommand" -> new ErasureCommand(console);
      case "ProviderCommand" -> new ProviderCommand(console);
      case "MigrateCommand" -> new MigrateCommand(console);
      case "DoctorCommand" -> new DoctorCommand(console);
      case "EnrolCommand" -> new EnrolCommand(console);
      case "ApproveCommand" -> new ApproveCommand(console);
      case "JobsCommand" -> new JobsCommand(console);
      case "WebhookCommand" -> new WebhookCommand(console);
      case "RevokeAllCommand" -> new RevokeAllCommand(console);
      case "RotateAllCommand" -> new RotateAllCommand(console);
      case "KekCommand" -> new KekCommand(console);
      case "KekRotateCommand" -> new KekRotateCommand(console);
      case "DekCommand" -> new DekCommand(console);
      case "BackupCommand" -> new BackupCommand(console);
      case "RestoreCommand" -> new RestoreCommand(console);
      case "ImportCommand" -> new ImportCommand(console);
      case "WorkspaceCommand" -> new WorkspaceCommand(console);
      default -> usual.create(type);
    };
    return type.cast(made);
  }

  /** The version of this program, from its jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = AuthpipeCommand.class.getPackage().getImplementationVersion();
      return new String[]{"authpipe " + (version == null ? "development" : version)};
    }
  }
}
