package dev.authpipe.quickstart.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.authpipe.quickstart.stage.Ports;
import dev.authpipe.quickstart.stage.Stage;
import dev.authpipe.sdk.value.ConnectionId;

/** Runs the commands of docs/guides/first-connection.md as they stand there, after somebody has connected on the sample application's page. */
class FirstConnectionGuideIT {
  private static final Path GUIDE = Path.of("..", "docs", "guides", "first-connection.md");
  private static final Pattern STEP = Pattern
      .compile("<!-- guide step: ([a-z-]+) -->\n```sh\n(.*?)```(?:\n\n```json\n(.*?)\n```)?", Pattern.DOTALL);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A command of the guide.
   *
   * @param command for a shell
   * @param answer  what the guide says comes back, with dots for what it leaves out; null: nothing
   */
  private record Command(String command, @Nullable String answer) {}

  @Test
  void theCommandsOfTheGuideDoWhatItSays() throws IOException, InterruptedException {
    Map<String, Command> steps = new LinkedHashMap<>();
    STEP.matcher(Files.readString(GUIDE)).results()
        .forEach(one -> steps.put(one.group(1), new Command(one.group(2), one.group(3))));
    assertThat(steps.keySet()).containsExactly("list", "take", "call", "not-his", "audit", "disconnect");
    assertThat(steps.entrySet()).allSatisfy(
        step -> assertThat(step.getValue().answer == null).as(step.getKey()).isEqualTo(step.getKey().equals("take")));
    try (Stage stage = Stage.empty(Ports.free())) {
      List<StepResult> started = new ArrayList<>();
      assertThat(new Flow(reportTo(started)).run(stage.steps())).as(started::toString).isTrue();
      ConnectionId connection;
      try (SampleVisitor ada = new SampleVisitor(stage.surroundings().sample())) {
        ada.signIn("user_ada");
        connection = new ConnectTrip(stage.surroundings(), ada).travel();
      }
      Map<String, String> variables = Map.of("AUTHPIPE", stage.surroundings().api().toString(), "API_KEY",
          Files.readString(stage.apiKeyFile()).strip(), "CONNECTION", connection.value());
      String taken = answer(Objects.requireNonNull(steps.get("take")).command + "printf %s \"$CONNECTION\"", variables);
      assertThat(taken).isEqualTo(connection.value());
      assertThat(run(steps, "list", variables).at("/data/0/id").asText()).isEqualTo(connection.value());
      assertThat(run(steps, "call", variables).toString()).contains("\"issues\"").contains("title");
      assertThat(run(steps, "not-his", variables).path("code").asText()).isEqualTo("not_found");
      assertThat(run(steps, "audit", variables).path("data")).hasSizeBetween(1, 5);
      assertThat(run(steps, "disconnect", variables).toString()).contains(connection.value());
      String refused = answer(Objects.requireNonNull(steps.get("call")).command, variables);
      assertThat(JSON.readTree(refused).path("code").asText()).isEqualTo("disconnected");
    }
  }

  private static StepReport reportTo(List<StepResult> results) {
    return new StepReport() {
      @Override
      public void begins(Step step) {}

      @Override
      public void ended(StepResult result) {
        results.add(result);
      }
    };
  }

  private static JsonNode run(Map<String, Command> steps, String step, Map<String, String> variables)
      throws IOException, InterruptedException {
    Command guided = Objects.requireNonNull(steps.get(step));
    String answer = answer(guided.command, variables);
    assertThat(answer).as(step).containsSubsequence(Objects.requireNonNull(guided.answer).split("…", -1));
    return JSON.readTree(answer);
  }

  private static String answer(String command, Map<String, String> variables) throws IOException, InterruptedException {
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).redirectError(ProcessBuilder.Redirect.INHERIT);
    shell.environment().putAll(variables);
    Process running = shell.start();
    try (InputStream out = running.getInputStream()) {
      String answer = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(running.waitFor()).as(command).isZero();
      return answer;
    }
  }
}
