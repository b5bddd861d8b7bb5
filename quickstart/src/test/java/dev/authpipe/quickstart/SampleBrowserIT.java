package dev.authpipe.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

import dev.authpipe.migrations.Store;
import dev.authpipe.quickstart.flow.Flow;
import dev.authpipe.quickstart.stage.Ports;
import dev.authpipe.quickstart.stage.Stage;
import dev.authpipe.testkit.sandbox.CallbackChange;

/**
 * The demonstration as a person clicks through it: {@code web/test/browser.mjs} walks through the sample application in a real Chromium, with
 * everything behind it real, and says what became of each step. Without Chromium the test is skipped.
 */
class SampleBrowserIT {
  private static final String CHROMIUM = System.getenv().getOrDefault("AUTHPIPE_CHROMIUM", "/usr/bin/chromium");
  private static final String NODE = System.getenv().getOrDefault("AUTHPIPE_NODE", "node");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  @Tag("S65")
  List<DynamicTest> theSampleApplicationInABrowser() throws IOException, InterruptedException, SQLException {
    assumeTrue(Files.isExecutable(Path.of(CHROMIUM)),
        "Chromium is missing: install the package chromium, or name its program in AUTHPIPE_CHROMIUM");
    List<DynamicTest> steps = new ArrayList<>();
    try (Stage stage = Stage.empty(Ports.free())) {
      StringWriter printed = new StringWriter();
      assertThat(new Flow(new TextReport(new PrintWriter(printed), new Terminal(false))).run(stage.steps()))
          .as(printed::toString).isTrue();
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

  private static List<JsonNode> walk(Stage stage) throws IOException, InterruptedException, SQLException {
    Process walk = new ProcessBuilder(NODE, "test/browser.mjs").directory(Path.of("web").toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<JsonNode> steps = new ArrayList<>();
    boolean ended = false;
    try (BufferedReader lines = walk.inputReader(StandardCharsets.UTF_8);
        BufferedWriter answers = walk.outputWriter(StandardCharsets.UTF_8)) {
      answer(answers, JSON.writeValueAsString(Map.of("origin", stage.surroundings().sample().toString(), "chromium", CHROMIUM,
          "screenshots", Path.of("target", "screenshots").toAbsolutePath().toString())));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode said = JSON.readTree(line);
        switch (said.fieldNames().next()) {
          case "step" -> steps.add(said);
          case "do" -> {
            act(stage, said.path("do").asText());
            answer(answers, "done");
          }
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

  private static void act(Stage stage, String what) throws SQLException {
    switch (what) {
      case "provider_error" -> stage.sandbox().script().nextCallback(CallbackChange.error("server_error"));
      case "expire" -> expire(stage);
      default -> throw new AssertionError("the walk asks for " + what);
    }
  }

  /** Sessions run out by the database's clock, which nobody moves. */
  private static void expire(Stage stage) throws SQLException {
    try (Connection vault = stage.stores().superuser(Store.VAULT).getConnection();
        Statement statement = vault.createStatement()) {
      assertThat(
          statement.executeUpdate("update connect_session set expires_at = now() - interval '1 second' where state = 'pending'"))
          .isPositive();
    }
  }

  private static void answer(BufferedWriter answers, String line) throws IOException {
    answers.write(line + '\n');
    answers.flush();
  }
}
