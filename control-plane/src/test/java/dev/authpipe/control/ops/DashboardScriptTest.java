package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

/** The dashboard's own unit tests, with what they printed when they fail. */
class DashboardScriptTest {

  /** The program that runs scripts. */
  static String node() {
    String named = System.getenv("AUTHPIPE_NODE");
    return named == null || named.isBlank() ? "node" : named;
  }

  @Test
  void theDashboardsUnitTestsPass() throws IOException, InterruptedException {
    Process vitest = new ProcessBuilder(node(), "node_modules/vitest/vitest.mjs", "run", "--no-color")
        .directory(Path.of("dashboard").toFile()).redirectErrorStream(true).start();
    vitest.getOutputStream().close();
    String output = new String(vitest.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(vitest.waitFor(2, TimeUnit.MINUTES)).as(output).isTrue();
    assertThat(vitest.exitValue()).as(output).isZero();
    assertThat(output).containsPattern("Tests +\\d+ passed");
  }
}
