package dev.authpipe.quickstart;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import dev.authpipe.quickstart.attack.Attack;
import dev.authpipe.quickstart.attack.AttackKit;
import dev.authpipe.quickstart.attack.AttackReport;
import dev.authpipe.quickstart.attack.Finding;
import dev.authpipe.quickstart.attack.Verdict;

/** Attacks under the heading of their chapter: what was played, and what was seen. */
final class AttackTextReport implements AttackReport {
  private static final int NAME_COLUMNS = 44;

  private final PrintWriter out;
  private final Terminal terminal;
  private String chapter = "";

  AttackTextReport(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void begins(Attack attack) {
    if (!attack.chapter().equals(chapter)) {
      chapter = attack.chapter();
      out.println();
      out.println(terminal.strong(chapter));
    }
    if (terminal.coloured()) { // progress, which the result then writes over
      out.print("  … " + attack.name() + "\r");
    }
    out.flush();
  }

  @Override
  public void ended(Finding finding) {
    Attack attack = finding.attack();
    String name = attack.name() + " ".repeat(Math.max(1, NAME_COLUMNS - attack.name().length()));
    Verdict verdict = finding.verdict();
    out.println("  " + mark(verdict) + " " + name + word(verdict) + terminal.quiet(time(finding.took())));
    out.println("      " + terminal.quiet(attack.plays()));
    if (!(verdict instanceof Verdict.Holds)) {
      out.println("      must  " + attack.must());
    }
    out.println("      " + (verdict instanceof Verdict.NotTried ? "why   " : "seen  ") + verdict.text());
    out.flush();
  }

  @Override
  public void leaves(int connections) {
    out.println();
    out.println("  Not everything could be disconnected again; connections left: " + connections);
    out.flush();
  }

  /** The last line: how it went altogether. */
  void conclude(List<Finding> findings) {
    long held = findings.stream().filter(finding -> finding.verdict() instanceof Verdict.Holds).count();
    long left = findings.stream().filter(finding -> finding.verdict() instanceof Verdict.NotTried).count();
    long broken = findings.stream().filter(finding -> finding.verdict() instanceof Verdict.Broken).count();
    long failed = findings.size() - held - left - broken;
    Duration total = findings.stream().map(Finding::took).reduce(Duration.ZERO, Duration::plus);
    String rest = (left == 0 ? "" : ", " + left + " not tried") + (failed == 0 ? "" : ", " + failed + " could not be played");
    out.println();
    String sum = AttackKit.held(findings)
        ? terminal.good("✓") + " " + terminal.strong(held + " attacks held")
        : terminal.bad("✗") + " " + terminal.strong(broken + " BROKEN, " + held + " held");
    out.println(sum + rest + terminal.quiet(String.format(Locale.ROOT, " in %.1f s", total.toMillis() / 1000.0)));
    out.flush();
  }

  private String mark(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Holds _ -> terminal.good("✓");
      case Verdict.Broken _ -> terminal.bad("✗");
      case Verdict.NotTried _ -> terminal.quiet("-");
      case Verdict.Failed _ -> terminal.bad("?");
    };
  }

  private String word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Holds _ -> terminal.good("holds    ");
      case Verdict.Broken _ -> terminal.bad("BROKEN   ");
      case Verdict.NotTried _ -> "not tried";
      case Verdict.Failed _ -> terminal.bad("unknown  ");
    };
  }

  private static String time(Duration took) {
    return String.format(Locale.ROOT, "%,8d ms", took.toMillis());
  }
}
