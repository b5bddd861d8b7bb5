package dev.authpipe.control.ops;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.micronaut.context.ApplicationContext;

/** Looks at everything that can be looked at about a control plane, one subject after the other. Never changes anything. */
final class Examination {
  private final List<Finding> findings = new ArrayList<>();

  private Examination() {}

  /**
   * Examines a control plane.
   *
   * @param file        its settings
   * @param environment what wins over them
   * @param clock       by which certificates end
   */
  static List<Finding> of(Path file, Map<String, String> environment, Clock clock) {
    Examination examination = new Examination();
    examination.examine(file, environment, clock);
    return List.copyOf(examination.findings);
  }

  private void examine(Path file, Map<String, String> environment, Clock clock) {
    ControlSettings settings;
    try {
      SettingsFile written = SettingsFile.read(file, environment);
      findings.addAll(
          FileExamination.of(written, written.get("mode", "a word", "production", Function.identity()).equals("development")));
      settings = ControlSettings.read(file, environment);
    } catch (StartupException wrong) {
      findings.add(Finding.failed("settings", sentence(wrong)));
      return;
    }
    findings.add(Finding.ok("settings", "they are complete and fit together"));
    findings.add(settings.development()
        ? Finding.weak("mode",
            "development: PostgreSQL without TLS and readable secret files are tolerated; leave it out to run in earnest")
        : Finding.ok("mode", "production"));
    findings.addAll(CertificateExamination.of(settings, clock));
    StoreExamination store = new StoreExamination(settings);
    findings.addAll(store.findings());
    if (store.isUsable()) {
      inside(settings);
    }
    options();
  }

  /** What is seen from inside a control plane that does not listen. */
  private void inside(ControlSettings settings) {
    try (ApplicationContext context = ControlPlane.context(settings, ControlOptions.NONE)) {
      findings.addAll(new InsideExamination(settings, context).findings());
    } catch (RuntimeException failure) {
      findings.add(Finding.failed("start", sentence(ControlPlane.explained(failure))));
    }
  }

  private void options() {
    HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    option(machine, "HeapDumpOnOutOfMemoryError", "false",
        "heap dumps hold secrets: start with -XX:-HeapDumpOnOutOfMemoryError (S64)");
    option(machine, "DisableAttachMechanism", "true", "attaching reads memory: start with -XX:+DisableAttachMechanism (S64)");
  }

  private void option(HotSpotDiagnosticMXBean machine, String name, String wanted, String advice) {
    boolean right = machine.getVMOption(name).getValue().equals(wanted);
    findings.add(right ? Finding.ok("launch options", name + " is " + wanted) : Finding.weak("launch options", advice));
  }

  static String sentence(Exception failure) {
    String message = failure.getMessage();
    return message == null ? "it failed without a reason" : message;
  }
}
