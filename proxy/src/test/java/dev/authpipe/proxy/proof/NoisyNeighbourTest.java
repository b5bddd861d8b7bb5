package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.IssuedTokens;

/** One workspace's provider or KMS hangs, and as many callers wait for it as can: another workspace is served as if nothing were. */
@Tag("S36")
class NoisyNeighbourTest {
  private static final int PLACES = 40;
  private static final int CALLERS = 60;

  @Test
  void aProviderThatHangsTakesNoPlaceFromOthers() {
    JumpingClock clock = new JumpingClock();
    Gate provider = Gate.closed();
    try (ProxyFixture proxy = ProxyFixture.with().clock(clock).settings("limits: {waiting_calls: " + PLACES + "}\n").start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<String> ours = expiring(proxy, proxy.application(), ProofDeployment.OWN, CALLERS);
      List<String> theirs = expiring(proxy, proxy.stranger(), ProofDeployment.FOREIGN, PLACES / 4);
      clock.advance(ProofDeployment.PAST_EXPIRY);
      for (ContractClient caller : List.of(proxy.application(), proxy.stranger())) {
        caller.accessToken("conn_01h0000000e0080000000000zz").expect(404); // their API keys are known: nobody waits for that
      }
      proxy.provider().script().nextTimes(CALLERS, Call.REFRESH, heldBy(provider));
      List<CompletableFuture<ContractAnswer>> waiting = asked(threads, ours, id -> proxy.application().accessToken(id));
      provider.awaitArrivals(PLACES / 2);
      await().atMost(Duration.ofSeconds(20))
          .until(() -> waiting.stream().filter(CompletableFuture::isDone).count() == CALLERS - PLACES / 2);
      proxy.provider().script().clear();

      List<CompletableFuture<ContractAnswer>> served = asked(threads, theirs, id -> proxy.stranger().accessToken(id));
      assertThat(served).extracting(answer -> answer.join().status()).as("the other workspace").containsOnly(200);
      assertThat(waiting).filteredOn(CompletableFuture::isDone).extracting(answer -> answer.join().code()).contains("overloaded");
      provider.open();
      waiting.forEach(CompletableFuture::join);
    } finally {
      provider.open();
    }
  }

  @Test
  void whileAKmsHangsNobodyHoldsATransaction() {
    Gate kms = Gate.closed();
    try (KekStage stage = new KekStage(); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      KekStage.Ran changed = stage.run("kek", "change", "--workspace", ProofDeployment.OWN, "--to", "acme-key");
      assertThat(changed.code()).as(changed.err()).isZero();
      List<String> ours = stage.connections(stage.application, 3);
      List<String> theirs = stage.connections(stage.stranger, 3);
      stage.advance(Duration.ofMinutes(6)); // nobody has keys in memory any more
      stage.key("acme-key").holdAt(kms);
      try {
        List<CompletableFuture<ContractAnswer>> waiting = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
          waiting.addAll(asked(threads, ours, id -> stage.application.proxied(id, "/me")));
        }
        for (String id : ours) {
          waiting.add(asked(threads, () -> stage.application.send("PUT", "/v1/connections/" + id + "/credential",
              Map.of("credential", Map.of("type", "api_key", "api_key", "sbx-another-" + ConnectFlow.random())))));
        }
        kms.awaitArrivals(1);
        assertThat(asked(threads, theirs, id -> stage.stranger.proxied(id, "/me"))).as("the other workspace")
            .extracting(answer -> answer.join().status()).containsOnly(200);
        assertThat(stage.connections(stage.stranger, 2)).hasSize(2);
        await().atMost(Duration.ofSeconds(4)).until(() -> openTransactions(stage) == 0);
        kms.open();
        waiting.forEach(CompletableFuture::join);
      } finally {
        kms.open();
      }
    }
  }

  private static long openTransactions(KekStage stage) {
    return stage
        .column(Store.VAULT, "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() "
            + "and state = 'idle in transaction'")
        .size();
  }

  private static List<String> expiring(ProxyFixture proxy, ContractClient caller, String workspace, int count) {
    List<Map<String, Object>> rows = IntStream.range(0, count).mapToObj(_ -> {
      IssuedTokens tokens = proxy.provider().issueGrant(proxy.provider().accounts().getFirst(), workspace + "-sandbox",
          List.of("profile"));
      return Map.<String, Object>of("integration", "sandbox", "end_user", Map.of("id", "expiring-" + ConnectFlow.random()),
          "credential", Map.of("type", "oauth2", "access_token", tokens.accessToken().reveal(), "refresh_token",
              tokens.refreshToken().reveal(), "expires_at", Instant.now().plusSeconds(3600).toString()));
    }).toList();
    List<String> ids = new ArrayList<>();
    caller.send("POST", "/v1/connections/batch", Map.of("connections", rows)).expect(201).json().path("data")
        .forEach(one -> ids.add(one.path("id").asText()));
    return ids;
  }

  private static List<CompletableFuture<ContractAnswer>> asked(ExecutorService threads, List<String> connections,
      Function<String, ContractAnswer> question) {
    return connections.stream().map(id -> asked(threads, () -> question.apply(id))).toList();
  }

  private static CompletableFuture<ContractAnswer> asked(ExecutorService threads, Supplier<ContractAnswer> question) {
    return CompletableFuture.supplyAsync(question, threads);
  }
}
