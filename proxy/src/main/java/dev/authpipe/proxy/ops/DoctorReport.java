package dev.authpipe.proxy.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.authpipe.proxy.ops.Finding.Grade;

/** Writes down what an examination found: one line each under its area, and what to do about it on the next. */
final class DoctorReport {
  private static final int CODE_WIDTH = 21;
  private static final String RESET = "\u001b[0m";

  private final List<Finding> findings;
  private final boolean coloured;

  /** @param coloured whether a terminal reads it */
  DoctorReport(List<Finding> findings, boolean coloured) {
    this.findings = List.copyOf(findings);
    this.coloured = coloured;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Check.Area area : Check.Area.values()) {
      List<Finding> here = findings.stream().filter(one -> one.check().area() == area)
          .sorted((a, b) -> a.check().compareTo(b.check()))
          .toList();
      if (!here.isEmpty()) {
        lines.add(area.title());
        here.forEach(one -> add(lines, one));
      }
    }
    lines.add(count(Grade.FAILED) + " failed, " + count(Grade.WEAK) + " weak, " + count(Grade.OK) + " ok");
    return lines;
  }

  private void add(List<String> lines, Finding finding) {
    String word = String.format(Locale.ROOT, "%-6s", finding.grade().word());
    lines.add("  " + (coloured ? colour(finding.grade()) + word + RESET : word) + "  "
        + String.format(Locale.ROOT, "%-" + CODE_WIDTH + "s", finding.check().code()) + "  " + finding.sentence());
    if (finding.fix() != null) {
      lines.add(" ".repeat(2 + 6 + 2 + CODE_WIDTH + 2) + "-> " + finding.fix());
    }
  }

  private static String colour(Grade grade) {
    return switch (grade) {
      case OK -> "\u001b[32m";
      case WEAK -> "\u001b[33m";
      case FAILED -> "\u001b[31m";
    };
  }

  long count(Grade grade) {
    return findings.stream().filter(one -> one.grade() == grade).count();
  }

  Map<String, Object> json() {
    return Map.of("healthy", count(Grade.FAILED) == 0, "failed", count(Grade.FAILED), "weak", count(Grade.WEAK), "findings",
        findings.stream().map(DoctorReport::json).toList());
  }

  private static Map<String, Object> json(Finding finding) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("code", finding.check().code());
    json.put("grade", finding.grade().word());
    json.put("area", finding.check().area().name().toLowerCase(Locale.ROOT));
    json.put("sentence", finding.sentence());
    json.put("fix", finding.fix());
    return json;
  }
}
