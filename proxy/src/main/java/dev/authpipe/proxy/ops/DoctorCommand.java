package dev.authpipe.proxy.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code authpipe doctor}: names what is wrong or weak about a deployment, without changing it. */
@Command(name = "doctor", description = "Say what is wrong or weak about a deployment.")
final class DoctorCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<Finding> findings = Examination.of(common.file());
    boolean failed = findings.stream().anyMatch(f -> f.grade() == Finding.Grade.FAILED);
    List<String> lines = new ArrayList<>();
    findings.forEach(f -> lines.add(String.format(Locale.ROOT, "%-7s %-16s %s", f.grade().word(), f.subject(), f.sentence())));
    console.result(common.json, Map.of("healthy", !failed, "findings", findings.stream()
        .map(f -> Map.of("grade", f.grade().word(), "subject", f.subject(), "sentence", f.sentence())).toList()), lines);
    return failed ? 1 : 0;
  }
}
