package dev.authpipe.quickstart;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.quickstart.flow.Step;
import dev.authpipe.quickstart.flow.StepFailure;
import dev.authpipe.quickstart.flow.StepReport;
import dev.authpipe.quickstart.flow.StepResult;

/** One line of JSON per step, for programs. */
final class JsonReport implements StepReport {
  private final PrintWriter out;
  private final ObjectMapper json = new ObjectMapper();

  JsonReport(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void begins(Step step) {
    // A program reads results only.
  }

  @Override
  public void ended(StepResult result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", result.number());
    line.put("chapter", result.step().chapter());
    line.put("name", result.step().name());
    line.put("ok", result.held());
    line.put("ms", result.took().toMillis());
    if (!result.remark().isEmpty()) {
      line.put("remark", result.remark());
    }
    StepFailure failure = result.failure();
    if (failure != null) {
      line.put("expected", failure.expected());
      line.put("came", failure.came());
    }
    try {
      out.println(json.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a step's result is not JSON", e);
    }
    out.flush();
  }
}
