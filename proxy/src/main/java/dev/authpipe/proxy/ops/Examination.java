package dev.authpipe.proxy.ops;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.catalog.WorkspaceCheck;
import dev.authpipe.proxy.ops.Finding.Grade;

/** Looks at everything that can be looked at about a deployment, one area after the other. Never changes anything. */
final class Examination {
  private final Path file;
  private final Map<String, String> environment;
  private final Clock clock;
  private final List<Finding> findings = new ArrayList<>();

  private Examination(Path file, Map<String, String> environment, Clock clock) {
    this.file = file;
    this.environment = Map.copyOf(environment);
    this.clock = clock;
  }

  /**
   * Examines a deployment.
   *
   * @param environment what wins over the file
   * @param clock       by which certificates end, and which is compared with the databases'
   */
  static List<Finding> of(Path file, Map<String, String> environment, Clock clock) {
    Examination examination = new Examination(file, environment, clock);
    examination.examine();
    return List.copyOf(examination.findings);
  }

  private void examine() {
    Deployment deployment;
    try {
      deployment = Deployment.read(file, environment);
    } catch (ConfigurationException wrong) {
      findings.add(Finding.failed(Check.SETTINGS, wrong));
      return;
    }
    SettingValues values = deployment.values();
    settings(deployment);
    findings.addAll(FileExamination.of(deployment, environment));
    findings.addAll(ListenerExamination.of(deployment, clock));
    findings.addAll(StoreExamination.of(values, clock));
    if (!failed(Check.STORE)) {
      findings.addAll(NotificationExamination.of(values));
      findings.addAll(ClockExamination.of(values, clock));
    }
    findings.addAll(KeyExamination.of(values));
    findings.addAll(LaunchExamination.of(LaunchExamination.Machine.present()));
    findings.addAll(JournalExamination.of(values));
    findings.addAll(WitnessExamination.of(deployment, clock));
    findings.addAll(BackupExamination.of(values, clock));
    findings.addAll(LinkExamination.of(deployment));
    // What is told already would be told again, and a deployment that nobody has started yet has nothing inside.
    if (!failed(Check.SETTINGS) && !failed(Check.STORE) && !failed(Check.STORE_SCHEMA) && !failed(Check.KEK)) {
      findings.addAll(InsideExamination.of(deployment));
    }
  }

  private boolean failed(Check check) {
    return findings.stream().anyMatch(one -> one.check() == check && one.grade() == Grade.FAILED);
  }

  private void settings(Deployment deployment) {
    SettingValues values = deployment.values();
    findings.add(looked(Check.SETTINGS, () -> {
      deployment.check();
      return Finding.ok(Check.SETTINGS, "they are complete and fit together");
    }));
    findings.add(values.isDevelopment()
        ? Finding.weak(Check.MODE, "development: PostgreSQL without TLS and readable secret files are tolerated")
        : Finding.ok(Check.MODE, "production"));
    findings.add(looked(Check.WORKSPACES, () -> {
      WorkspaceCheck.check(deployment.root(), catalog(values), values.get(Settings.VAULT_KEK),
          values.find(Settings.KEKS).orElse(Map.of()).keySet());
      return Finding.ok(Check.WORKSPACES,
          deployment.isLinked() ? "they come from the control plane" : "workspaces and integrations are valid");
    }));
    findings.add(Finding.ok(Check.STALE_LIMIT, "cached rows are served " + ValueType.text(values.get(Settings.STALE_LIMIT))
        + " while PostgreSQL cannot confirm them"));
  }

  /** The provider files of a deployment. */
  static Catalog catalog(SettingValues values) {
    Catalog builtIn = Catalog.builtIn(Map.of());
    return values.find(Settings.PROVIDER_DIRECTORY).map(directory -> builtIn.with(directory, Map.of())).orElse(builtIn);
  }

  /** What a look found, or why it could not be finished. */
  static Finding looked(Check check, Supplier<Finding> look) {
    try {
      return look.get();
    } catch (RuntimeException wrong) {
      return Finding.failed(check, wrong);
    }
  }
}
