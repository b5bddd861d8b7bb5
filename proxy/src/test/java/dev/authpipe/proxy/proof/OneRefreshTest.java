package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;

/** Two proxies on the same stores and many readers at once. */
@Tag("S54")
class OneRefreshTest {
  private static final int READERS = 200;

  @Test
  void twoHundredReadersOfAnExpiredConnectionOnTwoProxiesCauseOneRefresh() throws Exception {
    JumpingClock clock = new JumpingClock();
    try (ProxyFixture proxy = ProxyFixture.with().clock(clock).start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ContractClient second = proxy.application().at(proxy.second().api());
      String connection = proxy.connectUser("popular-user");
      clock.advance(ProofDeployment.PAST_EXPIRY);
      proxy.provider().forgetObservations();
      Gate provider = Gate.closed();
      proxy.provider().script().next(Call.REFRESH, heldBy(provider));
      CountDownLatch ready = new CountDownLatch(READERS);
      List<Future<ContractAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        ContractClient reader = i % 2 == 0 ? proxy.application() : second;
        answers.add(threads.submit(() -> {
          ready.countDown();
          ready.await();
          return reader.accessToken(connection);
        }));
      }
      provider.awaitArrivals(1);
      provider.open();
      Set<String> generations = answers.stream().map(OneRefreshTest::get)
          .map(answer -> answer.expect(200).json().path("generation").asText()).collect(Collectors.toSet());
      assertThat(generations).hasSize(1);
      assertThat(proxy.provider().calls(Call.REFRESH)).isEqualTo(1);
      assertThat(proxy.provider().tokenCalls()).isEqualTo(1);
      assertThat(proxy.provider().mostTokenCallsInFlight()).isEqualTo(1);
    }
  }

  @Test
  void metricsSayThatAnswersAreJournaled() {
    try (ProxyFixture proxy = ProxyFixture.with().start()) {
      String connection = proxy.connectUser("journaled-user");
      proxy.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
      assertThat(proxy.metrics()).contains("authpipe_journal_open 1.0", "authpipe_journal_kept_total 2.0",
          "authpipe_journal_entries 2.0", "authpipe_journal_unsettled 0.0", "authpipe_journal_without_total{reason=\"full\"} 0.0",
          "authpipe_journal_damaged_total 0.0");
    }
  }

  private static ContractAnswer get(Future<ContractAnswer> answer) {
    try {
      return answer.get();
    } catch (InterruptedException | ExecutionException failure) {
      throw new AssertionError("a reader got no answer", failure);
    }
  }
}
