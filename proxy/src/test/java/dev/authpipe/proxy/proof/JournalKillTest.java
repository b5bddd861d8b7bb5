package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.catalog.RefreshProfile;
import dev.authpipe.proxy.refresh.Fault;
import dev.authpipe.proxy.refresh.FaultLedger;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.RefreshRotation;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/** Kills a proxy in a process of its own (SIGKILL) between a provider's answer and its commit, for each way in which refresh tokens rotate. */
@Tag("longest")
@Tag("S54")
class JournalKillTest {
  /** How the provider rotates, with the integration whose profile says so. */
  @SuppressWarnings("ImmutableEnumChecker") // it is a record
  enum Rotation {
    NONE("sandbox", RefreshRotation.none()),
    GRACE("sandbox-grace", RefreshRotation.grace(Duration.ofMinutes(10))),
    STRICT("sandbox-strict", RefreshRotation.strict());

    private final String slug;
    private final RefreshRotation provider;

    Rotation(String slug, RefreshRotation provider) {
      this.slug = slug;
      this.provider = provider;
    }

    RefreshProfile.Rotation profile() {
      return RefreshProfile.Rotation.valueOf(name());
    }
  }

  private static final FaultLedger LEDGER = FaultLedger.of(JournalKillTest.class);
  private static StoreRelay relay;
  private static ProofDeployment deployment;
  private static Path settings;
  private static ProxyProcess proxy;
  private static ContractClient application;
  private static ExecutorService threads;
  private static int people;

  @BeforeAll
  static void start() {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    relay = StoreRelay.to(EmbeddedDatabases.shared().port());
    deployment = ProofDeployment.create(EmbeddedDatabases.shared(), UnaryOperator.identity(),
        ConcealedText.of("sbx_secret_" + ConnectFlow.random()), "", relay::through, ProofDeployment.Extras.NONE);
    settings = deployment.settings();
    proxy = ProxyProcess.start(settings, deployment.standIns());
    String apiKey = new ApiKeyFactory(settings).create(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES, Stream.empty());
    application = new ContractClient(proxy.addresses().api(), apiKey);
    deployment.register(ProofDeployment.OWN, application.send("GET", "/v1/integrations").expect(200).json().path("data"),
        proxy.addresses().connect());
  }

  @AfterAll
  static void stop() {
    proxy.close();
    deployment.close();
    relay.close();
    threads.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource
  void killedAfterTheJournalAndBeforeTheCommitTheGrantLives(Rotation rotation) {
    String connection = connected(rotation);
    CompletableFuture<Void> cut = stalled("update credential set generation", refresh(connection));
    restartAfterKill("");
    cut.join();
    assertThat(provider().calls(Call.REFRESH)).isEqualTo(1);
    application.proxied(connection, "/me").expect(200);
    assertThat(provider().calls(Call.REFRESH)).as("what was received is in force").isEqualTo(1);
    assertLives(connection);
    LEDGER.kept(Fault.KILLED_AFTER_JOURNAL, rotation.profile());
  }

  @ParameterizedTest
  @EnumSource
  void killedAfterTheClaimNothingWasSent(Rotation rotation) {
    String connection = connected(rotation);
    CompletableFuture<Void> cut = stalled("insert into refresh_attempt", refresh(connection));
    restartAfterKill("");
    cut.join();
    assertThat(provider().calls(Call.REFRESH)).isZero();
    assertLives(connection);
    LEDGER.kept(Fault.KILLED_AFTER_CLAIM, rotation.profile());
  }

  @ParameterizedTest
  @EnumSource
  void killedAfterTheIntentAndBeforeTheFirstByteTheGrantLives(Rotation rotation) {
    restartAfterKill("Renewal.call");
    String connection = connected(rotation);
    CompletableFuture<Void> cut = during(refresh(connection));
    proxy.awaitStopped();
    assertThat(Behind.text(deployment, Store.VAULT, "select state from refresh_attempt order by sent_at desc limit 1"))
        .isEqualTo("SENT");
    restartAfterKill("");
    cut.join();
    assertThat(provider().calls(Call.REFRESH)).isZero();
    if (rotation == Rotation.STRICT) {
      application.accessToken(connection).expect(200);
      assertThat(provider().calls(Call.REFRESH)).as("not while the access token lives").isZero();
      Behind.execute(deployment, Store.VAULT, "update credential set access_expires_at = now() - interval '1 s'");
      await().until(() -> { // once the proxy has heard of it
        application.accessToken(connection).expect(200);
        return provider().calls(Call.REFRESH) == 1;
      });
    }
    assertLives(connection);
    LEDGER.kept(Fault.KILLED_AFTER_INTENT, rotation.profile());
  }

  @ParameterizedTest
  @EnumSource
  void killedAfterTheAnswerAndBeforeTheJournalOnlyStrictLosesTheGrant(Rotation rotation) {
    restartAfterKill("JournaledAnswers.keep");
    String connection = connected(rotation);
    CompletableFuture<Void> cut = during(refresh(connection));
    proxy.awaitStopped();
    assertThat(provider().calls(Call.REFRESH)).isEqualTo(1);
    restartAfterKill("");
    cut.join();
    if (rotation == Rotation.STRICT) {
      Behind.execute(deployment, Store.VAULT, "update credential set access_expires_at = now() - interval '1 s'");
      assertThat(application.accessToken(connection).code()).as("conceded").isEqualTo("reauth_required");
      LEDGER.lost(Fault.KILLED_AFTER_ANSWER, rotation.profile());
    } else {
      assertLives(connection);
      LEDGER.kept(Fault.KILLED_AFTER_ANSWER, rotation.profile());
    }
  }

  @ParameterizedTest
  @EnumSource
  void killedBetweenTheExchangeAndTheCommitTheSameFinishReturnsTheConnection(Rotation rotation) {
    play(rotation);
    try (ConnectFlow flow = begun(rotation)) {
      CompletableFuture<Void> cut = stalled("insert into connection", flow::finish);
      restartAfterKill("");
      cut.join();
      String connection = flow.finish().expect(200).json().at("/connection/id").asText();
      assertThat(flow.finish().expect(200).json().at("/connection/id").asText()).isEqualTo(connection);
      assertThat(provider().calls(Call.EXCHANGE)).isEqualTo(1);
      assertLives(connection);
      LEDGER.kept(Fault.KILLED_AT_FINISH, rotation.profile());
    }
  }

  @Test
  void killedBeforeTheProofsOfAFinishItGoesOnThere() {
    play(Rotation.STRICT);
    try (ConnectFlow flow = begun(Rotation.STRICT)) {
      Gate account = Gate.closed();
      provider().script().next(Call.USERINFO, heldBy(account));
      CompletableFuture<Void> cut = during(flow::finish);
      account.awaitArrivals(1);
      restartAfterKill("");
      account.open();
      cut.join();
      assertLives(flow.finish().expect(200).json().at("/connection/id").asText());
      assertThat(provider().calls(Call.EXCHANGE)).isEqualTo(1);
    }
  }

  @Test
  void tokensOfAFinishWhoseSessionIsGoneAreRevoked() {
    play(Rotation.GRACE);
    Account account = provider().accounts().get(1);
    provider().consentsNext(account);
    try (ConnectFlow flow = begun(Rotation.GRACE)) {
      CompletableFuture<Void> cut = stalled("insert into connection", flow::finish);
      proxy.kill();
      relay.lose();
      assertThat(provider().liveTokensOf(account).isEmpty()).isFalse();
      Behind.execute(deployment, Store.VAULT,
          "update connect_session set state = 'failed', reason = 'provider_timeout' where state = 'authorized'");
      restartAfterKill("");
      cut.join();
      await().until(() -> provider().liveTokensOf(account).isEmpty());
      assertThat(flow.finish().code()).isEqualTo("provider_timeout");
    }
  }

  @Test
  void secondProcessOnTheSameJournalDirectoryDoesNotStart() throws IOException {
    Path second = deployment.settings();
    Files.writeString(second, Files.readString(second).replace("refresh: {ahead: false}",
        "refresh: {ahead: false, journal_directory: data-1/journal-" + proxy.addresses().api().getPort() + "}"));
    assertThatThrownBy(() -> ProxyProcess.start(second, deployment.standIns())).isInstanceOf(AssertionError.class);
    assertThat(Files.readString(second.resolveSibling("stderr.log"))).contains("is in use by another process");
    application.send("GET", "/v1/integrations").expect(200);
  }

  private static ScriptedAuthorizationServer provider() {
    return deployment.provider();
  }

  private static void play(Rotation rotation) {
    deployment.providerSettings().rotation(rotation.provider).refreshKillsAccessToken(rotation == Rotation.STRICT);
    provider().forgetObservations();
  }

  private static String connected(Rotation rotation) {
    play(rotation);
    try (ConnectFlow flow = person()) {
      String connection = flow.connect(rotation.slug);
      provider().forgetObservations();
      return connection;
    }
  }

  /** A flow whose finish is still to come. */
  private static ConnectFlow begun(Rotation rotation) {
    ConnectFlow flow = person();
    flow.begin(rotation.slug);
    flow.authorize();
    return flow;
  }

  private static ConnectFlow person() {
    return new ConnectFlow(application, proxy.addresses().connect(), "journal-user-" + people++);
  }

  private static Runnable refresh(String connection) {
    return () -> application.send("POST", "/v1/connections/" + connection + "/refresh");
  }

  /** Begins the work and returns when this statement of it has left the proxy and reached no store. */
  private static CompletableFuture<Void> stalled(String statement, Runnable work) {
    relay.stallAt(statement);
    CompletableFuture<Void> begun = during(work);
    relay.awaitStalled();
    return begun;
  }

  private static CompletableFuture<Void> during(Runnable work) {
    return CompletableFuture.runAsync(() -> {
      try {
        work.run();
      } catch (java.io.UncheckedIOException killed) {
        return;
      }
    }, threads);
  }

  /** Leases and exchanges of the dead are as old as they would get. */
  private static void restartAfterKill(String stop) {
    proxy.kill();
    relay.lose();
    Behind.execute(deployment, Store.VAULT, "update refresh_lease set lease_until = now() where lease_until > now()");
    Behind.execute(deployment, Store.VAULT, "update connect_attempt set sent_at = sent_at - interval '10 minutes'");
    proxy = ProxyProcess.start(settings, deployment.standIns(), stop);
  }

  /** The refresh token works, and what it brings is good at the provider. */
  private static void assertLives(String connection) {
    assertThat(application.send("POST", "/v1/connections/" + connection + "/refresh").toString()).isEqualTo("200");
    application.proxied(connection, "/me").expect(200);
  }
}
