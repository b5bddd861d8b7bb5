package dev.authpipe.proxy.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.clientsecret.ClientKeyLife;
import dev.authpipe.proxy.clientsecret.ClientKeyOutcome;
import dev.authpipe.proxy.clientsecret.ClientKeyView;
import dev.authpipe.proxy.clientsecret.ClientKeys;

/** {@code authpipe secret key}: key pairs that sign client assertions. Makes them here; shows, writes and takes no private key. */
@Command(name = "key", description = "Make, show, rotate and retire the key pair with which an integration authenticates (private_key_jwt).")
final class SecretKeyCommand {
  private static final ValueType<Duration> LEAD = ValueType.duration(Duration.ZERO, ClientKeyLife.LONGEST_LEAD);

  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  SecretKeyCommand(Console console) {
    this.console = console;
  }

  @Command(name = "make", description = "Make the first key pair, which signs at once, and show its public key.")
  int make(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named) {
    try (OperatorSession session = OperatorSession.open(options.file(), "secret.key.make")) {
      return show(options, session.get(ClientKeyLife.class).make(change(session, workspace, named)));
    }
  }

  @Command(name = "rotate", description = "Make the next key pair: published at once, signing after a while.")
  int rotate(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Option(names = "--after", paramLabel = "TIME", description = "When it signs: 0 s to 30 d; 24 h unless given.") @Nullable String after,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named) {
    Duration lead = after == null ? ClientKeyLife.USUAL_LEAD : lead(after);
    try (OperatorSession session = OperatorSession.open(options.file(), "secret.key.rotate")) {
      return show(options, session.get(ClientKeyLife.class).rotate(change(session, workspace, named), lead));
    }
  }

  @Command(name = "activate", description = "Have the next key pair sign now.")
  int activate(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named) {
    try (OperatorSession session = OperatorSession.open(options.file(), "secret.key.activate")) {
      return show(options, session.get(ClientKeyLife.class).activate(change(session, workspace, named)));
    }
  }

  @Command(name = "retire", description = "End a key pair; it stays published until what it signed has expired.")
  int retire(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Option(names = "--last", description = "Also when no other key could sign then.") boolean last,
      @Option(names = "--now", description = "Publish it no more at once.") boolean now,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named,
      @Parameters(paramLabel = "KEY", description = "Its kid.") String keyId) {
    try (OperatorSession session = OperatorSession.open(options.file(), "secret.key.retire")) {
      return show(options, session.get(ClientKeyLife.class).retire(change(session, workspace, named), keyId, last, now));
    }
  }

  @Command(name = "show", description = "Show the public keys: as a JSON Web Key Set, or as PEM.")
  int show(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Option(names = "--pem", description = "As PEM.") boolean pem,
      @Parameters(paramLabel = "INTEGRATION", description = "Its slug or id.") String named) {
    try (OperatorSession session = OperatorSession.open(options.file(), null)) {
      ClientKeyLife.Change at = change(session, workspace, named);
      List<ClientKeyView> keys = session.get(ClientKeys.class).published(at.workspace(), at.integration());
      Map<String, Object> object = new LinkedHashMap<>(Map.of("integration", at.integration().toString(), "path",
          "/jwks/" + at.integration(), "keys", keys.stream().map(SecretKeyCommand::object).toList()));
      object.put("jwks", ClientKeyView.keySet(keys));
      List<String> lines = new ArrayList<>();
      if (pem) {
        keys.forEach(key -> lines.add("# " + sentence(key) + "\n" + key.pem().stripTrailing()));
      } else {
        lines.add(json(ClientKeyView.keySet(keys)));
      }
      console.result(options.json, object, lines);
      return 0;
    }
  }

  private int show(CommonOptions options, ClientKeyOutcome outcome) {
    switch (outcome) {
      case ClientKeyOutcome.Done(ClientKeyView key) ->
        console.result(options.json, object(key), List.of(sentence(key), key.pem().stripTrailing()));
      case ClientKeyOutcome.Refused(ClientKeyOutcome.Reason reason) -> throw new StartupException(reason.sentence());
    }
    return 0;
  }

  private static ClientKeyLife.Change change(OperatorSession session, @Nullable String workspace, String named) {
    Workspace in = session.workspace(workspace);
    Integration integration = session.get(Configuration.class).integration(in.id(), named)
        .orElseThrow(() -> new StartupException("workspace " + in.name() + " has no integration " + named));
    if (!integration.provider().takesClientKey()) {
      throw new StartupException(
          "the integration " + integration.slug() + " has no key pair: its provider takes no client assertions");
    }
    return new ClientKeyLife.Change(in.id(), integration.id(), integration.clientSecretOrigin(), AuditActor.operator(), "command",
        null);
  }

  private static Duration lead(String text) {
    try {
      return LEAD.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("--after is " + LEAD.description());
    }
  }

  private static String sentence(ClientKeyView key) {
    return switch (key.state()) {
      case PUBLISHED -> key.keyId() + ", version " + key.version() + ": published, signs from " + key.signsFrom() + " on";
      case SIGNING -> key.keyId() + ", version " + key.version() + ": signs"
          + (key.signsUntil() == null ? "" : " until " + key.signsUntil());
      case ENDING -> key.keyId() + ", version " + key.version() + ": signs no more, gone at " + key.goneAt();
    };
  }

  private static Map<String, Object> object(ClientKeyView key) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("key_id", key.keyId());
    object.put("version", key.version());
    object.put("state", key.state().word());
    object.put("signs_from", key.signsFrom().toString());
    if (key.signsUntil() != null) {
      object.put("signs_until", String.valueOf(key.signsUntil()));
      object.put("gone_at", String.valueOf(key.goneAt()));
    }
    object.put("public_key", key.pem());
    return object;
  }

  private static String json(Map<String, Object> object) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(object);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a key set could not be written", impossible);
    }
  }
}
