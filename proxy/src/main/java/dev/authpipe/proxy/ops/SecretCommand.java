package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.clientsecret.ClientSecretSetting;
import dev.authpipe.proxy.clientsecret.ClientSecretView;
import dev.authpipe.proxy.secret.SecretText;

/** {@code authpipe secret}: sets client secrets, read from standard input. Never takes one as an argument. */
@Command(name = "secret", description = "Set the client secret of an integration, or make its key pair.", subcommands = SecretKeyCommand.class)
final class SecretCommand {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  SecretCommand(Console console) {
    this.console = console;
  }

  @Command(name = "set", description = "Read the client secret from standard input and seal it.")
  int set(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named) throws IOException {
    try (SecretText secret = console.readSecret(); OperatorSession session = OperatorSession.open(options.file(), "secret.set")) {
      Workspace in = session.workspace(workspace);
      Integration integration = session.get(Configuration.class).integration(in.id(), named)
          .orElseThrow(() -> new StartupException("workspace " + in.name() + " has no integration " + named));
      if (!integration.provider().takesClientSecret()) {
        throw new StartupException("the integration " + integration.slug() + " has no client secret: its provider takes none");
      }
      ClientSecretView view = session.get(ClientSecretSetting.class).set(
          new ClientSecretSetting.Place(in.id(), integration.id(), integration.clientSecretOrigin(),
              integration.provider().secretPrefixes()),
          secret, AuditActor.operator(), "command", null);
      console.result(options.json,
          Map.of("integration", integration.id().toString(), "masked_prefix", view.maskedPrefix(), "since",
              view.since().toString(), "version", view.version()),
          List.of("set; version " + view.version()));
      return 0;
    }
  }
}
