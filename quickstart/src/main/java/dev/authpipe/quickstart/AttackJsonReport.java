package dev.authpipe.quickstart;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.quickstart.attack.Attack;
import dev.authpipe.quickstart.attack.AttackReport;
import dev.authpipe.quickstart.attack.Finding;
import dev.authpipe.quickstart.attack.Verdict;

/** One line of JSON per attack, for programs. */
final class AttackJsonReport implements AttackReport {
  private final PrintWriter out;
  private final ObjectMapper json = new ObjectMapper();

  AttackJsonReport(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void begins(Attack attack) {
    // A program reads results only.
  }

  @Override
  public void ended(Finding finding) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("attack", finding.number());
    line.put("chapter", finding.attack().chapter());
    line.put("name", finding.attack().name());
    line.put("plays", finding.attack().plays());
    line.put("must", finding.attack().must());
    line.put("verdict", word(finding.verdict()));
    line.put("seen", finding.verdict().text());
    line.put("ms", finding.took().toMillis());
    print(line);
  }

  @Override
  public void leaves(int connections) {
    print(Map.of("connections_left", connections));
  }

  private void print(Map<String, ?> line) {
    try {
      out.println(json.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a finding is not JSON", e);
    }
    out.flush();
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Holds _ -> "holds";
      case Verdict.Broken _ -> "broken";
      case Verdict.NotTried _ -> "not_tried";
      case Verdict.Failed _ -> "unknown";
    };
  }
}
