package dev.authpipe.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import dev.authpipe.quickstart.chromium.Chromium;
import dev.authpipe.quickstart.flow.Flow;
import dev.authpipe.quickstart.stage.Ports;
import dev.authpipe.quickstart.stage.Stage;
import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.ConnectionStatus;
import dev.authpipe.sdk.value.EndUserId;

/** The attack kit as somebody runs it, against the demonstration: everything real, the browser too. Without Chromium it is skipped. */
@Tag("S10")
@Tag("S65")
class AttackKitIT {
  @BeforeAll
  static void findBrowser() {
    assumeTrue(Files.isExecutable(Chromium.USUAL), "Chromium is missing: install the package chromium");
  }

  @Test
  void everyAttackOnTheDemoHoldsAndNothingIsLeftBehind() throws Exception {
    try (Stage stage = Stage.empty(Ports.free())) {
      StringWriter started = new StringWriter();
      assertThat(new Flow(new TextReport(new PrintWriter(started), new Terminal(false))).run(stage.steps()))
          .as(started::toString).isTrue();

      StringWriter printed = new StringWriter();
      int code = new CommandLine(new AttackKitCommand()).setOut(new PrintWriter(printed)).setErr(new PrintWriter(printed))
          .execute("--target", stage.surroundings().sample().toString());

      assertThat(code).as(printed::toString).isZero();
      List<String> lines = printed.toString().lines().toList();
      assertThat(lines).filteredOn(line -> line.startsWith("  ✓ ")).hasSize(31);
      assertThat(lines).filteredOn(line -> line.startsWith("  - ")).as("attacks that were left out").isEmpty();
      assertThat(lines.getLast()).startsWith("✓ 31 attacks held in ");
      assertThat(printed.toString()).doesNotContain("\u001b", "finish_code=", "ap_sk_");
      Authpipe authpipe = Authpipe.at(stage.surroundings().api(), stage.surroundings().apiKey()).build();
      for (String person : List.of("user_ada", "user_bruno")) {
        assertThat(authpipe.connections().list(ConnectionFilter.of(new EndUserId(person)))).extracting(Connection::status)
            .allMatch(ConnectionStatus.DISCONNECTED::equals);
      }
    }
  }
}
