package dev.authpipe.quickstart;

import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static dev.authpipe.testkit.sandbox.Behaviours.oversized;
import static dev.authpipe.testkit.sandbox.Behaviours.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

import dev.authpipe.quickstart.flow.DemoFlow;
import dev.authpipe.quickstart.flow.Flow;
import dev.authpipe.quickstart.flow.Member;
import dev.authpipe.quickstart.flow.StepFailure;
import dev.authpipe.quickstart.flow.Surroundings;
import dev.authpipe.quickstart.stage.Ports;
import dev.authpipe.quickstart.stage.Stage;
import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.CallbackChange;

/** The demonstration as a newcomer runs it: everything real, and a provider that answers well or wrongly. */
@Tag("S62")
class DemoFlowIT {
  private static final CanaryText CANARY = CanaryText.random(new Random(11));
  private static final Pattern LOG = Pattern.compile("the log is in (\\S+)");
  private static Stage stage;

  private record Fault(String step, String what, Consumer<Stage> cause) {}

  private record Ran(int code, String printed) {}

  @BeforeAll
  static void start() throws IOException {
    stage = Stage.empty(Ports.free());
    StringWriter printed = new StringWriter();
    assertThat(new Flow(new TextReport(new PrintWriter(printed), new Terminal(false))).run(stage.steps()))
        .as(printed::toString).isTrue();
    stage.sandbox().settings().canary(CANARY);
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  void demoOnceHoldsEveryStepAndEndsWith0() {
    Ran ran = demoOnce(_ -> {});

    assertThat(ran.code).as(ran.printed).isZero();
    long steps = ran.printed.lines().filter(line -> line.startsWith("  ✓ ")).count();
    assertThat(steps).isGreaterThanOrEqualTo(44);
    assertThat(ran.printed).contains("✓ All " + steps + " steps held in ").doesNotContain("✗");
  }

  @Test
  void demoOnceWithAWrongTokenAnswerEndsWith1AndNamesTheStepAndItsLog() throws IOException {
    Ran ran = demoOnce(started -> started.sandbox().script().next(Call.EXCHANGE, without("access_token")));

    assertThat(ran.code).isEqualTo(1);
    assertThat(ran.printed).containsPattern("✗ Failed at step \\d+: The application finishes from Ada's own session\n")
        .contains("came      the sample application answered 502 provider_answer_invalid");
    Matcher log = LOG.matcher(ran.printed);
    assertThat(log.find()).isTrue();
    Path kept = Path.of(log.group(1));
    assertThat(CANARY.search(kept)).isEmpty();
    assertThat(Files.readString(kept)).doesNotContain("ap_sk_");
    Files.delete(kept);
  }

  @Test
  @Tag("S60")
  void theSeededOwnerSignsInWithWhatTheTerminalShowsAndNothingElseDoes() {
    StringWriter printed = new StringWriter();
    new Welcome(new PrintWriter(printed), new Terminal(false)).print(stage);
    Map<String, String> shown = new HashMap<>();
    printed.toString().lines().filter(line -> line.length() > 26)
        .forEach(line -> shown.put(line.substring(2, 26).strip(), line.substring(26)));
    try (Member owner = new Member(URI.create(Objects.requireNonNull(shown.get("Control plane"))))) {
      Map<String, String> credentials = Map.of("email", Objects.requireNonNull(shown.get("sign in as")), "password",
          Objects.requireNonNull(shown.get("password")));
      assertThat(owner.asks("POST", "/api/v1/sign-in", credentials).path("status").asText()).isEqualTo("second_factor");
      String code = Objects.requireNonNull(shown.get("then, each once")).split(" ", -1)[0];
      assertThat(owner.asks("POST", "/api/v1/sign-in/second-factor", Map.of("code", code)).path("status").asText())
          .isEqualTo("signed_in");
      assertThat(owner.reads("/api/v1/workspaces").at("/data/0/name").asText()).isEqualTo("demo");
    }
    try (Member other = new Member(stage.controlPlane().dashboard())) {
      assertThatThrownBy(
          () -> other.asks("POST", "/api/v1/sign-in", Map.of("email", stage.owner().email(), "password", "another")))
          .isInstanceOf(StepFailure.class);
    }
    assertThat(stage.owner().toString()).doesNotContain(stage.owner().password());
  }

  @Test
  void demoOnceWithoutAControlPlaneEndsWith1AtTheStepThatNeedsIt() throws IOException {
    Ran ran = demoOnce(started -> started.controlPlane().close());

    assertThat(ran.code).isEqualTo(1);
    assertThat(ran.printed).containsPattern("✗ Failed at step \\d+: The connection arrives as metadata\n");
    Matcher log = LOG.matcher(ran.printed);
    assertThat(log.find()).isTrue();
    Files.delete(Path.of(log.group(1)));
  }

  /** One for each group of steps, and no more: the connect listener takes 20 requests a minute of one address. */
  @TestFactory
  Stream<DynamicTest> wrongAnswerOfTheProviderFailsTheStepThatMeetsIt() {
    return Stream
        .of(new Fault("The callback returns to the application", "its callback names another issuer",
            it -> it.sandbox().script().nextCallback(CallbackChange.issuer("https://evil.example"))),
            new Fault("The application finishes from Ada's own session", "its token answer is too large",
                it -> it.sandbox().script().next(Call.EXCHANGE, oversized())),
            new Fault("Ada's issues come in through the proxy", "its API is broken",
                it -> it.sandbox().script().always(Call.API, answersStatus(500))),
            new Fault("The next read refreshes it, once", "it refuses the refresh token",
                it -> it.sandbox().script().next(Call.REFRESH, oauthError("invalid_grant"))),
            new Fault("Ada disconnects: revoked at the provider", "it does not revoke",
                it -> it.sandbox().script().always(Call.REVOKE, answersStatus(500))))
        .map(fault -> dynamicTest(fault.step + ": " + fault.what, () -> failsAt(fault)));
  }

  private static void failsAt(Fault fault) {
    Surroundings all = stage.surroundings();
    eraseWhatIsLeft(Authpipe.at(all.api(), all.apiKey()).build());
    fault.cause.accept(stage);
    StringWriter printed = new StringWriter();
    TextReport report = new TextReport(new PrintWriter(printed), new Terminal(false));
    Surroundings impatient = new Surroundings(all.sample(), all.api(), all.connect(), all.apiKey(), all.provider(),
        all.control(), Duration.ofSeconds(3));
    boolean held;
    try (DemoFlow flow = new DemoFlow(impatient)) {
      held = new Flow(report).run(flow.steps());
    } finally {
      stage.sandbox().script().clear();
    }
    report.conclude(held, null);

    assertThat(held).isFalse();
    assertThat(printed.toString().lines().toList().getLast()).as(printed.toString()).matches("✗ Failed at step \\d+: .*")
        .endsWith(": " + fault.step);
    printsNoSecret(printed.toString());
  }

  /** Only where a flow broke off in between: an API key may do few things a minute that destroy something. */
  private static void eraseWhatIsLeft(Authpipe authpipe) {
    EndUserId ada = new EndUserId("user_ada");
    if (authpipe.connections().list(ConnectionFilter.of(ada)).iterator().hasNext()) {
      authpipe.endUsers().erase(ada);
    }
  }

  private static Ran demoOnce(Consumer<Stage> cause) {
    StringWriter printed = new StringWriter();
    int code = new CommandLine(new DemoCommand(started -> {
      started.sandbox().settings().canary(CANARY);
      cause.accept(started);
    })).setOut(new PrintWriter(printed)).execute("--once");
    printsNoSecret(printed.toString());
    return new Ran(code, printed.toString());
  }

  private static void printsNoSecret(String printed) {
    assertThat(CANARY.search(printed)).isEmpty();
    assertThat(printed).doesNotContain("ap_sk_");
  }
}
