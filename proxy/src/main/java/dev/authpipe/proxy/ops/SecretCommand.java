package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.browser.PublicOrigin;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Rotation;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.clientsecret.ClientSecretEntries;
import dev.authpipe.proxy.clientsecret.ClientSecretEntry;
import dev.authpipe.proxy.clientsecret.ClientSecretSetting;
import dev.authpipe.proxy.clientsecret.ClientSecretView;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.clientsecret.EntryLink;
import dev.authpipe.proxy.clientsecret.PreviousSecrets;
import dev.authpipe.proxy.clientsecret.Replacement;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ClientSecretEntryId;

/** {@code authpipe secret}: sets client secrets, read from standard input. Never takes one as an argument. */
@Command(name = "secret", description = "Set client secrets of integrations, have somebody enter one, or make their key pairs; say when they are to be replaced.", subcommands = SecretKeyCommand.class)
final class SecretCommand {
  private static final ValueType<Duration> KEEP = ValueType.duration(Duration.ZERO, Replacement.LONGEST_KEPT);
  private static final ValueType<Duration> LIFETIME = ValueType.duration(ClientSecretEntries.SHORTEST_LIFETIME,
      ClientSecretEntries.LONGEST_LIFETIME);
  private static final String KEEP_TEXT = "How long the client secret before is tried as well (24 h), at most 30 d; without it, it is erased at once.";

  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  SecretCommand(Console console) {
    this.console = console;
  }

  @Command(name = "set", description = "Read the client secret from standard input and seal it.")
  int set(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Option(names = "--expires-at", paramLabel = "TIME", description = "When the provider ends it (2027-03-01T00:00:00Z): reminders come before; it is never ended here.") @Nullable String expiresAt,
      @Option(names = "--keep-old", paramLabel = "TIME", description = KEEP_TEXT) @Nullable String keepOld,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named) throws IOException {
    Duration keep = amount("--keep-old", KEEP, keepOld, Duration.ZERO);
    try (SecretText secret = console.readSecret(); OperatorSession session = OperatorSession.open(options.file(), "secret.set")) {
      Integration integration = integration(session, workspace, named);
      Instant now = session.get(Clock.class).instant();
      Instant end = end(expiresAt, now);
      ClientSecretView view = session.get(ClientSecretSetting.class).set(place(integration), secret, new Replacement(end, keep),
          AuditActor.operator(), "command", null);
      List<String> lines = new ArrayList<>(List.of("set; version " + view.version() + (end == null ? "" : "; it ends " + end)));
      if (!keep.isZero()) {
        lines.add(view.previous() == null
            ? "nothing is tried beside it: there was none before, or it was set for another token endpoint"
            : before(view.previous()));
      }
      console.result(options.json, object(integration, view, now), lines);
      return 0;
    }
  }

  @Command(name = "end-previous", description = "Try the client secret before no more, and erase it.")
  int endPrevious(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named) {
    try (OperatorSession session = OperatorSession.open(options.file(), "secret.end-previous")) {
      Integration integration = integration(session, workspace, named);
      long version = session.get(PreviousSecrets.class)
          .end(integration.workspace(), integration.id(), AuditActor.operator(), "command", null)
          .orElseThrow(() -> new StartupException("the integration " + integration.slug() + " has no client secret before"));
      console.result(options.json, Map.of("integration", integration.id().toString(), "version", version),
          List.of("version " + version + " is erased"));
      return 0;
    }
  }

  @Command(name = "entry", description = "Make a one-time link by which somebody without an API key enters the client secret in a browser.")
  int entry(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Option(names = "--lifetime", paramLabel = "TIME", description = "How long the link is good: 1 min to 24 h; 30 min unless given.") @Nullable String lifetime,
      @Option(names = "--keep-old", paramLabel = "TIME", description = KEEP_TEXT) @Nullable String keepOld,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named) {
    Duration lives = amount("--lifetime", LIFETIME, lifetime, ClientSecretEntries.USUAL_LIFETIME);
    Duration keep = amount("--keep-old", KEEP, keepOld, Duration.ZERO);
    try (OperatorSession session = OperatorSession.open(options.file(), "secret.entry")) {
      Integration integration = integration(session, workspace, named);
      ClientSecretEntries.Made made = session.get(ClientSecretEntries.class)
          .make(place(integration), lives, keep, AuditActor.operator(), "command", null)
          .orElseThrow(() -> new StartupException("the integration " + integration.slug() + " has "
              + ClientSecretEntries.MOST_OPEN + " links that can still be used: withdraw one, or wait"));
      try (SecretText url = session.get(PublicOrigin.class).page(EntryLink.PATH, made.link().text())) {
        Map<String, Object> object = object(integration, made.entry());
        object.put("entry_url", url.expose());
        console.result(options.json, object,
            List.of(url.expose(), "good once, until " + made.entry().expiresAt() + "; this is the only time that it is shown"));
      }
      return 0;
    }
  }

  @Command(name = "entries", description = "Show the links of an integration that can still be used, without the links themselves.")
  int entries(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named) {
    try (OperatorSession session = OperatorSession.open(options.file(), null)) {
      Integration integration = integration(session, workspace, named);
      List<ClientSecretEntry> open = session.get(ClientSecretEntries.class).open(integration.workspace(), integration.id());
      console.result(options.json, Map.of("data", open.stream().map(entry -> object(integration, entry)).toList()),
          open.isEmpty() ? List.of("none") : open.stream().map(entry -> entry.id() + ": until " + entry.expiresAt()).toList());
      return 0;
    }
  }

  @Command(name = "withdraw", description = "Withdraw a link before it is used.")
  int withdraw(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named,
      @Parameters(paramLabel = "ENTRY", description = "Its id, cse_….") String entry) {
    try (OperatorSession session = OperatorSession.open(options.file(), "secret.withdraw")) {
      Integration integration = integration(session, workspace, named);
      if (!session.get(ClientSecretEntries.class).withdraw(integration.workspace(), integration.id(), entryId(entry),
          AuditActor.operator(), "command", null)) {
        throw new StartupException("there is no such link that can still be used");
      }
      console.result(options.json, Map.of("entry", entry), List.of("withdrawn"));
      return 0;
    }
  }

  private static ClientSecretEntryId entryId(String text) {
    try {
      return ClientSecretEntryId.parse(text);
    } catch (IllegalArgumentException foreign) {
      throw new StartupException("the id of a link begins with cse_");
    }
  }

  private static Integration integration(OperatorSession session, @Nullable String workspace, String named) {
    Workspace in = session.workspace(workspace);
    Integration integration = session.get(Configuration.class).integration(in.id(), named)
        .orElseThrow(() -> new StartupException("workspace " + in.name() + " has no integration " + named));
    if (!integration.provider().takesClientSecret()) {
      throw new StartupException("the integration " + integration.slug() + " has no client secret: its provider takes none");
    }
    return integration;
  }

  private static ClientSecretSetting.Place place(Integration integration) {
    return new ClientSecretSetting.Place(integration.workspace(), integration.id(), integration.clientSecretOrigin(),
        integration.provider().secretPrefixes());
  }

  private static Duration amount(String option, ValueType<Duration> type, @Nullable String text, Duration otherwise) {
    try {
      return text == null ? otherwise : type.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new StartupException(option + " is " + type.description());
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
          if (view != null && view.previous() != null) {
            lines.add("  " + before(view.previous()));
          }
          if (view != null) {
            warning(integration, view).ifPresent(sentence -> lines.add("  " + sentence));
          }
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
    object.put("token_origin", view.tokenOrigin());
    object.put("token_origin_changed", isElsewhere(integration, view));
    ClientSecretView.Previous previous = view.previous();
    if (previous != null) {
      Map<String, Object> before = new LinkedHashMap<>(Map.of("version", previous.version(), "masked_prefix",
          previous.maskedPrefix(), "since", previous.since().toString(), "valid_until", previous.validUntil().toString()));
      if (previous.neededAt() != null) {
        before.put("needed_at", previous.neededAt().toString());
      }
      object.put("previous", before);
    }
    Rotation rotation = integration.clientSecretRotation(view.since(), view.expiresAt(), now);
    if (rotation != null) {
      object.put("due_at", rotation.dueAt().toString());
      object.put("reason", rotation.reason().word());
      object.put("overdue", rotation.overdue());
    }
    return object;
  }

  private static Map<String, Object> object(Integration integration, ClientSecretEntry entry) {
    return new LinkedHashMap<>(Map.of("id", entry.id().toString(), "integration", integration.id().toString(), "slug",
        integration.slug(), "token_origin", entry.tokenOrigin(), "previous_valid_seconds", entry.keepPrevious().toSeconds(),
        "created_at", entry.createdAt().toString(), "expires_at", entry.expiresAt().toString()));
  }

  private static boolean isElsewhere(Integration integration, ClientSecretView view) {
    return !view.tokenOrigin().equals(integration.clientSecretOrigin());
  }

  private static String before(ClientSecretView.Previous previous) {
    return "previous: version " + previous.version() + ", tried until " + previous.validUntil();
  }

  /** What keeps a secret from being used, or will: for people. */
  static Optional<String> warning(Integration integration, ClientSecretView view) {
    ClientSecretView.Previous previous = view.previous();
    if (isElsewhere(integration, view)) {
      return Optional.of(integration.slug() + ": the client secret is not used: it was set for " + view.tokenOrigin()
          + ", and the token endpoint is at " + integration.clientSecretOrigin() + " now; set it again");
    }
    return previous == null || previous.neededAt() == null
        ? Optional.empty()
        : Optional.of(integration.slug() + ": the provider still took the client secret before at " + previous.neededAt()
            + "; it is erased at " + previous.validUntil() + ": have the provider take version " + view.version());
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
