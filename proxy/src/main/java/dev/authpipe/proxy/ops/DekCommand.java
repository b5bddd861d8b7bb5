package dev.authpipe.proxy.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.journal.JournalClaims;
import dev.authpipe.proxy.rotate.Asker;
import dev.authpipe.proxy.rotate.RotationView;
import dev.authpipe.proxy.rotate.Rotations;
import dev.authpipe.proxy.secret.Randomness;

/**
 * {@code authpipe dek}: gives workspaces new data-encryption keys, and says which of them seals what. Does none of the work of a rotation: stopped
 * at any point, running replicas go on. Shows no key.
 */
@Command(name = "dek", description = "Give workspaces new data-encryption keys, and say which seals what.")
final class DekCommand {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int LOOKED_AT_MOST = 10;

  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  DekCommand(Console console) {
    this.console = console;
  }

  @Command(name = "rotate", description = {
      "Give a workspace, or all, new data-encryption keys for credentials and client secrets.",
      "Running replicas do the work, in 11 minutes and the time that resealing takes; stopped or cut off, it goes on, and the same command shows it again.",
      "Waits until everything that lasts is resealed. The keyset before is destroyed when nothing names it, a day later as a rule."})
  int rotate(@Mixin CommonOptions options,
      @Option(names = "--workspace", paramLabel = "NAME", description = "The workspace; not needed where there is one only.") @Nullable String workspace,
      @Option(names = "--all", description = "Every workspace.") boolean all,
      @Option(names = "--status", description = "Begin nothing; show what is under way.") boolean status,
      @Option(names = "--no-wait", description = "Do not wait until all is resealed.") boolean noWait) {
    if (all && workspace != null) {
      throw new StartupException("--all and --workspace do not go together");
    }
    try (OperatorSession session = OperatorSession.open(options.file(), status ? null : "dek.rotate")) {
      List<Workspace> meant = all ? session.get(Configuration.class).workspaces() : List.of(session.workspace(workspace));
      List<String> failures = status ? List.of() : begin(session, meant);
      Map<Workspace, List<RotationView>> views = noWait ? look(session, meant) : awaited(session, meant);
      failures.forEach(console::note);
      told(options, views, failures);
      return failures.isEmpty() ? 0 : 1;
    }
  }

  @Command(name = "status", description = {
      "Say of each keyset how old it is and how many sealed records name it, and what a rotation waits for.",
      "Counts every sealed record."})
  int status(@Mixin CommonOptions options,
      @Option(names = "--workspace", paramLabel = "NAME", description = "Only this workspace.") @Nullable String workspace) {
    try (OperatorSession session = OperatorSession.openWhateverIsThere(options.file(), null)) {
      List<Workspace> meant = workspace == null
          ? session.get(Configuration.class).workspaces()
          : List.of(session.workspace(workspace));
      told(options, look(session, meant), List.of());
      return 0;
    }
  }

  @Command(name = "forget-journal", description = {
      "Let a rescue journal count no more whose volume is gone for good, so that a keyset that only it may name can be destroyed.",
      "What was in it is lost then: start a replica with the volume instead, where there is one."})
  int forgetJournal(@Mixin CommonOptions options,
      @Parameters(paramLabel = "ID", description = "As dek status shows it.") String journal) {
    UUID id;
    try {
      id = UUID.fromString(journal);
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("the id of a rescue journal is a UUID", wrong);
    }
    try (OperatorSession session = OperatorSession.openWhateverIsThere(options.file(), "dek.forget_journal")) {
      if (!session.get(JournalClaims.class).forget(id)) {
        throw new StartupException("nothing is known of a rescue journal " + id);
      }
      console.result(options.json, Map.of("journal", id.toString(), "forgotten", true),
          List.of("the rescue journal " + id + " counts no more"));
      return 0;
    }
  }

  /** Begins one for each that has none under way; what fails for one keeps no other. */
  private List<String> begin(OperatorSession session, List<Workspace> meant) {
    List<String> failures = new ArrayList<>();
    for (Workspace one : meant) {
      try {
        UUID rotation = session.get(Randomness.class).uuidV4();
        boolean begun = session.get(Rotations.class).begin(one.id(), rotation, Asker.OPERATOR);
        console.note(begun
            ? "%s: a rotation has begun; it goes on when this command is stopped".formatted(one.name())
            : "%s: a rotation is under way already".formatted(one.name()));
      } catch (KeyUnavailableException | KekRefusedException | KekOutageException away) {
        failures.add(
            "%s: nothing was begun, for its key-encryption key cannot be used now; kek status says why".formatted(one.name()));
      }
    }
    return failures;
  }

  private static Map<Workspace, List<RotationView>> look(OperatorSession session, List<Workspace> meant) {
    Map<Workspace, List<RotationView>> views = new LinkedHashMap<>();
    meant.forEach(one -> views.put(one, session.get(Rotations.class).view(one.id())));
    return views;
  }

  /** Looks until everything that lasts is resealed. Each look counts records, so that looks are rarer where there are many. */
  private Map<Workspace, List<RotationView>> awaited(OperatorSession session, List<Workspace> meant) {
    Ticker ticker = session.get(Ticker.class);
    try (ProgressBar bar = new ProgressBar(console, ticker, "records resealed")) {
      while (true) {
        long began = ticker.read();
        Map<Workspace, List<RotationView>> views = look(session, meant);
        if (views.values().stream().flatMap(List::stream).allMatch(RotationView::isResealed)) {
          return views;
        }
        show(bar, views);
        LockSupport.parkNanos(Math.max(LOOK.toNanos(), LOOKED_AT_MOST * (ticker.read() - began)));
        if (Thread.interrupted()) {
          throw new StartupException("stopped; running replicas go on");
        }
      }
    }
  }

  /** The waits come first and are the same for all that began together; then records count. */
  private static void show(ProgressBar bar, Map<Workspace, List<RotationView>> views) {
    List<RotationView> all = views.values().stream().flatMap(List::stream).toList();
    long left = all.stream().mapToLong(RotationView::left).sum();
    long total = all.stream().mapToLong(RotationView::total).sum();
    RotationView slowest = all.stream().filter(one -> !one.isResealed()).min(Comparator.comparing(RotationView::phase))
        .orElseThrow();
    if (slowest.phase() == RotationView.Phase.RESEALING && total > 0 && !slowest.records().isEmpty()) {
      bar.show(total - left, (double) (total - left) / total);
    } else {
      bar.say("[%s] %s".formatted(slowest.phase().word(), DekWords.sentence(slowest)));
    }
  }

  private void told(CommonOptions options, Map<Workspace, List<RotationView>> views, List<String> failures) {
    List<Map<String, Object>> objects = new ArrayList<>();
    List<String> lines = new ArrayList<>(List.of(DekWords.HEADING));
    views.forEach((workspace, stores) -> {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("workspace", workspace.name());
      object.put("status", status(stores));
      stores.forEach(store -> object.put(store.store(), DekWords.object(store)));
      objects.add(object);
      lines.addAll(DekWords.lines(workspace.name(), stores));
    });
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("workspaces", objects);
    if (!failures.isEmpty()) {
      result.put("failures", failures);
    }
    console.result(options.json, result, lines);
  }

  /** One word for both stores. */
  private static String status(List<RotationView> stores) {
    if (stores.stream().allMatch(one -> one.phase() == RotationView.Phase.NONE)) {
      return "completed";
    }
    return stores.stream().allMatch(RotationView::isResealed) ? "resealed" : "rotating";
  }
}
