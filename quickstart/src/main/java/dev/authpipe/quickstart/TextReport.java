package dev.authpipe.quickstart;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.authpipe.quickstart.flow.Step;
import dev.authpipe.quickstart.flow.StepFailure;
import dev.authpipe.quickstart.flow.StepReport;
import dev.authpipe.quickstart.flow.StepResult;

/** One aligned line per step, under the heading of its chapter. */
final class TextReport implements StepReport {
  private static final int NAME_COLUMNS = 52;

  private final PrintWriter out;
  private final Terminal terminal;
  private String chapter = "";
  private int steps;
  private Duration total = Duration.ZERO;
  private @Nullable StepResult failed;

  TextReport(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void begins(Step step) {
    if (!step.chapter().equals(chapter)) {
      chapter = step.chapter();
      out.println();
      out.println(terminal.strong(chapter));
      out.flush();
    }
  }

  @Override
  public void ended(StepResult result) {
    steps++;
    total = total.plus(result.took());
    String mark = result.held() ? terminal.good("✓") : terminal.bad("✗");
    String line = "  " + mark + " " + padded(result.step().name()) + time(result.took());
    out.println(result.remark().isEmpty() ? line : line + "  " + terminal.quiet(result.remark()));
    StepFailure failure = result.failure();
    if (failure != null) {
      failed = result;
      out.println("      expected  " + failure.expected());
      out.println("      came      " + failure.came());
    }
    out.flush();
  }

  /** The last line: how it went altogether. */
  void conclude(boolean held, @Nullable Object log) {
    out.println();
    if (held) {
      out.println(terminal.good("✓") + " " + terminal.strong("All " + steps + " steps held") + terminal.quiet(
          String.format(Locale.ROOT, " in %.1f s", total.toMillis() / 1000.0)));
    } else {
      out.println(terminal.bad("✗") + " " + terminal.strong(failed == null
          ? "Stopped"
          : "Failed at step " + failed.number() + ": " + failed.step().name()));
      if (log != null) {
        out.println("  the log is in " + log);
      }
    }
    out.flush();
  }

  private static String padded(String name) {
    return name.length() >= NAME_COLUMNS ? name + " " : name + " ".repeat(NAME_COLUMNS - name.length());
  }

  private static String time(Duration took) {
    return String.format(Locale.ROOT, "%,7d ms", took.toMillis());
  }
}
