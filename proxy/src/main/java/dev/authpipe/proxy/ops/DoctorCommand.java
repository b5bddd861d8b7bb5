package dev.authpipe.proxy.ops;

import java.time.Clock;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.authpipe.proxy.ops.Finding.Grade;

/**
 * {@code authpipe doctor}: names what is wrong or weak about a deployment and what to do about it, without changing it. Exit codes: 0 nothing
 * failed, 1 something did, 2 wrong use.
 */
@Command(name = "doctor", description = "Say what is wrong or weak about a deployment, and what to do about it.")
final class DoctorCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  @Option(names = "--strict", description = "What is weak counts as failed.")
  boolean strict;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    DoctorReport report = new DoctorReport(Examination.of(common.file(), System.getenv(), Clock.systemUTC()),
        console.isTerminal());
    console.result(common.json, report.json(), report.lines());
    return report.count(Grade.FAILED) > 0 || (strict && report.count(Grade.WEAK) > 0) ? 1 : 0;
  }
}
