package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.ProviderCalls;
import dev.authpipe.sdk.ProviderRequest;
import dev.authpipe.sdk.ProviderResponse;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.KeyRejectedException;
import dev.authpipe.sdk.error.NotFoundException;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.error.RequestRejectedException;
import dev.authpipe.sdk.transport.RequestBody;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.ConnectSessionStatus;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.ConnectionStatus;
import dev.authpipe.sdk.value.EndUser;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.Erasure;
import dev.authpipe.sdk.value.FinishCode;
import dev.authpipe.sdk.value.IdempotencyKey;
import dev.authpipe.sdk.value.IntegrationName;
import dev.authpipe.sdk.value.IssuedAccessToken;
import dev.authpipe.sdk.value.NewConnection;
import dev.authpipe.sdk.value.NewCredential;
import dev.authpipe.sdk.value.ProbeOutcome;
import dev.authpipe.sdk.value.ProvidedSecret;
import dev.authpipe.sdk.value.RefreshOutcome;
import dev.authpipe.testkit.sandbox.Call;

/**
 * The client for Java against the real proxy, its stores and a provider: every operation of docs/api/proxy.yaml that an application needs, asked
 * for as it does. The others are in {@link SdkOperatorTest}.
 */
class SdkContractTest {
  /** Paths that begin so are an application's; all others are the operators'. */
  static final List<String> PATHS = List.of("/v1/connect-sessions", "/v1/connections", "/v1/proxy/", "/v1/end-users",
      "/v1/erasures");
  private static final IntegrationName SANDBOX = new IntegrationName("sandbox");
  private static final int MEGABYTES = 4;

  private static SdkStage stage;
  private static Authpipe authpipe;

  @BeforeAll
  static void start() {
    stage = new SdkStage(ProxyFixture.with());
    authpipe = stage.authpipe;
  }

  @AfterEach
  void count() {
    stage.count();
  }

  @AfterAll
  static void stop() {
    stage.close(SdkContractTest.class, path -> PATHS.stream().anyMatch(path::startsWith));
  }

  @Test
  void aSessionIsFinishedByWhoeverBeganItAndByNobodyElse() {
    SdkVisitor ada = new SdkVisitor("ada");
    ConnectSession session = authpipe.connectSessions().start(ada, SdkStage.request("sandbox").build());
    assertThat(authpipe.connectSessions().status(session.id()).status()).isEqualTo(ConnectSessionStatus.PENDING);
    assertThat(authpipe.connectSessions().status(session.id()).integrations()).hasSize(1);
    FinishCode code = ada.consents(session);
    assertThat(authpipe.connectSessions().status(session.id()).status()).isEqualTo(ConnectSessionStatus.AUTHORIZED);
    int exchanged = stage.proxy.provider().calls(Call.EXCHANGE);
    assertThatThrownBy(() -> authpipe.connectSessions().finish(new SdkVisitor("bob"), session.id(), code))
        .isInstanceOfSatisfying(RequestRejectedException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_THIS_USERS_SESSION));
    assertThat(stage.proxy.provider().calls(Call.EXCHANGE)).isEqualTo(exchanged);

    Connection connection = authpipe.connectSessions().finish(ada, session.id(), code);

    assertThat(connection.status()).isEqualTo(ConnectionStatus.ACTIVE);
    assertThat(connection.endUser()).isEqualTo(ada.endUserId());
    assertThat(connection.scopes()).containsExactlyInAnyOrder("profile", "issues:read");
    assertThat(connection.credential().generation()).isEqualTo(1);
    assertThat(connection.credential().authorizedAt()).isNotNull();
    assertThat(authpipe.connectSessions().status(session.id()).connection()).isEqualTo(connection.id());
    assertThat(ada.verifierOf(session.id())).isEmpty();
  }

  @Test
  void aConnectionIsAskedForMoreAndConnectedAgainUnderItsId() {
    SdkVisitor ada = new SdkVisitor("step-up");
    Connection narrow = stage.connected(ada, SdkStage.request("sandbox").scope("profile"));
    assertThat(narrow.scopesRequested()).containsExactly("profile");

    Connection wide = stage.connected(ada,
        SdkStage.request("sandbox").reconnect(narrow.id()).scope("issues:read").allowAccountChange());

    assertThat(wide.id()).isEqualTo(narrow.id());
    assertThat(wide.scopes()).containsExactlyInAnyOrder("profile", "issues:read");
    assertThat(wide.scopesMissing()).isEmpty();
  }

  @Test
  void aConnectionIsListedReadChangedProbedRefreshedAndEnded() {
    Connection made = stage.connected("life");
    EndUserId life = made.endUser();
    assertThat(
        authpipe.connections().list(ConnectionFilter.of(life).withIntegration(SANDBOX).withStatus(ConnectionStatus.ACTIVE)))
        .extracting(Connection::id).containsExactly(made.id());
    assertThat(authpipe.connections().ofEndUser(life).list(ConnectionFilter.all()).stream().count()).isEqualTo(1);
    assertThat(authpipe.connections().replaceMetadata(made.id(), Map.of("team", "blue")).metadata()).containsEntry("team",
        "blue");
    assertThat(authpipe.connections().get(made.id()).metadata()).containsEntry("team", "blue");
    assertThat(authpipe.connections().probe(made.id()).outcome()).isEqualTo(ProbeOutcome.ALIVE);
    assertThat(authpipe.connections().refresh(made.id()))
        .satisfies(report -> assertThat(report.outcome()).isEqualTo(RefreshOutcome.REFRESHED))
        .satisfies(report -> assertThat(report.generation()).isEqualTo(2));
    assertThatThrownBy(() -> authpipe.connections().ofEndUser(new EndUserId("somebody else")).get(made.id()))
        .isInstanceOfSatisfying(NotFoundException.class, refused -> assertThat(refused.requestId()).isPresent());

    assertThat(authpipe.connections().disconnect(made.id()).purged()).isFalse();
    Connection ended = authpipe.connections().get(made.id());
    assertThat(ended.status()).isEqualTo(ConnectionStatus.DISCONNECTED);
    assertThat(Objects.requireNonNull(ended.end()).purgeAfter()).isAfter(Instant.now());
    assertThatThrownBy(() -> authpipe.connections().accessToken(made.id(), life))
        .isInstanceOfSatisfying(ConnectionUnusableException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DISCONNECTED));
    assertThat(authpipe.connections().purge(made.id()).purged()).isTrue();
    assertThatThrownBy(() -> authpipe.connections().get(made.id())).isInstanceOf(NotFoundException.class);
  }

  @Test
  void aSecretIsBroughtOnceReplacedAndDueInTime() {
    IdempotencyKey key = IdempotencyKey.random();
    NewConnection wanted = stage.keyed("brought").withMetadata(Map.of("from", "import"));
    Connection made = authpipe.connections().create(wanted, key);
    assertThat(authpipe.connections().create(wanted, key).id()).isEqualTo(made.id());
    assertThatThrownBy(() -> authpipe.connections().create(stage.keyed("another"), key))
        .isInstanceOfSatisfying(RequestRejectedException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.IDEMPOTENCY_KEY_REUSED));
    assertThat(authpipe.connections().list(ConnectionFilter.of(made.endUser()).withRotationDue()))
        .singleElement().satisfies(due -> assertThat(Objects.requireNonNull(due.credential().rotation()).overdue()).isFalse());

    assertThat(authpipe.connections().replaceCredential(made.id(), stage.key()).id()).isEqualTo(made.id());

    assertThat(authpipe.connections().get(made.id()).credential().generation()).isEqualTo(2);
    assertThatThrownBy(() -> authpipe.connections().replaceCredential(made.id(),
        new NewCredential.Key(new ProvidedSecret("sbx_key_not_a_key_of_theirs"), null)))
        .isInstanceOfSatisfying(RequestRejectedException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CREDENTIAL_REFUSED));
  }

  @Test
  void aBatchIsAllOrNothingAndNamesItsWrongRows() {
    List<Connection> made = authpipe.connections().createAll(List.of(stage.keyed("row-0"), stage.keyed("row-1")),
        IdempotencyKey.random());
    assertThat(made).extracting(Connection::endUser).containsExactly(new EndUserId("row-0"), new EndUserId("row-1"));
    NewConnection wrong = NewConnection.of(new IntegrationName("nowhere"), EndUser.of(new EndUserId("row-2")), stage.key());

    assertThatThrownBy(() -> authpipe.connections().createAll(List.of(stage.keyed("row-3"), wrong), IdempotencyKey.random()))
        .isInstanceOfSatisfying(RequestRejectedException.class, refused -> assertThat(refused.problem().rows())
            .extracting(Problem.Row::pointer).containsExactly("/connections/1"));
    assertThat(authpipe.connections().list(ConnectionFilter.of(new EndUserId("row-3")))).isEmpty();
  }

  @Test
  void hundredsOfVirtualThreadsShareOneReadAndARefusedTokenIsReplaced() throws Exception {
    Connection made = stage.connected("popular");
    ConnectionId id = made.id();
    List<Future<IssuedAccessToken>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 300; i++) {
        all.add(threads.submit(() -> authpipe.accessTokens().get(id, made.endUser())));
      }
    }
    IssuedAccessToken first = all.getFirst().get();
    for (Future<IssuedAccessToken> one : all) {
      assertThat(one.get().accessToken()).isEqualTo(first.accessToken());
    }
    assertThat(stage.calls.count("GET", id + "/token")).isEqualTo(1);

    authpipe.accessTokens().rejected(id, made.endUser(), first);
    authpipe.connections().refresh(id);

    assertThat(authpipe.accessTokens().get(id, made.endUser()).generation()).isEqualTo(2);
    assertThat(authpipe.accessTokens().get(id, made.endUser()).accessToken()).isNotEqualTo(first.accessToken());
    assertThat(stage.calls.count("GET", id + "/token")).isEqualTo(2);
    assertThatThrownBy(() -> authpipe.accessTokens().get(id, new EndUserId("somebody else")))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void proxyOnlyIsRefusedHoweverOneAsksAndCalledAllTheSame() {
    SdkVisitor ada = new SdkVisitor("guarded");
    ConnectionId id = stage.connected(ada, SdkStage.request("guarded")).id();

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> authpipe.accessTokens().get(id, ada.endUserId()))
          .isInstanceOfSatisfying(KeyRejectedException.class,
              refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PROXY_ONLY));
    }
    try (ProviderResponse me = authpipe.providerCalls().send(id, ProviderRequest.get(ada.endUserId(), "/me").build())) {
      assertThat(me.status()).isEqualTo(200);
    }
  }

  @Test
  void everyMethodReachesTheProviderAndRefusalsOfBothSidesAreToldApart() {
    Connection made = stage.connected("caller");
    for (String method : List.of("GET", "HEAD", "OPTIONS", "DELETE", "POST", "PUT", "PATCH")) {
      boolean sends = List.of("POST", "PUT", "PATCH").contains(method);
      ProviderRequest.Builder call = ProviderRequest.of(method, made.endUser(), "/echo/a%2Cb?q=%C3%BC").query("more", "x y");
      try (ProviderResponse answer = authpipe.providerCalls().send(made.id(),
          (sends ? call.body(RequestBody.ofText("grün")) : call).build())) {
        assertThat(answer.status()).as(method).isEqualTo(200);
        assertThat(answer.text(100_000)).contains(method.equals("HEAD") ? "" : "/echo/a%2Cb?q=%C3%BC&more=x%20y")
            .contains(sends ? "grün" : "");
      }
    }
    ProviderCalls calls = authpipe.providerCalls();
    try (ProviderResponse theirs = calls.send(made.id(), ProviderRequest.get(made.endUser(), "/status/503").build())) {
      assertThat(theirs.status()).isEqualTo(503);
    }
    assertThatThrownBy(() -> calls.send(made.id(), ProviderRequest.get(made.endUser(), "/a/%2e%2e/me").build()))
        .isInstanceOfSatisfying(RequestRejectedException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PATH_NOT_ALLOWED));
    assertThatThrownBy(() -> calls.send(made.id(), ProviderRequest.get(new EndUserId("somebody else"), "/me").build()))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void requestsOfTheJdkStreamBothWays() throws IOException {
    Connection made = stage.connected("streamer");
    ProviderCalls calls = authpipe.providerCalls();
    byte[] block = new byte[MEGABYTES << 20];
    HttpRequest upload = HttpRequest.newBuilder(calls.uri(made.id(), "/sink"))
        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(block))).build();
    assertThat(calls.send(made.endUser(), upload, BodyHandlers.ofString()).body()).contains(Integer.toString(block.length));

    HttpRequest download = HttpRequest.newBuilder(calls.uri(made.id(), "/stream?bytes=" + block.length)).build();
    HttpResponse<InputStream> stream = calls.send(made.endUser(), download, BodyHandlers.ofInputStream());
    try (InputStream body = stream.body()) {
      long read = 0;
      byte[] piece = new byte[64 * 1024];
      for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
        read += n;
      }
      assertThat(read).isEqualTo(block.length);
    }
    HttpRequest events = HttpRequest.newBuilder(calls.uri(made.id(), "/events?count=3")).build();
    assertThat(
        calls.sendAsync(made.endUser(), events, BodyHandlers.ofLines()).join().body().filter(line -> line.startsWith("id:")))
        .hasSize(3);
    assertThatThrownBy(() -> calls.send(new EndUserId("somebody else"), events, BodyHandlers.discarding()))
        .isInstanceOfSatisfying(NotFoundException.class, refused -> assertThat(refused.requestId()).isPresent());
  }

  @Test
  void aPersonIsExportedAndErasedWithAReceipt() {
    Connection made = stage.connected("erased/ä");
    EndUserId who = made.endUser();
    assertThat(authpipe.endUsers().export(who)).satisfies(export -> {
      assertThat(export.endUser()).isEqualTo(new EndUser(who, "Ada Okafor", "ada@example.com"));
      assertThat(export.connections()).singleElement().satisfies(one -> assertThat(one.secrets()).isNotEmpty());
    });
    assertThat(authpipe.endUsers().eraseDryRun(who).connections()).hasSize(1);
    assertThat(authpipe.connections().get(made.id()).status()).isEqualTo(ConnectionStatus.ACTIVE);

    Erasure erasure = authpipe.endUsers().erase(who);

    assertThat(erasure.connections()).singleElement().satisfies(one -> assertThat(one.id()).isEqualTo(made.id()));
    assertThat(Objects.requireNonNull(erasure.horizons()).backups()).isAfter(Instant.now());
    assertThat(authpipe.endUsers().erasure(erasure.id()).signedDocument()).startsWith("authpipe document 1");
    assertThatThrownBy(() -> authpipe.endUsers().export(who)).isInstanceOf(NotFoundException.class);
  }
}
