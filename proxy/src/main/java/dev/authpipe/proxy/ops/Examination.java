package dev.authpipe.proxy.ops;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.sun.management.HotSpotDiagnosticMXBean;

import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.catalog.WorkspaceCheck;
import dev.authpipe.proxy.link.Commands;
import dev.authpipe.proxy.ops.Finding.Grade;
import dev.authpipe.proxy.report.Outbox;

/** Looks at everything that can be looked at about a deployment, one subject after the other. Never changes anything. */
final class Examination {
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
    look("stores", () -> Stores.examine(values), "both stores answer and have their schema");
    weaknesses(deployment);
    if (deployment.isLinked()) {
      link(file, values);
    }
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
      add(Grade.WEAK, "keys", "the KEKs are files: whoever copies them and the databases has everything");
    }
    if (values.find(Settings.KEY_STORE).isEmpty()) {
      add(Grade.WEAK, "tls", "no certificate: the listeners serve loopback only");
    }
    Path data = values.get(Settings.DATA_DIRECTORY);
    if (!Files.isWritable(Files.isDirectory(data) ? data : data.toAbsolutePath().getParent())) {
      add(Grade.WEAK, "data_directory", "not writable: no copy of the last good configuration is kept");
    }
    add(Grade.OK, "stale_limit", "cached rows are served " + ValueType.text(values.get(Settings.STALE_LIMIT))
        + " while PostgreSQL cannot confirm them");
    add(Grade.WEAK, "audit", "no witness outside the database holds the head of the audit log");
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
