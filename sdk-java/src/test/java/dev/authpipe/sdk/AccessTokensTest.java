package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.KeyRejectedException;
import dev.authpipe.sdk.error.NoAnswerException;
import dev.authpipe.sdk.error.ProxyUnavailableException;
import dev.authpipe.sdk.transport.RetryPolicy;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IssuedAccessToken;

@Tag("S32")
@org.junit.jupiter.api.Timeout(60)
class AccessTokensTest {

  private static final ConnectionId ID = new ConnectionId("conn_01");
  private static final EndUserId ADA = new EndUserId("ada");
  private static final EndUserId BOB = new EndUserId("bob");
  private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");
  private static final String TOKEN = "GET /v1/connections/conn_01/token";

  private final ContractServer server = new ContractServer();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile Instant now = START;

  @AfterEach
  void stop() {
    threads.shutdownNow();
    server.close();
  }

  private AccessTokens tokens(AccessTokenCaching caching) {
    return server.builder().clock(() -> now).retries(RetryPolicy.never()).accessTokenCaching(caching).build().accessTokens();
  }

  private AccessTokens tokens() {
    return tokens(AccessTokenCaching.usual());
  }

  private static String issued(int generation, Instant expiresAt) {
    return "{\"access_token\":\"at-" + generation + "\",\"token_type\":\"Bearer\",\"expires_at\":\"" + expiresAt
        + "\",\"scopes\":[],\"generation\":" + generation + "}";
  }

  private ContractServer answering(int generation) {
    return server.onJson(TOKEN, 200, issued(generation, START.plus(Duration.ofHours(1))));
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void oneReadServesUntilItIsOldAndAnotherPersonNeverGetsIt() {
    answering(1);
    AccessTokens tokens = tokens();

    assertThat(tokens.get(ID, ADA).accessToken().reveal()).isEqualTo("at-1");
    pass(Duration.ofSeconds(44));
    tokens.get(ID, ADA);
    assertThat(server.seen()).hasSize(1);
    tokens.get(ID, BOB);
    assertThat(server.seen()).hasSize(2).last().satisfies(seen -> assertThat(seen.header("Authpipe-end-user")).isEqualTo("bob"));
    pass(Duration.ofMinutes(1));
    tokens.get(ID, ADA);
    assertThat(server.seen()).hasSize(3);
    assertThat(tokens.toString()).doesNotContain("at-1");
  }

  @Test
  void tokenThatEndsSoonIsNotKeptLongerThanItLives() {
    server.onJson(TOKEN, 200, issued(1, START.plusSeconds(30))).onJson(TOKEN, 200, issued(2, START.plusSeconds(3600)));
    AccessTokens tokens = tokens();

    tokens.get(ID, ADA);
    pass(Duration.ofSeconds(20));

    assertThat(tokens.get(ID, ADA).generation()).isEqualTo(2);
  }

  @Test
  void howeverManyAskTheProxyIsAskedOnce() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    server.on(TOKEN, exchange -> {
      await(open);
      ContractServer.reply(exchange, 200, "application/json", issued(1, START.plusSeconds(3600)));
    });
    AccessTokens tokens = tokens();
    CountDownLatch asking = new CountDownLatch(50);
    List<Future<IssuedAccessToken>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(threads.submit(() -> {
        asking.countDown();
        return tokens.get(ID, ADA);
      }));
    }
    await(asking);
    open.countDown();

    for (Future<IssuedAccessToken> one : all) {
      assertThat(one.get(20, TimeUnit.SECONDS).generation()).isEqualTo(1);
    }
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void refusalOfASharedReadReachesEachWhoWaited() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    server.on(TOKEN, exchange -> {
      await(open);
      ContractServer.reply(exchange, 424, "application/problem+json", ContractServer.problem(424, "reauth_required"));
    });
    AccessTokens tokens = tokens();
    Future<AuthpipeException> first = threads.submit(() -> refused(tokens));
    while (server.seen().isEmpty()) {
      Thread.onSpinWait();
    }
    Future<AuthpipeException> second = threads.submit(() -> refused(tokens));
    open.countDown();

    assertThat(first.get()).isInstanceOf(ConnectionUnusableException.class);
    assertThat(second.get()).isInstanceOf(ConnectionUnusableException.class).isNotSameAs(first.get());
    assertThat(tokens.size()).isZero();
  }

  @Test
  void aheadOfTheEndOneAsksAndTheOthersGoOnWithThePresentOne() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    answering(1).on(TOKEN, exchange -> {
      await(open);
      ContractServer.reply(exchange, 200, "application/json", issued(2, START.plusSeconds(3600)));
    });
    AccessTokens tokens = tokens();
    tokens.get(ID, ADA);
    pass(Duration.ofSeconds(55)); // past any jitter, before the end

    Future<IssuedAccessToken> early = threads.submit(() -> tokens.get(ID, ADA));
    while (server.seen().size() < 2) {
      Thread.onSpinWait();
    }
    assertThat(tokens.get(ID, ADA).generation()).isEqualTo(1);
    open.countDown();

    assertThat(early.get(20, TimeUnit.SECONDS).generation()).isEqualTo(2);
    assertThat(tokens.get(ID, ADA).generation()).isEqualTo(2);
    assertThat(server.seen()).hasSize(2);
  }

  @Test
  void earlyReadsOfManyEntriesDoNotFallTogether() {
    AtomicInteger generation = new AtomicInteger();
    AccessTokens tokens = tokens();
    for (int i = 0; i < 40; i++) {
      server.on("GET /v1/connections/conn_" + i + "/token", exchange -> ContractServer.reply(exchange, 200, "application/json",
          issued(generation.incrementAndGet(), START.plusSeconds(3600))));
      tokens.get(new ConnectionId("conn_" + i), ADA);
    }
    pass(Duration.ofMillis(49_500)); // the middle of the time in which they ask

    for (int i = 0; i < 40; i++) {
      tokens.get(new ConnectionId("conn_" + i), ADA);
    }

    assertThat(server.seen().size()).isBetween(45, 75);
  }

  @Test
  void passingFailureAheadOfTheEndCostsNobodyAnythingAndTheNextTryWaits() {
    answering(1).onProblem(TOKEN, 503, "store_unavailable");
    AccessTokens tokens = tokens();
    tokens.get(ID, ADA);
    pass(Duration.ofSeconds(55));

    assertThat(tokens.get(ID, ADA).generation()).isEqualTo(1);
    assertThat(tokens.get(ID, ADA).generation()).isEqualTo(1);
    assertThat(server.seen()).hasSize(2);
    pass(Duration.ofSeconds(1));
    tokens.get(ID, ADA);
    assertThat(server.seen()).hasSize(3);
    pass(Duration.ofSeconds(5));
    assertThat(refused(tokens)).isInstanceOf(ProxyUnavailableException.class);
  }

  @Test
  void connectionThatCannotBeUsedAnyMoreIsDroppedBeforeItsTime() {
    answering(1).onProblem(TOKEN, 424, "disconnected");
    AccessTokens tokens = tokens();
    tokens.get(ID, ADA);
    pass(Duration.ofSeconds(55));

    assertThat(refused(tokens).code()).isEqualTo(ErrorCode.DISCONNECTED);
    assertThat(tokens.size()).isZero();
  }

  @Test
  void whatTheProviderRefusedIsNeverHandedOutFromMemoryAgain() {
    answering(1).onJson(TOKEN, 200, issued(1, START.plusSeconds(3600))).onJson(TOKEN, 200, issued(2, START.plusSeconds(3600)));
    AccessTokens tokens = tokens();
    IssuedAccessToken refused = tokens.get(ID, ADA);

    tokens.rejected(ID, ADA, refused);

    assertThat(tokens.get(ID, ADA).generation()).as("the proxy has it still, so it is answered but not kept").isEqualTo(1);
    assertThat(tokens.get(ID, ADA).generation()).isEqualTo(2);
    assertThat(tokens.get(ID, ADA).generation()).isEqualTo(2);
    assertThat(server.seen()).hasSize(3);
  }

  @Test
  void invalidatedConnectionIsReadAnewAndAReadUnderWayIsNotKept() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    server.on(TOKEN, exchange -> {
      await(open);
      ContractServer.reply(exchange, 200, "application/json", issued(1, START.plusSeconds(3600)));
    }).onJson(TOKEN, 200, issued(2, START.plusSeconds(3600)));
    AccessTokens tokens = tokens();
    Future<IssuedAccessToken> before = threads.submit(() -> tokens.get(ID, ADA));
    while (server.seen().isEmpty()) {
      Thread.onSpinWait();
    }

    tokens.invalidate(ID);

    assertThat(tokens.get(ID, ADA).generation()).isEqualTo(2);
    open.countDown();
    assertThat(before.get(20, TimeUnit.SECONDS).generation()).isEqualTo(1);
    assertThat(tokens.get(ID, ADA).generation()).isEqualTo(2);
    tokens.invalidate(ID);
    assertThat(tokens.size()).isZero();
  }

  @Test
  void olderGenerationNeverTakesThePlaceOfANewerOne() {
    AtomicInteger reads = new AtomicInteger();
    AccessTokenEntry entry = new AccessTokenEntry(
        () -> new IssuedAccessToken(new dev.authpipe.sdk.value.AccessToken("at"), "Bearer", null, java.util.Set.of(),
            reads.incrementAndGet() == 1 ? 5 : 4),
        Duration.ofMinutes(1), () -> now, new java.util.Random(1));
    entry.get();
    pass(Duration.ofSeconds(55));

    assertThat(entry.get().generation()).as("what a replica behind the others answers").isEqualTo(4);
    assertThat(entry.isUsable()).isTrue();
    entry.reject(4);
    assertThat(entry.isWorthless()).isFalse();
  }

  @Test
  void proxyOnlyIsRememberedAndThenAskedAgain() {
    server.onProblem(TOKEN, 403, "proxy_only").onJson(TOKEN, 200, issued(1, START.plusSeconds(3600)));
    AccessTokens tokens = tokens();

    assertThat(refused(tokens)).isInstanceOf(KeyRejectedException.class);
    assertThat(refused(tokens).code()).isEqualTo(ErrorCode.PROXY_ONLY);
    assertThat(server.seen()).hasSize(1);
    pass(Duration.ofMinutes(1));
    assertThat(tokens.get(ID, ADA).generation()).isEqualTo(1);
  }

  @Test
  void memoryHasABoundAndKeepsWhatIsAskedForMost() {
    AccessTokens tokens = tokens(AccessTokenCaching.usual().withMostEntries(16));
    for (int i = 0; i < 40; i++) {
      server.onJson("GET /v1/connections/conn_" + i + "/token", 200, issued(1, START.plusSeconds(3600)));
      tokens.get(new ConnectionId("conn_" + i), ADA);
      pass(Duration.ofMillis(1));
      tokens.get(new ConnectionId("conn_0"), ADA);
    }

    assertThat(tokens.size()).isLessThanOrEqualTo(16);
    assertThat(server.seen()).as("conn_0 was never dropped").hasSize(40);
    tokens.clear();
    assertThat(tokens.size()).isZero();
  }

  @Test
  void interruptedReaderTakesNobodyWithIt() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    server.on(TOKEN, exchange -> {
      await(open);
      ContractServer.reply(exchange, 200, "application/json", issued(1, START.plusSeconds(3600)));
    }).onJson(TOKEN, 200, issued(2, START.plusSeconds(3600)));
    AccessTokens tokens = tokens();
    CompletableFuture<Throwable> first = new CompletableFuture<>();
    Thread reader = new Thread(() -> {
      try {
        tokens.get(ID, ADA);
        first.complete(null);
      } catch (NoAnswerException e) {
        first.complete(e);
      }
    });
    reader.start();
    while (server.seen().isEmpty()) {
      Thread.onSpinWait();
    }
    Future<IssuedAccessToken> second = threads.submit(() -> tokens.get(ID, ADA));
    reader.interrupt();

    assertThat(first.get(20, TimeUnit.SECONDS)).isInstanceOf(NoAnswerException.class);
    assertThat(second.get(20, TimeUnit.SECONDS).generation()).isEqualTo(2);
    open.countDown();
  }

  private static AuthpipeException refused(AccessTokens tokens) {
    try {
      tokens.get(ID, ADA);
    } catch (AuthpipeException refusal) {
      return refusal;
    }
    throw new AssertionError("it was not refused");
  }

  @Test
  void cachingBeyondReasonIsRefused() {
    assertThatThrownBy(() -> AccessTokenCaching.usual().withMostAge(Duration.ofHours(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AccessTokenCaching.usual().withMostEntries(0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody came");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
