package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The dashboard in a real Chromium against a real control plane: {@code dashboard/test/browser.mjs} walks through it and says what became of
 * each step. Without Chromium the test is skipped.
 */
class DashboardBrowserTest {
  private static final String CHROMIUM = System.getenv().getOrDefault("DASHBOARD_CHROMIUM", "/usr/bin/chromium");
  private static final Path DASHBOARD = Path.of("dashboard");

  @TestFactory
  @Tag("S65")
  List<DynamicTest> theDashboardInABrowser() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of(CHROMIUM)),
        "Chromium is missing: install the package chromium, or name its program in DASHBOARD_CHROMIUM");
    List<DynamicTest> steps = new ArrayList<>();
    try (DashboardStage stage = DashboardStage.set()) {
      for (JsonNode step : walk(stage)) {
        steps.add(DynamicTest.dynamicTest(step.path("step").asText(), () -> {
          if (step.has("failure")) {
            fail(step.path("failure").asText());
          }
        }));
      }
    }
    return steps;
  }

  private static List<JsonNode> walk(DashboardStage stage) throws IOException, InterruptedException {
    ObjectNode told = stage.told().put("chromium", CHROMIUM).put("screenshots",
        Path.of("target", "screenshots").toAbsolutePath().toString());
    Process walk = new ProcessBuilder(DashboardScriptTest.node(), "test/browser.mjs").directory(DASHBOARD.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<JsonNode> steps = new ArrayList<>();
    boolean ended = false;
    try (BufferedReader lines = walk.inputReader(StandardCharsets.UTF_8);
        BufferedWriter answers = walk.outputWriter(StandardCharsets.UTF_8)) {
      answer(answers, told.toString());
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode said = new ObjectMapper().readTree(line);
        switch (said.fieldNames().next()) {
          case "step" -> steps.add(said);
          case "store_secret" -> stage.storeSecret();
          case "mail" -> answer(answers, stage.mailed(said.path("mail").asText()));
          case "end" -> ended = true;
          default -> throw new AssertionError("the walk said " + line);
        }
      }
    } finally {
      walk.destroy();
    }
    assertThat(walk.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ended).as("the walk came to its end").isTrue();
    return steps;
  }

  private static void answer(BufferedWriter answers, String line) throws IOException {
    answers.write(line + '\n');
    answers.flush();
  }
}
