package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.incident.IncidentKind;
import dev.authpipe.proxy.incident.IncidentView;
import dev.authpipe.proxy.incident.Incidents;
import dev.authpipe.wire.IncidentId;

/**
 * What {@code revoke-all} and {@code rotate-all} have in common: begins an incident once the workspace's name was typed, and shows how far the
 * replicas are. Does none of the work: stopped at any point, the incident goes on.
 */
abstract class IncidentRun implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Console console;
  private final IncidentKind kind;

  @Mixin
  CommonOptions common = new CommonOptions();

  @Option(names = "--workspace", paramLabel = "NAME", description = "The workspace; not needed where there is one only.")
  @Nullable
  String workspace;

  @Option(names = "--integration", paramLabel = "SLUG", description = "Only the connections of this integration.")
  @Nullable
  String integration;

  @Option(names = "--confirm", paramLabel = "NAME", description = "The name of the workspace, instead of typing it when asked.")
  @Nullable
  String confirm;

  @Option(names = "--status", description = "Begin nothing; show the newest one.")
  boolean status;

  @Option(names = "--incident", paramLabel = "ID", description = "With --status: this one, inc_….")
  @Nullable
  String incident;

  @Option(names = "--no-wait", description = "Do not wait for its end.")
  boolean noWait;

  @Option(names = "--report", paramLabel = "FILE", description = "Write the signed report to a new file when it is completed; further parts to FILE.2 and so on.")
  @Nullable
  Path report;

  IncidentRun(Console console, IncidentKind kind) {
    this.console = console;
    this.kind = kind;
  }

  /** The command's name. */
  private String name() {
    return kind.word().replace('_', '-');
  }

  @Override
  public Integer call() throws IOException {
    try (OperatorSession session = OperatorSession.open(common.file(), status ? null : name())) {
      Workspace in = session.workspace(workspace);
      Incidents incidents = session.get(Incidents.class);
      IncidentView view = status ? present(incidents, in) : begin(session, incidents, in);
      if (!noWait) {
        view = awaited(incidents, in, view, session.get(Ticker.class));
      }
      List<String> files = report == null ? List.of() : written(incidents, in, view);
      console.result(common.json, object(view, in, files), lines(view, files));
      return 0;
    }
  }

  private IncidentView present(Incidents incidents, Workspace in) {
    String wanted = incident;
    Optional<IncidentView> found;
    try {
      found = wanted == null ? incidents.newest(in.id(), kind) : incidents.find(in.id(), IncidentId.parse(wanted));
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("an id of an incident begins with inc_", wrong);
    }
    return found.orElseThrow(() -> new StartupException("workspace " + in.name() + " has no such incident"));
  }

  private IncidentView begin(OperatorSession session, Incidents incidents, Workspace in) throws IOException {
    Integration only = integration == null
        ? null
        : session.get(Configuration.class).integration(in.id(), integration)
            .orElseThrow(() -> new StartupException("workspace " + in.name() + " has no integration " + integration));
    String typed = confirm;
    if (typed == null) {
      String reach = only == null
          ? "every connection of " + in.name()
          : "every connection through " + only.slug() + " of " + in.name();
      console.note((kind == IncidentKind.REVOKE_ALL
          ? "This disconnects " + reach + " and revokes it at its provider. It cannot be undone."
          : "This refreshes " + reach + " and revokes the old access tokens.") + " Type the name of the workspace to go on:");
      typed = console.readLine();
    }
    if (!typed.equals(in.name())) {
      throw new StartupException("that is not the name of the workspace; nothing was done");
    }
    IncidentView begun = incidents.begin(in.id(), kind, only == null ? null : only.id(), null, null);
    console.note(begun.id() + " is under way; it goes on when this command is stopped. " + name() + " --status shows it again");
    return begun;
  }

  private IncidentView awaited(Incidents incidents, Workspace in, IncidentView begun, Ticker ticker) {
    try (ProgressBar bar = new ProgressBar(console, ticker, kind == IncidentKind.REVOKE_ALL ? "revoked" : "rotated")) {
      IncidentView view = begun;
      while (view.completedAt() == null) {
        bar.show(view.done(), view.collecting() || view.connections() == 0 ? -1 : (double) view.done() / view.connections());
        LockSupport.parkNanos(LOOK.toNanos());
        if (Thread.interrupted()) {
          throw new StartupException("stopped; " + view.id() + " goes on");
        }
        view = incidents.find(in.id(), view.id()).orElseThrow(() -> new StartupException("the incident is gone"));
      }
      return view;
    }
  }

  private List<String> written(Incidents incidents, Workspace in, IncidentView view) throws IOException {
    Path file = report;
    List<String> files = new ArrayList<>();
    for (int part = 1; file != null && part <= view.reportParts(); part++) {
      Path at = part == 1 ? file : file.resolveSibling(file.getFileName() + "." + part);
      Files.writeString(at, incidents.report(in.id(), view.id(), part).orElseThrow(), StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
      files.add(at.toString());
    }
    return files;
  }

  private Map<String, Object> object(IncidentView view, Workspace in, List<String> files) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", view.id().toString());
    object.put("kind", view.kind().word());
    object.put("workspace", in.id().toString());
    object.put("status", view.status());
    object.put("connections", view.connections());
    object.put("done", view.done());
    object.put("outcomes", view.outcomes());
    object.put("requested_at", view.requestedAt().toString());
    object.put("completed_at", view.completedAt() == null ? "" : view.completedAt().toString());
    object.put("report_parts", view.reportParts());
    object.put("report", files);
    return object;
  }

  private static List<String> lines(IncidentView view, List<String> files) {
    List<String> lines = new ArrayList<>();
    lines.add("%s  %s  %s: %,d of %,d connections are done".formatted(view.id(), view.kind().word(), view.status(), view.done(),
        view.connections()));
    view.outcomes().forEach((outcome, count) -> lines.add("%,9d  %s".formatted(count, outcome)));
    files.forEach(file -> lines.add("the signed report is in " + file));
    return lines;
  }
}
