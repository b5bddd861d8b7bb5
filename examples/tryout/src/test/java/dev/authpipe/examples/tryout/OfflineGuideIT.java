package dev.authpipe.examples.tryout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * "Your first connection in three minutes", with what was built, where there is no network: the launcher, Chromium and the guide's shell are in a
 * network namespace of their own that has nothing but loopback. Skipped, by name, where such a namespace or Chromium cannot be had.
 */
class OfflineGuideIT {
  private static final Path REPOSITORY = Path.of("../..").toAbsolutePath().normalize();
  private static final String CHROMIUM = System.getenv().getOrDefault("AUTHPIPE_CHROMIUM", "/usr/bin/chromium");
  private static final String NODE = System.getenv().getOrDefault("AUTHPIPE_NODE", "node");
  private static final ObjectMapper JSON = new ObjectMapper();
  /** Of the three minutes the machine takes at most half, even a busy one: the rest is for reading and clicking. */
  private static final double MACHINE_SECONDS = 90;

  @TempDir
  Path directory;

  @Test
  void threeMinutesHoldWithoutANetwork() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of(CHROMIUM)),
        "Chromium is missing: install the package chromium, or name its program in AUTHPIPE_CHROMIUM");
    List<String> apart = apart();
    assumeTrue(!apart.isEmpty(),
        "a network namespace cannot be made here: unshare and ip of Linux are needed, and the right to use them");

    Map<String, JsonNode> said = walk(apart);

    assertThat(said.get("routes")).hasToString("0");
    assertThat(said.get("interfaces")).hasToString("[\"lo\"]");
    assertThat(Objects.requireNonNull(said.get("started")).asDouble()).isPositive();
    assertThat(Objects.requireNonNull(said.get("called")).asDouble()).isBetween(0.1, MACHINE_SECONDS);
    assertThat(text(said, "list")).contains("conn_", "user_ada");
    assertThat(text(said, "call")).contains("\"issues\"", "title");
    assertThat(text(said, "not-his")).contains("not_found");
    assertThat(text(said, "audit")).contains("\"data\"");
    assertThat(text(said, "disconnect")).contains("conn_");
    assertThat(text(said, "call-after")).contains("\"disconnected\"");
    assertThat(said.get("left")).as("something is left behind").hasToString("false");
  }

  private static String text(Map<String, JsonNode> said, String step) {
    return Objects.requireNonNull(said.get(step), step).asText();
  }

  /** What runs a command where there is nothing but loopback; empty where that cannot be done. */
  private static List<String> apart() throws IOException, InterruptedException {
    for (List<String> unshare : List.of(List.of("unshare", "--net"), List.of("unshare", "--map-root-user", "--net"))) {
      List<String> command = new ArrayList<>(unshare);
      command.addAll(List.of("sh", "-c", "ip link set lo up && exec \"$@\"", "sh"));
      List<String> tried = new ArrayList<>(command);
      tried.add("true");
      if (succeeds(tried)) {
        return command;
      }
    }
    return List.of();
  }

  private static boolean succeeds(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
          .waitFor() == 0;
    } catch (IOException missing) {
      return false;
    }
  }

  /** Everything that the walk says, by its name; the answers to commands by the names of their steps. */
  private Map<String, JsonNode> walk(List<String> apart) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(apart);
    command.addAll(List.of(NODE, "test/guide.mjs"));
    Process walk = new ProcessBuilder(command).directory(REPOSITORY.resolve("quickstart/web").toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Map<String, JsonNode> said = new LinkedHashMap<>();
    try (BufferedReader lines = walk.inputReader(StandardCharsets.UTF_8);
        Writer told = walk.outputWriter(StandardCharsets.UTF_8)) {
      told.write(JSON.writeValueAsString(Map.of("launcher", builtCheckout().toString(), "chromium", CHROMIUM, "guide",
          REPOSITORY.resolve("docs/guides/first-connection.md").toString(), "screenshots",
          Path.of("target", "screenshots").toAbsolutePath().toString())) + "\n");
      told.flush();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode one = JSON.readTree(line);
        if (one.has("step")) {
          said.put(one.path("step").asText(), one.path("answer"));
        } else {
          one.properties().forEach(field -> said.put(field.getKey(), field.getValue()));
        }
      }
    } finally {
      walk.destroy();
    }
    assertThat(walk.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(said).as("the walk came to its end").containsKey("end");
    return said;
  }

  /** The launcher as it is in a built checkout, so that it has nothing to build: this build has done it. */
  private Path builtCheckout() throws IOException {
    Path app = Files.createDirectories(directory.resolve("quickstart/target/app"));
    Files.createSymbolicLink(app.resolve("lib"), REPOSITORY.resolve("quickstart/target/app/lib"));
    Files.createFile(app.resolve(".built"));
    return Files.copy(REPOSITORY.resolve("bin/authpipe"), Files.createDirectories(directory.resolve("bin")).resolve("authpipe"));
  }
}
