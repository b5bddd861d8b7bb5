package dev.authpipe.quickstart.flow;

import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static dev.authpipe.testkit.sandbox.Behaviours.without;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.authpipe.quickstart.sample.SampleApplication;
import dev.authpipe.quickstart.sample.SampleSettings;
import dev.authpipe.quickstart.stage.SandboxView;
import dev.authpipe.quickstart.stage.ShiftedClock;
import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/** The steps themselves, on a proxy that only keeps the contract's shape: each must notice when something is wrong. */
class DemoFlowTest {
  private static final ApiKey API_KEY = new ApiKey("ap_sk_test");

  private final List<StepResult> results = new ArrayList<>();
  private final ShiftedClock clock = new ShiftedClock();
  private ScriptedAuthorizationServer provider;
  private ContractProxy proxy;
  private SampleApplication sample;

  @BeforeEach
  void start() throws IOException {
    provider = ScriptedAuthorizationServer.start(new AuthorizationServerSettings(clock).consentPage(true));
    proxy = new ContractProxy(provider, clock);
    Authpipe authpipe = Authpipe.at(proxy.apiAddress(), API_KEY).build();
    sample = SampleApplication.start(new SampleSettings(0, authpipe, "sandbox", "/issues", clock));
  }

  @AfterEach
  void stop() {
    sample.close();
    proxy.close();
    provider.close();
  }

  private boolean flow() {
    Surroundings where = new Surroundings(sample.address(), proxy.apiAddress(), proxy.connectAddress(), API_KEY,
        new SandboxView(provider, clock), Duration.ofMillis(300));
    try (DemoFlow demo = new DemoFlow(where)) {
      return new Flow(new StepReport() {
        @Override
        public void begins(Step step) {}

        @Override
        public void ended(StepResult result) {
          results.add(result);
        }
      }).run(demo.steps());
    }
  }

  private void failsAt(String step) {
    assertThat(flow()).isFalse();
    assertThat(results.getLast().step().name()).isEqualTo(step);
    assertThat(results.getLast().failure()).isNotNull();
    assertThat(results.subList(0, results.size() - 1)).allMatch(StepResult::held);
  }

  @Test
  void everyStepHoldsWhenTheContractIsKept() {
    assertThat(flow()).as(() -> results.getLast().toString()).isTrue();
    assertThat(results).hasSizeGreaterThan(20).extracting(StepResult::remark)
        .allSatisfy(remark -> assertThat(remark).hasSizeLessThan(80));
  }

  @Test
  void tokenAnswerWithoutAccessTokenIsNoticedAtFinish() {
    provider.script().next(Call.EXCHANGE, without("access_token"));

    failsAt("The application finishes from Ada's own session");
  }

  @Test
  void refusedRefreshIsNoticedAtTheNextRead() {
    provider.script().next(Call.REFRESH, oauthError("invalid_grant"));

    failsAt("The next read refreshes it, once");
  }

  @Test
  void refusedRevocationIsNoticedAtDisconnect() {
    provider.script().always(Call.REVOKE, answersStatus(503));

    failsAt("Ada disconnects: revoked at the provider");
  }

  @Test
  void brokenApiIsNoticedAtImport() {
    provider.script().always(Call.API, answersStatus(500));

    failsAt("Ada's issues come in through the proxy");
  }

  @Test
  void eventThatIsNotOnRecordIsNoticed() {
    proxy.forgetEventsOf("erasure");

    failsAt("The audit log lists what happened");
  }

  @Test
  void clockGoesOnAndCanBeMoved() {
    Instant before = clock.instant();
    clock.moveOn(Duration.ofHours(2));

    assertThat(clock.instant()).isAfterOrEqualTo(before.plus(Duration.ofHours(2)));
  }
}
