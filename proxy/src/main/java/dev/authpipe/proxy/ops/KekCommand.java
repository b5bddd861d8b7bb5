package dev.authpipe.proxy.ops;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.KekRotationRun;
import dev.authpipe.proxy.envelope.KekUse;
import dev.authpipe.proxy.envelope.KeysetHistory;

/** {@code authpipe kek}: says which KEK wraps what and whether it works, and puts keysets under another one. Shows no key. */
@Command(name = "kek", description = "Say which key-encryption key wraps what, change it, and have its newest version wrap.", subcommands = KekRotateCommand.class)
final class KekCommand {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  KekCommand(Console console) {
    this.console = console;
  }

  @Command(name = "status", description = "Say of each KEK whether it works now, and of each workspace which wraps its keysets.")
  int status(@Mixin CommonOptions options,
      @Option(names = "--versions", description = "Also ask each KEK how many keysets an earlier version of its key wraps: a call for each keyset.") boolean versions) {
    try (OperatorSession session = OperatorSession.openWhateverIsThere(options.file(), null)) {
      SettingValues values = session.get(SettingValues.class);
      Map<String, Object> states = new TreeMap<>();
      List<String> lines = new ArrayList<>(
          List.of("%-24s  %-8s  %7s  %-20s  %s".formatted("KEK", "KIND", "KEYSETS", "ROTATED", "STATE")));
      values.get(Settings.KEKS).entrySet().stream().sorted(Map.Entry.comparingByKey())
          .forEach(one -> look(session, one.getKey(), one.getValue(), versions, states, lines));
      List<Map<String, Object>> uses = new ArrayList<>();
      lines.add("%n%-24s  %-24s  %s".formatted("WORKSPACE", "CREDENTIALS", "CLIENT SECRETS"));
      String own = String.join(" ", session.get(DeploymentKeys.class).kekNames());
      uses.add(Map.of("deployment", true, "vault", own));
      lines.add("%-24s  %-24s".formatted("(the deployment)", own));
      for (Workspace one : session.get(Configuration.class).workspaces()) {
        String vault = names(session.get(KekUse.class).vault(one.id()).values());
        String second = names(session.get(KekUse.class).clientSecrets(one.id()).values());
        uses.add(Map.of("workspace", one.name(), "vault", vault, "client_secrets", second));
        lines.add("%-24s  %-24s  %s".formatted(one.name(), vault, second));
      }
      console.result(options.json, Map.of("keks", states, "uses", uses), lines);
      return 0;
    }
  }

  private static void look(OperatorSession session, String name, KekDefinition kek, boolean versions, Map<String, Object> states,
      List<String> lines) {
    Optional<String> wrong = Deployment.checkKek(session.get(SettingValues.class), session.get(KekRegistry.class), name);
    KekRotation rotation = session.get(KekRotation.class);
    Optional<KekRotationRun> run = session.get(KeysetHistory.class).run(name);
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("kind", kek.kind());
    state.put("works", wrong.isEmpty());
    state.put("reason", wrong.orElse(""));
    int keysets = rotation.count(name);
    state.put("keysets", keysets);
    run.ifPresent(one -> state.put(one.completedAt() == null ? "rotation_began_at" : "rotated_at",
        DekWords.time(one.completedAt() == null ? one.startedAt() : one.completedAt())));
    String told = wrong.orElse("works");
    if (versions && wrong.isEmpty() && kek.hasVersions()) {
      KekRotation.Under under = rotation.look(name);
      under.earlier().ifPresent(earlier -> state.put("under_earlier_versions", earlier));
      told += "; " + KekRotateCommand.earlier(under);
    }
    states.put(name, state);
    lines.add("%-24s  %-8s  %7d  %-20s  %s".formatted(name, kek.kind(), keysets,
        run.map(one -> one.completedAt() == null ? "cut off" : DekWords.time(one.completedAt())).orElse("never"), told));
  }

  @Command(name = "change", description = {"Put a workspace's keysets under another KEK, online.",
      "The KEK must encrypt and decrypt first. Every replica must have it in its settings already; each follows within 45 seconds.",
      "Cut off at any point, the same command goes on."})
  int change(@Mixin CommonOptions options,
      @Option(names = "--workspace", paramLabel = "NAME", description = "Needed when there are several.") @Nullable String workspace,
      @Option(names = "--deployment", description = "The deployment's own keys instead of a workspace's; keys.vault_next names the KEK before, keys.vault after.") boolean deployment,
      @Option(names = "--to", paramLabel = "KEK", description = "The KEK of its credentials from now on.") @Nullable String to,
      @Option(names = "--client-secrets-to", paramLabel = "KEK", description = "The KEK of its client secrets from now on; another one.") @Nullable String clientSecretsKek,
      @Option(names = "--bind-older", description = "Keysets that are under it already and bound by nothing are those of an earlier version.") boolean bindOlder) {
    if (to == null && clientSecretsKek == null) {
      throw new StartupException("say the KEK by --to, by --client-secrets-to, or both");
    }
    if (deployment && (workspace != null || clientSecretsKek != null || to == null)) {
      throw new StartupException("--deployment goes with --to alone: the deployment has no client secrets");
    }
    if (to != null && to.equals(clientSecretsKek)) {
      throw new StartupException("credentials and client secrets need two KEKs");
    }
    try (OperatorSession session = OperatorSession.open(options.file(), "kek.change")) {
      KekChange change = session.get(KekChange.class);
      Map<String, Object> result = new LinkedHashMap<>();
      List<String> lines = new ArrayList<>();
      if (deployment) {
        told(result, lines, "deployment", String.valueOf(to), change.deployment(String.valueOf(to)));
      } else {
        Workspace in = session.workspace(workspace);
        result.put("workspace", in.name());
        // Client secrets first: what they leave may be what the credentials go to.
        if (clientSecretsKek != null) {
          told(result, lines, "client_secrets", clientSecretsKek, change.clientSecrets(in.id(), clientSecretsKek, bindOlder));
        }
        if (to != null) {
          told(result, lines, "vault", to, change.vault(in.id(), to, bindOlder));
        }
      }
      lines.add("Running replicas follow within 45 seconds; keep the KEK of before until then.");
      console.result(options.json, result, lines);
      return 0;
    }
  }

  private static void told(Map<String, Object> result, List<String> lines, String what, String to, int moved) {
    result.put(what, Map.of("kek", to, "keysets_rewrapped", moved));
    lines.add(moved == 0
        ? "%s: under %s already".formatted(what, to)
        : "%s: %d keysets are under %s now".formatted(what, moved, to));
  }

  private static String names(Collection<String> names) {
    return names.stream().distinct().collect(Collectors.joining(" "));
  }
}
