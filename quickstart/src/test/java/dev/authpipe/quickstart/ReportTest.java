package dev.authpipe.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.quickstart.flow.Flow;
import dev.authpipe.quickstart.flow.Step;
import dev.authpipe.quickstart.flow.StepFailure;

class ReportTest {
  private static final String CANARY = "canary-1f9c";

  private final StringWriter written = new StringWriter();
  private final PrintWriter out = new PrintWriter(written);
  private final List<String> done = new ArrayList<>();

  private Step step(String name) {
    return new Step("Chapter", name, () -> {
      done.add(name);
      return "remark on " + name;
    });
  }

  private static Step failing(Exception failure) {
    return new Step("Chapter", "breaks", () -> {
      throw failure;
    });
  }

  @Test
  void everyStepIsOneAlignedLineUnderItsChapter() {
    TextReport report = new TextReport(out, new Terminal(false));
    boolean held = new Flow(report).run(List.of(step("first"), step("the second")));
    report.conclude(held, null);

    assertThat(held).isTrue();
    List<String> lines = written.toString().lines().toList();
    assertThat(lines).contains("Chapter").filteredOn(line -> line.startsWith("  ✓")).hasSize(2)
        .allSatisfy(line -> assertThat(line.indexOf(" ms  remark on")).isEqualTo(63));
    assertThat(lines.getLast()).startsWith("✓ All 2 steps held");
    assertThat(written.toString()).doesNotContain("\u001b");
  }

  @Test
  void firstFailureEndsTheFlowAndIsNamed() {
    TextReport report = new TextReport(out, new Terminal(true));
    boolean held = new Flow(report).run(List.of(step("first"), failing(new StepFailure("one", "two")), step("third")));
    report.conclude(held, null);

    assertThat(held).isFalse();
    assertThat(done).containsExactly("first");
    assertThat(written.toString()).contains("✗", "expected  one", "came      two", "Failed at step 2: breaks");
  }

  @Test
  @Tag("S62")
  void exceptionThatMightQuoteASecretIsNamedByItsKindOnly() {
    new Flow(new TextReport(out, new Terminal(false)))
        .run(List.of(failing(new IllegalArgumentException("http://x/#" + CANARY))));

    assertThat(written.toString()).contains("IllegalArgumentException").doesNotContain(CANARY);
  }

  @Test
  void brokenLineIsExplainedByTheOperatingSystem() {
    new Flow(new TextReport(out, new Terminal(false))).run(List.of(failing(new IOException("Connection refused"))));

    assertThat(written.toString()).contains("Connection refused");
  }

  @Test
  void jsonIsOneLinePerStep() {
    new Flow(new JsonReport(out)).run(List.of(step("first"), failing(new StepFailure("one", "two"))));

    List<String> lines = written.toString().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).startsWith("{\"step\":1,\"chapter\":\"Chapter\",\"name\":\"first\",\"ok\":true,\"ms\":")
        .endsWith("\"remark\":\"remark on first\"}");
    assertThat(lines.getLast()).contains("\"ok\":false").endsWith("\"expected\":\"one\",\"came\":\"two\"}");
  }
}
