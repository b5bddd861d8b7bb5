package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import dev.authpipe.proxy.catalog.Rotation;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.clientsecret.ClientSecretSetting;
import dev.authpipe.proxy.clientsecret.ClientSecretView;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.secret.SecretText;

/** {@code authpipe secret}: sets client secrets, read from standard input. Never takes one as an argument. */
@Command(name = "secret", description = "Set client secrets of integrations or make their key pairs, and say when they are to be replaced.", subcommands = SecretKeyCommand.class)
final class SecretCommand {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  SecretCommand(Console console) {
    this.console = console;
  }

  @Command(name = "set", description = "Read the client secret from standard input and seal it.")
  int set(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Option(names = "--expires-at", paramLabel = "TIME", description = "When the provider ends it (2027-03-01T00:00:00Z): reminders come before; it is never ended here.") @Nullable String expiresAt,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named) throws IOException {
    try (SecretText secret = console.readSecret(); OperatorSession session = OperatorSession.open(options.file(), "secret.set")) {
      Workspace in = session.workspace(workspace);
      Integration integration = session.get(Configuration.class).integration(in.id(), named)
          .orElseThrow(() -> new StartupException("workspace " + in.name() + " has no integration " + named));
      if (!integration.provider().takesClientSecret()) {
        throw new StartupException("the integration " + integration.slug() + " has no client secret: its provider takes none");
      }
      Instant end = end(expiresAt, session.get(Clock.class).instant());
      ClientSecretView view = session.get(ClientSecretSetting.class).set(
          new ClientSecretSetting.Place(in.id(), integration.id(), integration.clientSecretOrigin(),
              integration.provider().secretPrefixes()),
          secret, end, AuditActor.operator(), "command", null);
      console.result(options.json,
          object(integration, view, session.get(Clock.class).instant()), List.of("set; version " + view.version()
              + (end == null ? "" : "; it ends " + end)));
      return 0;
    }
  }

  @Command(name = "list", description = "Show since when each client secret is set, when it ends and when it is to be replaced.")
  int list(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace) {
    try (OperatorSession session = OperatorSession.open(options.file(), null)) {
      Workspace in = session.workspace(workspace);
      Instant now = session.get(Clock.class).instant();
      List<Map<String, Object>> objects = new ArrayList<>();
      List<String> lines = new ArrayList<>();
      for (Integration integration : session.get(Configuration.class).integrations(in.id())) {
        if (integration.provider().takesClientSecret()) {
          ClientSecretView view = session.get(ClientSecrets.class).view(in.id(), integration.id()).orElse(null);
          objects.add(view == null
              ? Map.of("integration", integration.id().toString(), "slug", integration.slug())
              : object(integration, view, now));
          lines.add(view == null ? integration.slug() + ": none is set" : sentence(integration, view, now));
        }
      }
      console.result(options.json, Map.of("data", objects), lines);
      return 0;
    }
  }

  private static Map<String, Object> object(Integration integration, ClientSecretView view, Instant now) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("integration", integration.id().toString());
    object.put("slug", integration.slug());
    object.put("masked_prefix", view.maskedPrefix());
    object.put("since", view.since().toString());
    object.put("version", view.version());
    if (view.expiresAt() != null) {
      object.put("expires_at", view.expiresAt().toString());
    }
    Rotation rotation = integration.clientSecretRotation(view.since(), view.expiresAt(), now);
    if (rotation != null) {
      object.put("due_at", rotation.dueAt().toString());
      object.put("reason", rotation.reason().word());
      object.put("overdue", rotation.overdue());
    }
    return object;
  }

  /** For people. */
  static String sentence(Integration integration, ClientSecretView view, Instant now) {
    Rotation rotation = integration.clientSecretRotation(view.since(), view.expiresAt(), now);
    String due = rotation == null
        ? "no date to replace it is known"
        : rotation.overdue() ? "overdue since " + rotation.dueAt() : "to be replaced by " + rotation.dueAt();
    return integration.slug() + ": version " + view.version() + ", set " + view.since()
        + (view.expiresAt() == null ? "" : ", ends " + view.expiresAt()) + "; " + due;
  }

  private static @Nullable Instant end(@Nullable String text, Instant now) {
    try {
      Instant end = text == null ? null : OffsetDateTime.parse(text).toInstant();
      if (end == null || ClientSecretSetting.isSaneEnd(end, now)) {
        return end;
      }
    } catch (DateTimeParseException _) {
      throw new StartupException("--expires-at is a time like 2027-03-01T00:00:00Z");
    }
    throw new StartupException("--expires-at is in the future");
  }
}
