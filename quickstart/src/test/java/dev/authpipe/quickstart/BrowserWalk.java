package dev.authpipe.quickstart;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DynamicTest;

/** A walk of {@code web/test} through pages in a real Chromium: says what became of each step, and does what the walk asks for. */
final class BrowserWalk {
  private static final String CHROMIUM = System.getenv().getOrDefault("AUTHPIPE_CHROMIUM", "/usr/bin/chromium");
  private static final String NODE = System.getenv().getOrDefault("AUTHPIPE_NODE", "node");
  private static final ObjectMapper JSON = new ObjectMapper();

  private BrowserWalk() {}

  /** What a walk cannot do itself. */
  @FunctionalInterface
  interface Deeds {
    /** Does it, and says what the walk is to know of it. */
    Map<String, ?> act(String what) throws Exception;
  }

  /** Skips the test where there is no Chromium. */
  static void assumeBrowser() {
    assumeTrue(Files.isExecutable(Path.of(CHROMIUM)),
        "Chromium is missing: install the package chromium, or name its program in AUTHPIPE_CHROMIUM");
  }

  /** Walks to the end; each step is a test of its own. */
  static List<DynamicTest> of(String script, String screenshots, Map<String, String> told, Deeds deeds) throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode step : walk(script, screenshots, told, deeds)) {
      tests.add(DynamicTest.dynamicTest(step.path("step").asText(), () -> {
        if (step.has("failure")) {
          fail(step.path("failure").asText());
        }
      }));
    }
    return tests;
  }

  private static List<JsonNode> walk(String script, String screenshots, Map<String, String> told, Deeds deeds) throws Exception {
    Map<String, String> all = new HashMap<>(told);
    all.put("chromium", CHROMIUM);
    all.put("screenshots", Path.of("target", screenshots).toAbsolutePath().toString());
    Process walk = new ProcessBuilder(NODE, script).directory(Path.of("web").toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<JsonNode> steps = new ArrayList<>();
    boolean ended = false;
    try (BufferedReader lines = walk.inputReader(StandardCharsets.UTF_8);
        BufferedWriter answers = walk.outputWriter(StandardCharsets.UTF_8)) {
      answer(answers, all);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode said = JSON.readTree(line);
        switch (said.fieldNames().next()) {
          case "step" -> steps.add(said);
          case "do" -> answer(answers, deeds.act(said.path("do").asText()));
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

  private static void answer(BufferedWriter answers, Map<String, ?> told) throws IOException {
    answers.write(JSON.writeValueAsString(told) + '\n');
    answers.flush();
  }
}
