package dev.authpipe.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

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
  @TestFactory
  @Tag("S65")
  List<DynamicTest> theSampleApplicationInABrowser() throws Exception {
    BrowserWalk.assumeBrowser();
    try (Stage stage = Stage.empty(Ports.free())) {
      StringWriter printed = new StringWriter();
      assertThat(new Flow(new TextReport(new PrintWriter(printed), new Terminal(false))).run(stage.steps()))
          .as(printed::toString).isTrue();
      return BrowserWalk.of("test/browser.mjs", "screenshots", Map.of("origin", stage.surroundings().sample().toString()),
          what -> act(stage, what));
    }
  }

  private static Map<String, ?> act(Stage stage, String what) throws SQLException {
    switch (what) {
      case "provider_error" -> stage.sandbox().script().nextCallback(CallbackChange.error("server_error"));
      case "expire" -> expire(stage);
      default -> throw new AssertionError("the walk asks for " + what);
    }
    return Map.of();
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
}
