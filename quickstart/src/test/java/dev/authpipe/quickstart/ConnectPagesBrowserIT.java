package dev.authpipe.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import javax.imageio.ImageIO;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

import dev.authpipe.migrations.Store;
import dev.authpipe.quickstart.flow.ControlView;
import dev.authpipe.quickstart.flow.Flow;
import dev.authpipe.quickstart.sample.SampleApplication;
import dev.authpipe.quickstart.stage.Ports;
import dev.authpipe.quickstart.stage.Stage;
import dev.authpipe.testkit.sandbox.CallbackChange;

/**
 * The pages that the connect listener serves, in three languages, light and dark, as axe examines them and a screen reader hears them:
 * {@code web/test/connect.mjs}. Both planes and the provider behind them are real. Without Chromium the test is skipped.
 */
class ConnectPagesBrowserIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"; // RFC 7636, appendix B

  @TestFactory
  @Tag("S65")
  @Tag("longest") // it waits for the limit of one address, twice
  List<DynamicTest> thePagesOfTheConnectListenerInABrowser() throws Exception {
    BrowserWalk.assumeBrowser();
    try (Stage stage = Stage.empty(Ports.free()); HttpClient http = HttpClient.newHttpClient()) {
      StringWriter printed = new StringWriter();
      assertThat(new Flow(new TextReport(new PrintWriter(printed), new Terminal(false))).run(stage.steps()))
          .as(printed::toString).isTrue();
      Deeds deeds = new Deeds(stage, http);
      deeds.addKeys();
      return BrowserWalk.of("test/connect.mjs", "connect-pages", Map.of("connect", stage.surroundings().connect().toString(),
          "application", stage.surroundings().sample().toString(), "integration", deeds.integration()), deeds::act);
    }
  }

  /** What the walk asks of the application, of members of the workspace and of the proxy's operator. */
  private record Deeds(Stage stage, HttpClient http) {
    Map<String, ?> act(String what) throws Exception {
      switch (what) {
        case "session" -> {
          return Map.of("url", session("sandbox"));
        }
        case "choice" -> {
          return Map.of("url", session("sandbox", "keys"));
        }
        case "entry" -> {
          return Map.of("url", asks("/v1/integrations/sandbox/client-secret-entries", Map.of()).path("entry_url").asText());
        }
        case "expire" -> expire();
        case "provider_error" -> stage.sandbox().script().nextCallback(CallbackChange.error("server_error"));
        case "brand" -> brand();
        case "approve" -> approve();
        default -> throw new AssertionError("the walk asks for " + what);
      }
      return Map.of();
    }

    String integration() throws Exception {
      return asks("/v1/integrations/sandbox/client-secret-entries", Map.of()).path("entry_url").asText().replaceFirst(".*#", "")
          .replaceFirst("\\..*", "");
    }

    /** A second integration, at a provider that takes keys, so that there is something to choose. */
    void addKeys() throws Exception {
      ControlView control = stage.surroundings().control();
      control.member().asks("POST", path("integrations"), Map.of("slug", "keys", "provider", "sandbox-key", "return_urls",
          List.of(returnUrl().toString()), "application_name", "Tasklight"));
      awaitWaiting(1);
      approve();
    }

    private String session(String... integrations) throws Exception {
      return asks("/v1/connect-sessions",
          Map.of("end_user", Map.of("id", "user_ada", "display_name", "Ada Okafor"), "integrations",
              List.of(integrations), "return_url", returnUrl().toString(), "code_challenge", CHALLENGE, "code_challenge_method",
              "S256"))
          .path("connect_url").asText();
    }

    private URI returnUrl() {
      return SampleApplication.returnUrl(stage.surroundings().sample());
    }

    private JsonNode asks(String path, Map<String, ?> body) throws Exception {
      HttpResponse<String> answer = http.send(HttpRequest.newBuilder(stage.surroundings().api().resolve(path))
          .header("Authorization",
              "Bearer " + (path.contains("client-secret") ? stage.operatorsKey() : stage.surroundings().apiKey())
                  .reveal())
          .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
          .build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(path).isEqualTo(201);
      return JSON.readTree(answer.body());
    }

    /** The name first as it is, so that the integrations have the one of before. */
    private void brand() throws IOException {
      ByteArrayOutputStream logo = new ByteArrayOutputStream();
      ImageIO.write(drawn(), "png", logo);
      ControlView control = stage.surroundings().control();
      control.member().asks("PATCH", path("branding"), Map.of("name", "Tasklight"));
      control.member().asks("PATCH", path("branding"), Map.of("name", "Tasklight & S\u00f6hne", "accent_color", "#7a3cc4", "logo",
          "data:image/png;base64," + Base64.getEncoder().encodeToString(logo.toByteArray())));
      awaitWaiting(4); // the look, and the name on each of the three integrations
    }

    private static BufferedImage drawn() {
      BufferedImage image = new BufferedImage(96, 96, BufferedImage.TYPE_INT_ARGB);
      var brush = image.createGraphics();
      brush.setRenderingHint(java.awt.RenderingHints.KEY_ANTIALIASING, java.awt.RenderingHints.VALUE_ANTIALIAS_ON);
      brush.setColor(new java.awt.Color(0x7a3cc4));
      brush.fillRoundRect(0, 0, 96, 96, 28, 28);
      brush.setColor(java.awt.Color.WHITE);
      brush.setStroke(new java.awt.BasicStroke(10, java.awt.BasicStroke.CAP_ROUND, java.awt.BasicStroke.JOIN_ROUND));
      brush.drawPolyline(new int[]{26, 42, 72}, new int[]{50, 66, 32}, 3);
      brush.dispose();
      return image;
    }

    private void awaitWaiting(int changes) {
      await().atMost(PATIENCE).until(() -> stage.operators().waiting().size() == changes);
    }

    /** Approves everything, and waits until it is in force. */
    private void approve() throws Exception {
      long before = configurations();
      stage.operators().approve();
      await().atMost(PATIENCE).until(() -> configurations() > before);
    }

    private long configurations() throws SQLException {
      try (Connection vault = stage.stores().superuser(Store.VAULT).getConnection();
          Statement statement = vault.createStatement();
          var found = statement.executeQuery("select count(*) from audit_event where type = 'configuration.applied'")) {
        found.next();
        return found.getLong(1);
      }
    }

    private String path(String rest) {
      return "/api/v1/workspaces/" + stage.surroundings().control().workspace() + "/" + rest;
    }

    /** Sessions run out by the database's clock, which nobody moves. */
    private void expire() throws SQLException {
      try (Connection vault = stage.stores().superuser(Store.VAULT).getConnection();
          Statement statement = vault.createStatement()) {
        assertThat(statement
            .executeUpdate("update connect_session set expires_at = now() - interval '1 second' where state = 'pending'"))
            .isPositive();
      }
    }
  }
}
