package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.sun.management.HotSpotDiagnosticMXBean;

/**
 * Looks at how this process was launched, since the launcher starts the proxy in the same way: what would write its memory down, or let
 * somebody read it (S64).
 */
final class LaunchExamination {
  private static final List<String> READERS = List.of("-agentlib:", "-agentpath:", "-javaagent:", "-Xdebug", "-Xrunjdwp",
      "-Dcom.sun.management.jmxremote");

  /**
   * What is known of a process.
   *
   * @param heapDumps       whether one is written when memory runs out
   * @param attachable      whether tools may attach
   * @param coreFileLimit   the limit on core files as the system writes it; empty: it does not say
   * @param arguments       options of the virtual machine
   */
  record Machine(boolean heapDumps, boolean attachable, Optional<String> coreFileLimit, List<String> arguments) {
    static Machine present() {
      HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return new Machine(Boolean.parseBoolean(machine.getVMOption("HeapDumpOnOutOfMemoryError").getValue()),
          !Boolean.parseBoolean(machine.getVMOption("DisableAttachMechanism").getValue()), limit(),
          ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    private static Optional<String> limit() {
      try {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream().filter(line -> line.startsWith("Max core file size"))
            .map(line -> line.substring("Max core file size".length()).strip().split("\\s+", -1)[0]).findFirst();
      } catch (IOException unknown) {
        return Optional.empty(); // not Linux
      }
    }
  }

  private LaunchExamination() {}

  static List<Finding> of(Machine machine) {
    List<Finding> findings = new ArrayList<>();
    findings.add(machine.heapDumps()
        ? Finding.weak(Check.LAUNCH_HEAP_DUMPS, "a heap dump is written when memory runs out, and holds secrets")
        : Finding.ok(Check.LAUNCH_HEAP_DUMPS, "none is written"));
    findings.add(machine.attachable()
        ? Finding.weak(Check.LAUNCH_ATTACH, "whoever attaches reads the memory")
        : Finding.ok(Check.LAUNCH_ATTACH, "attaching is off"));
    findings.add(machine.coreFileLimit().map(limit -> limit.equals("0")
        ? Finding.ok(Check.LAUNCH_CORE_FILES, "none is written")
        : Finding.weak(Check.LAUNCH_CORE_FILES, "a crash may leave a core file, which holds secrets (limit " + limit + ")"))
        .orElseGet(() -> Finding.ok(Check.LAUNCH_CORE_FILES,
            "this system does not say whether any is written; the launcher forbids it")));
    List<String> readers = machine.arguments().stream().filter(one -> READERS.stream().anyMatch(one::startsWith))
        .map(one -> one.replaceFirst("[=:].*", "")).distinct().toList();
    findings.add(readers.isEmpty()
        ? Finding.ok(Check.LAUNCH_AGENTS, "there is none")
        : Finding.weak(Check.LAUNCH_AGENTS, "the process was started with " + String.join(", ", readers)));
    return findings;
  }
}
