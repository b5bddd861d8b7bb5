package dev.authpipe.proxy.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.WebhookEndpoint;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.notify.Deliveries;
import dev.authpipe.proxy.notify.Delivery;
import dev.authpipe.proxy.notify.Endpoints;
import dev.authpipe.proxy.notify.SigningSecrets;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.DeliveryId;

/** {@code authpipe webhook}: signing secrets, tests, and what did not arrive. Shows a signing secret once, when it makes it. */
@Command(name = "webhook", description = "Make signing secrets of webhook endpoints, test them, and replay what did not arrive.")
final class WebhookCommand {
  private static final int MOST = 200;

  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  WebhookCommand(Console console) {
    this.console = console;
  }

  @Command(name = "secret", description = "Make the signing secret of an endpoint and show it, once. Nothing is sent before there is one.")
  int secret(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Option(names = "--rotate", description = "Make the next one; the present one signs along for 24 hours.") boolean rotate,
      @Parameters(paramLabel = "ENDPOINT", description = "Its name or id.") String named) {
    try (OperatorSession session = OperatorSession.open(options.file(), "webhook.secret")) {
      Workspace in = session.workspace(workspace);
      WebhookEndpoint endpoint = endpoint(session, in, named);
      SigningSecrets secrets = session.get(SigningSecrets.class);
      SigningSecrets.Made made = (rotate
          ? secrets.rotate(in.id(), endpoint.id(), AuditActor.operator())
          : secrets.make(in.id(), endpoint.id(), AuditActor.operator()))
          .orElseThrow(() -> new StartupException(rotate
              ? "the endpoint " + endpoint.name() + " has no signing secret yet; leave --rotate out"
              : "the endpoint " + endpoint.name()
                  + " has a signing secret, which is not shown again; --rotate makes the next one"));
      try (SecretText secret = made.secret()) {
        console.result(options.json,
            Map.of("endpoint", endpoint.id().toString(), "version", made.version(), "secret", secret.expose()),
            List.of(secret.expose(), "version " + made.version() + "; it is not shown again"));
      }
      return 0;
    }
  }

  @Command(name = "test", description = "Send an event of type webhook.test to an endpoint, and say what it answered.")
  int test(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Parameters(paramLabel = "ENDPOINT", description = "Its name or id.") String named) {
    try (OperatorSession session = OperatorSession.open(options.file(), "webhook.test")) {
      Workspace in = session.workspace(workspace);
      Delivery sent = session.get(Deliveries.class).test(in.id(), endpoint(session, in, named));
      console.result(options.json, object(sent), List.of(outcome(sent)));
      return sent.state() == Delivery.State.DELIVERED ? 0 : 1;
    }
  }

  @Command(name = "enable", description = "Tell an endpoint again that had answered 410 Gone.")
  int enable(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Parameters(paramLabel = "ENDPOINT", description = "Its name or id.") String named) {
    try (OperatorSession session = OperatorSession.open(options.file(), "webhook.enable")) {
      Workspace in = session.workspace(workspace);
      WebhookEndpoint endpoint = endpoint(session, in, named);
      boolean enabled = session.get(Endpoints.class).enable(in.id(), endpoint.id(), AuditActor.operator());
      console.result(options.json, Map.of("endpoint", endpoint.id().toString(), "enabled", enabled),
          List.of(enabled ? "enabled; what died can be replayed" : "it was not disabled"));
      return 0;
    }
  }

  @Command(name = "list", description = "List endpoints, and the newest 200 deliveries of a state.")
  int list(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Option(names = "--status", paramLabel = "STATUS", description = "pending, delivered or dead (usual).") Delivery.@Nullable State status) {
    try (OperatorSession session = OperatorSession.open(options.file(), null)) {
      Workspace in = session.workspace(workspace);
      List<Endpoints.Standing> endpoints = session.get(Endpoints.class).standing(in);
      Delivery.State state = status == null ? Delivery.State.DEAD : status;
      List<Delivery> found = session.get(Deliveries.class).list(in.id(), new Deliveries.Filter(state, java.util.Set.of()), null,
          MOST);
      List<String> lines = new ArrayList<>();
      endpoints.forEach(one -> lines.add(sentence(one)));
      found
          .forEach(one -> lines.add("%s  %-28s  %s  %s".formatted(one.id(), one.event().type(), one.event().at(), outcome(one))));
      console.result(options.json, Map.of("endpoints", endpoints.stream().map(WebhookCommand::object).toList(), "deliveries",
          found.stream().map(WebhookCommand::object).toList()), lines.isEmpty() ? List.of("no webhook endpoint") : lines);
      return 0;
    }
  }

  @Command(name = "replay", description = "Have events sent once more by a running replica.")
  int replay(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Parameters(paramLabel = "DELIVERY", arity = "1..*", description = "As webhook list shows them.") List<String> ids) {
    try (OperatorSession session = OperatorSession.open(options.file(), "webhook.replay")) {
      Workspace in = session.workspace(workspace);
      List<Delivery> replayed = new ArrayList<>();
      for (String id : ids) {
        replayed.add(session.get(Deliveries.class)
            .replay(in.id(), parse(id), Deliveries.Filter.ALL, AuditActor.operator(), null)
            .orElseThrow(() -> new StartupException("workspace " + in.name() + " has no delivery " + id)));
      }
      console.result(options.json, Map.of("replayed", replayed.stream().map(WebhookCommand::object).toList()),
          List.of(replayed.size() + " to be sent once more"));
      return 0;
    }
  }

  private static DeliveryId parse(String id) {
    try {
      return DeliveryId.parse(id);
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("a delivery's id begins with dlv_: " + id);
    }
  }

  private static WebhookEndpoint endpoint(OperatorSession session, Workspace in, String named) {
    return session.get(Endpoints.class).find(in.id(), named).orElseThrow(() -> new StartupException("workspace " + in.name()
        + " has no webhook endpoint " + named + "; there are: " + in.webhooks().stream().map(WebhookEndpoint::name).toList()));
  }

  /** How an endpoint stands, in a sentence that needs no explanation. */
  static String sentence(Endpoints.Standing standing) {
    String weak = standing.disabled()
        ? "; it is disabled, for it answered 410: authpipe webhook enable " + standing.endpoint().name()
        : standing.secrets() == 0
            ? "; it has no signing secret, so nothing is sent: authpipe webhook secret " + standing.endpoint().name()
            : "";
    return "%s  %s  %d pending, %d dead%s".formatted(standing.endpoint().id(), standing.endpoint().name(), standing.pending(),
        standing.dead(), weak);
  }

  private static String outcome(Delivery delivery) {
    Integer status = delivery.lastStatus();
    return delivery.state().name().toLowerCase(Locale.ROOT) + " after " + delivery.tries() + " tries"
        + (delivery.lastOutcome() == null ? "" : ": " + delivery.lastOutcome() + (status == null ? "" : " " + status));
  }

  private static Map<String, Object> object(Endpoints.Standing standing) {
    return Map.of("id", standing.endpoint().id().toString(), "name", standing.endpoint().name(), "url",
        standing.endpoint().url().toString(), "disabled", standing.disabled(), "secrets", standing.secrets(), "pending",
        standing.pending(), "dead", standing.dead());
  }

  private static Map<String, Object> object(Delivery delivery) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", delivery.id().toString());
    object.put("webhook_id", delivery.event().id());
    object.put("endpoint", delivery.endpoint().toString());
    object.put("type", delivery.event().type());
    object.put("status", delivery.state().name().toLowerCase(Locale.ROOT));
    object.put("tries", delivery.tries());
    if (delivery.lastOutcome() != null) {
      object.put("last_outcome", delivery.lastOutcome());
    }
    if (delivery.lastStatus() != null) {
      object.put("last_status", delivery.lastStatus());
    }
    return object;
  }
}
