package dev.authpipe.proxy.ops;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.sun.management.HotSpotDiagnosticMXBean;

import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Rotation;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.catalog.WorkspaceCheck;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.journal.JournalInspection;
import dev.authpipe.proxy.link.Commands;
import dev.authpipe.proxy.notify.Endpoints;
import dev.authpipe.proxy.ops.Finding.Grade;
import dev.authpipe.proxy.remind.RotationBacklog;
import dev.authpipe.proxy.report.Outbox;

/** Looks at everything that can be looked at about a deployment, one subject after the other. Never changes anything. */
final class Examination {
  private static final String SUBJECT = "journal";

  private final List<Finding> findings = new ArrayList<>();

  private Examination() {}

  static List<Finding> of(Path file) {
    Examination examination = new Examination();
    examination.examine(file);
    return List.copyOf(examination.findings);
  }

  private void examine(Path file) {
    Deployment deployment;
    try {
      deployment = Deployment.read(file, System.getenv());
    } catch (ConfigurationException wrong) {
      failed("settings", wrong);
      return;
    }
    SettingValues values = deployment.values();
    look("settings", deployment::check, "the settings fit together");
    look("workspaces", () -> WorkspaceCheck.check(deployment.root(), catalog(values), values.get(Settings.VAULT_KEK),
        values.find(Settings.KEKS).orElse(Map.of()).keySet()), "workspaces and integrations are valid");
    look("keys", deployment::checkKeks, "the KEKs wrap and unwrap");
    if (values.find(Settings.KEKS).isPresent()) {
      otherKeks(values);
    }
    look("stores", () -> Stores.examine(values), "both stores answer and have their schema");
    weaknesses(deployment);
    standby(values);
    findings.add(BackupAge.of(values));
    if (deployment.isLinked()) {
      link(file, values);
    }
    webhooks(file, deployment);
    rotations(file, values);
    chosenKeks(file, deployment);
    options();
  }

  private static Catalog catalog(SettingValues values) {
    Catalog builtIn = Catalog.builtIn(Map.of());
    return values.find(Settings.PROVIDER_DIRECTORY).map(d -> builtIn.with(d, Map.of())).orElse(builtIn);
  }

  private void weaknesses(Deployment deployment) {
    SettingValues values = deployment.values();
    if (values.isDevelopment()) {
      add(Grade.WEAK, "mode", "development: PostgreSQL without TLS and readable secret files are tolerated");
    } else {
      add(Grade.OK, "mode", "production");
    }
    files(values);
    if (values.find(Settings.KEY_STORE).isEmpty()) {
      add(Grade.WEAK, "tls", "no certificate: the listeners serve loopback only");
    }
    Path data = values.get(Settings.DATA_DIRECTORY);
    if (!Files.isWritable(Files.isDirectory(data) ? data : data.toAbsolutePath().getParent())) {
      add(Grade.WEAK, "data_directory", "not writable: no copy of the last good configuration is kept");
    }
    journal(values);
    add(Grade.OK, "stale_limit", "cached rows are served " + ValueType.text(values.get(Settings.STALE_LIMIT))
        + " while PostgreSQL cannot confirm them");
    add(Grade.WEAK, "audit", "no witness outside the database holds the head of the audit log");
  }

  private void files(SettingValues values) {
    List<String> files = values.find(Settings.KEKS).orElse(Map.of()).entrySet().stream()
        .filter(one -> one.getValue() instanceof KekDefinition.Local).map(Map.Entry::getKey).sorted().toList();
    if (!files.isEmpty()) {
      add(Grade.WEAK, "keys", "these KEKs are files: " + String.join(", ", files)
          + "; whoever copies them and the databases has everything");
    }
  }

  /** Those of workspaces: one that does not answer is its owner's to mend, and the others are served. */
  private void otherKeks(SettingValues values) {
    List<String> needed = List.of(values.get(Settings.VAULT_KEK), values.get(Settings.CLIENT_SECRETS_KEK));
    try (KekRegistry registry = ProxyBeans.keks(values, ProxyBeans.envelope(values))) {
      values.get(Settings.KEKS).keySet().stream().filter(name -> !needed.contains(name)).sorted()
          .forEach(
              name -> Deployment.checkKek(values, registry, name).ifPresentOrElse(sentence -> add(Grade.WEAK, "keys", sentence),
                  () -> add(Grade.OK, "keys", "the KEK " + name + " wraps and unwraps")));
    }
  }

  private void journal(SettingValues values) {
    Path directory = ProxyBeans.journalDirectory(values);
    if (directory == null) {
      add(Grade.WEAK, SUBJECT,
          "none (refresh.journal_directory): a process that ends between a provider's answer and its commit, and a failover "
              + "that loses the commit, cost the grant where refresh tokens are used once, and after the grace window elsewhere");
      return;
    }
    JournalInspection found = JournalInspection.of(directory);
    long most = (long) values.get(Settings.JOURNAL_MIB) << 20;
    if (!found.usable()) {
      add(Grade.FAILED, SUBJECT, directory + " is not a directory that can be written");
      return;
    }
    boolean full = found.bytes() > most - most / 8;
    boolean doubtful = found.damaged() > 0 || found.refused() > 0;
    add(full || doubtful ? Grade.WEAK : Grade.OK, SUBJECT, "%s%s: %d entries, %d of %d bytes%s%s".formatted(directory,
        found.running() ? ", in use" : "", found.entries(), found.bytes(), most,
        full ? "; nearly full: committed answers go before their time" : "",
        doubtful
            ? "; " + found.damaged() + " damaged places and " + found.refused() + " refused segments are not believed"
            : ""));
    if (found.isVolatile()) {
      add(Grade.WEAK, SUBJECT, "it is on " + found.fileSystem() + ", which may not outlive the machine or the container");
    }
    if (found.exposed()) {
      add(Grade.WEAK, SUBJECT, directory + " can be read by others than its owner");
    }
  }

  private void standby(SettingValues values) {
    look("standby", () -> {
      boolean synchronous = Stores.hasSynchronousStandby(values);
      add(synchronous ? Grade.OK : Grade.WEAK, "standby", synchronous
          ? "a synchronous standby has every commit before it is acknowledged"
          : "PostgreSQL names no synchronous standby: a failover may lose commits that were acknowledged; journals keep answers for 24 hours");
    }, "the store can say how it commits");
  }

  private void link(Path file, SettingValues values) {
    if (values.get(Settings.TRUST) == Settings.Trust.EVERYTHING) {
      add(Grade.WEAK, "control plane",
          "control_plane.trust is everything: a hostile control plane can redirect and destroy; the promise S70 is void");
    }
    boolean enrolled = Files.exists(values.get(Settings.DATA_DIRECTORY).resolve("link.p12"));
    add(enrolled ? Grade.OK : Grade.WEAK, "control plane",
        enrolled ? "enrolled; its key is pinned" : "not enrolled: run authpipe enrol");
    look("approvals", () -> {
      try (OperatorSession session = OperatorSession.open(file, null)) {
        Approvals approvals = session.get(Approvals.class);
        Outbox outbox = session.get(Outbox.class);
        long waiting = approvals.count() + session.get(Commands.class).waiting().size();
        add(waiting == 0 ? Grade.OK : Grade.WEAK, "approvals", waiting + " changes and commands wait for authpipe approve, "
            + approvals.beyond() + " more were not kept; feed version " + approvals.feedVersion());
        add(outbox.lost() == 0 ? Grade.OK : Grade.WEAK, "reports",
            outbox.size() + " reports are owed to the control plane, " + outbox.lost() + " were lost");
      }
    }, "what was approved can be read");
  }

  private void webhooks(Path file, Deployment deployment) {
    if (!deployment.isLinked() && deployment.root().sections("workspaces").stream().noneMatch(one -> one.has("webhooks"))) {
      return;
    }
    look("webhooks", () -> {
      try (OperatorSession session = OperatorSession.open(file, null)) {
        for (Workspace workspace : session.get(Configuration.class).workspaces()) {
          session.get(Endpoints.class).standing(workspace).forEach(one -> add(
              one.disabled() || one.secrets() == 0 || one.dead() > 0 ? Grade.WEAK : Grade.OK, "webhooks",
              workspace.name() + ": " + WebhookCommand.sentence(one)));
        }
      }
    }, "what waits for applications can be read");
  }

  /** Secrets that are to be replaced; nothing where stores or settings are wrong, which is told already, or nobody has served yet. */
  private void rotations(Path file, SettingValues values) {
    if (findings.stream().anyMatch(one -> one.grade() == Grade.FAILED)) {
      return;
    }
    look("rotation", () -> {
      if (!Stores.hasWorkspaces(values)) {
        return;
      }
      try (OperatorSession session = OperatorSession.open(file, null)) {
        Instant now = session.get(Clock.class).instant();
        for (Workspace workspace : session.get(Configuration.class).workspaces()) {
          for (Integration integration : session.get(Configuration.class).integrations(workspace.id())) {
            session.get(ClientSecrets.class).view(workspace.id(), integration.id()).ifPresent(secret -> {
              Rotation rotation = integration.clientSecretRotation(secret.since(), secret.expiresAt(), now);
              if (rotation != null && rotation.isSoon(now)) {
                add(Grade.WEAK, "rotation",
                    "client secret of " + workspace.name() + "/" + SecretCommand.sentence(integration, secret, now));
              }
            });
          }
        }
        RotationBacklog.Due keys = session.get(RotationBacklog.class).look().connections();
        if (keys.due() > 0) {
          add(Grade.WEAK, "rotation", keys.due() + " keys of connections are to be replaced within "
              + Rotation.SOON.toDays() + " days, " + keys.overdue() + " of them are overdue");
        }
      }
    }, "when secrets are to be replaced can be read");
  }

  /** A setting does not move a workspace: what it says and what is there may differ. */
  private void chosenKeks(Path file, Deployment deployment) {
    Map<String, String> said = new HashMap<>();
    if (!deployment.isLinked()) {
      deployment.root().sections("workspaces").stream().filter(one -> one.has("kek"))
          .forEach(one -> said.put(one.required("name", ValueType.SLUG), one.required("kek", ValueType.TEXT_LINE)));
    }
    if (said.isEmpty()) {
      return;
    }
    look("keys", () -> {
      try (OperatorSession session = OperatorSession.open(file, null)) {
        session.get(Configuration.class).workspaces().stream()
            .filter(one -> said.containsKey(one.name()) && !one.kekName().equals(said.get(one.name())))
            .forEach(one -> add(Grade.WEAK, "keys",
                "the workspace %s is under the KEK %s, and the settings say %s: authpipe kek change moves it"
                    .formatted(one.name(), one.kekName(), said.get(one.name()))));
      }
    }, "the KEKs of workspaces can be read");
  }

  private void options() {
    HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    option(machine, "HeapDumpOnOutOfMemoryError", "false",
        "heap dumps hold secrets: start with -XX:-HeapDumpOnOutOfMemoryError (S64)");
    option(machine, "DisableAttachMechanism", "true", "attaching reads memory: start with -XX:+DisableAttachMechanism (S64)");
  }

  private void option(HotSpotDiagnosticMXBean machine, String name, String wanted, String advice) {
    boolean right = machine.getVMOption(name).getValue().equals(wanted);
    add(right ? Grade.OK : Grade.WEAK, "launch options", right ? name + " is " + wanted : advice);
  }

  private void look(String subject, Runnable check, String fine) {
    try {
      check.run();
      add(Grade.OK, subject, fine);
    } catch (RuntimeException wrong) {
      failed(subject, wrong);
    }
  }

  private void failed(String subject, RuntimeException wrong) {
    String sentence = ProxyServer.explained(wrong).getMessage();
    add(Grade.FAILED, subject, sentence == null ? "it failed without a reason" : sentence);
  }

  private void add(Grade grade, String subject, String sentence) {
    findings.add(new Finding(grade, subject, sentence));
  }
}
