package dev.authpipe.proxy.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.OpenStores;
import dev.authpipe.proxy.caller.CallerOutcome.Authenticated;
import dev.authpipe.proxy.caller.CallerOutcome.Limited;
import dev.authpipe.proxy.caller.CallerOutcome.Refused;
import dev.authpipe.proxy.caller.CallerOutcome.Unavailable;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.Peer;
import dev.authpipe.testkit.ManualClock;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

class CallersTest {
  private static final CallerOutcome UNAUTHENTICATED = new Refused(ErrorCode.UNAUTHENTICATED);
  @TempDir
  static Path directory;
  private static OpenStores stores;
  private static LocalKek kek;
  private final ManualClock clock = ManualClock.atNoon();
  private final List<Replica> replicas = new ArrayList<>();
  private WorkspaceId workspace;
  private Replica one;

  @BeforeAll
  static void openStores() throws IOException {
    stores = new OpenStores();
    kek = LocalKek.create("local", directory.resolve("kek"), stores.randomness());
  }

  @AfterAll
  static void closeStores() {
    stores.close();
  }

  @BeforeEach
  void start() {
    workspace = stores.workspace();
    one = replica().listening();
  }

  @AfterEach
  void stop() {
    stores.set().allowConnections(Store.VAULT, true);
    replicas.forEach(Replica::close);
  }

  @Test
  @Tag("S31")
  void aNewKeyHasItsFormAndAuthenticatesWithWhatItGrants() {
    NewApiKey key = create(one, request(Scope.PROXY, Scope.CONNECTIONS_READ));
    assertThat(key.apiKey().expose()).matches("ap_sk_[0-9a-hjkmnp-tv-z]{26}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}");
    assertThat(one.authenticate(key)).isEqualTo(new Authenticated(
        new Caller(workspace, key.view().id(), Set.of(Scope.PROXY, Scope.CONNECTIONS_READ), Set.of(), false)));
    assertThat(stores.asSuperuser(Store.VAULT,
        "select to_jsonb(k)::text from api_key k where key_id = '" + key.view().id().value() + "'"))
        .singleElement().asString().doesNotContain(key.apiKey().expose().substring(33, 76));
    assertThat(stores.events(workspace)).singleElement().asString().contains("\"type\":\"api_key.created\"");
  }

  @Test
  @Tag("A2")
  void aWarmKeyCostsNoSqlAndNoKekCall() {
    NewApiKey key = create(one, request(Scope.TOKENS_READ));
    one.authenticate(key);
    long sql = one.vault.transactions();
    long kekCalls = one.keks.calls();
    for (int i = 0; i < 100; i++) {
      assertThat(one.warm(key)).isInstanceOf(Authenticated.class);
      assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
    }
    assertThat(one.vault.transactions()).isEqualTo(sql);
    assertThat(one.keks.calls()).isEqualTo(kekCalls);
  }

  @Test
  @Tag("A4")
  void aForgedKeyCostsNoSql() {
    NewApiKey real = create(one, request(Scope.PROXY));
    String text = real.apiKey().expose();
    String otherId = new ApiKeyId(UUID.randomUUID()).toString().substring(4);
    List<@Nullable String> forgeries = new ArrayList<>(List.of("", "Bearer", "Bearer ", "Basic " + text, text,
        "Bearer " + text + "x",
        "Bearer " + text.substring(1), "Bearer ap_sk_" + otherId + text.substring(32),
        "Bearer " + text.substring(0, 40) + "\u00e9" + text.substring(41),
        "Bearer " + text.replace("ap_sk_", "ap_sk-"), "Bearer " + text.substring(0, 77) + "000000", "Bearer " + "_".repeat(83)));
    for (int at : new int[]{7, 31, 33, 50, 75, 77, 82}) {
      char other = text.charAt(at) == '1' ? '2' : '1';
      forgeries.add("Bearer " + text.substring(0, at) + other + text.substring(at + 1));
    }
    forgeries.add(null);
    long sql = one.vault.transactions();
    for (String forgery : forgeries) {
      assertThat(one.callers.warm(forgery, Replica.HERE)).as(String.valueOf(forgery)).isEqualTo(UNAUTHENTICATED);
      assertThat(one.callers.authenticate(forgery, Replica.HERE)).isEqualTo(UNAUTHENTICATED);
    }
    assertThat(one.vault.transactions()).isEqualTo(sql);
    one.authenticate(real);
    sql = one.vault.transactions();
    assertThat(one.callers.warm("Bearer " + text.substring(0, 40) + "0123456789" + text.substring(50), Replica.HERE))
        .as("the id of a warm key").isEqualTo(UNAUTHENTICATED);
    assertThat(one.vault.transactions()).isEqualTo(sql);
  }

  @Test
  @Tag("S40")
  void refusalsOfStrangersAreCountedNotWritten() {
    one.callers.authenticate("Bearer nonsense", Replica.HERE);
    int before = stores.events(dev.authpipe.proxy.db.Database.STORE).size();
    one.callers.authenticate("Bearer nonsense", Replica.HERE);
    assertThat(stores.events(dev.authpipe.proxy.db.Database.STORE)).hasSize(before);
  }

  @Test
  @Tag("S31")
  void aRevocationIsSeenByEveryReplicaWithinASecond() {
    Replica two = replica().listening();
    NewApiKey key = create(one, request(Scope.PROXY));
    assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
    assertThat(two.authenticate(key)).isInstanceOf(Authenticated.class);
    assertThat(one.apiKeys.revoke(workspace, key.view().id(), AuditActor.operator())).isTrue();
    assertThat(one.authenticate(key)).as("the revoking replica, at once").isEqualTo(UNAUTHENTICATED);
    await().atMost(Duration.ofSeconds(1)).until(() -> two.authenticate(key).equals(UNAUTHENTICATED));
    assertThat(stores.events(workspace)).last().asString().contains("\"type\":\"api_key.revoked\"");
    assertThat(one.apiKeys.revoke(workspace, key.view().id(), AuditActor.operator())).as("again").isTrue();
    assertThat(stores.events(workspace)).hasSize(2);
    assertThat(one.apiKeys.list(workspace)).singleElement()
        .satisfies(view -> assertThat(view.revokedAt()).isEqualTo(clock.instant()));
  }

  @Test
  @Tag("S31")
  void withASilentListenerARevocationIsSeenWithinFiveSeconds() {
    Replica deaf = replica();
    deaf.keys.load();
    NewApiKey key = create(one, request(Scope.PROXY));
    assertThat(deaf.authenticate(key)).isInstanceOf(Authenticated.class);
    one.apiKeys.revoke(workspace, key.view().id(), AuditActor.operator());
    stores.move(Duration.ofSeconds(5));
    assertThat(deaf.warm(key)).as("not warm any more").isNull();
    assertThat(deaf.authenticate(key)).isEqualTo(UNAUTHENTICATED);
  }

  @Test
  @Tag("S31")
  void withoutTheStoreAKeyIsGoodForTheStaleLimitThenNobodyCanTell() {
    Replica deaf = replica();
    deaf.keys.load();
    NewApiKey key = create(one, request(Scope.PROXY));
    deaf.authenticate(key);
    stores.set().allowConnections(Store.VAULT, false);
    stores.set().terminateConnections(Store.VAULT);
    stores.move(Replica.STALE_LIMIT.minusSeconds(5));
    assertThat(deaf.authenticate(key)).isInstanceOf(Authenticated.class);
    stores.move(Duration.ofSeconds(10));
    assertThat(deaf.authenticate(key)).isEqualTo(new Unavailable(ErrorCode.STORE_UNAVAILABLE));
  }

  @Test
  void withoutTheDeploymentKeysNobodyCanTell() {
    NewApiKey key = create(one, request(Scope.PROXY));
    Replica keyless = new Replica(stores, clock, null);
    replicas.add(keyless);
    assertThat(keyless.warm(key)).isNull();
    assertThat(keyless.authenticate(key)).isEqualTo(new Unavailable(ErrorCode.KEY_UNAVAILABLE));
  }

  @ParameterizedTest
  @Tag("S2")
  @ValueSource(strings = {"scopes = '{proxy,incident}'", "integrations = null", "ip_ranges = null", "require_end_user = false",
      "calls_per_minute = 1000000", "calls_per_minute = null", "calls_per_month = 1000000", "expires_at = '2099-01-01'",
      "expires_at = null", "revoked_at = now()", "hash = sha256('x')", "mac = sha256('x')",
      "workspace_id = '00000000-0000-0000-0000-0000000000aa'"})
  void aRowThatASuperuserChangedIsRefusedAndRecorded(String change) {
    NewApiKey key = one.apiKeys.create(workspace, new ApiKeyRequest("guarded", Set.of(Scope.PROXY),
        Set.of(new IntegrationId(UUID.randomUUID())), List.of("127.0.0.0/8"), true, 60, 1000L, clock.instant().plusSeconds(3600)),
        AuditActor.operator());
    assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
    stores.asSuperuser(Store.VAULT, "update api_key set " + change + " where key_id = '" + key.view().id().value() + "'");
    await().until(() -> one.authenticate(key).equals(UNAUTHENTICATED));
    assertThat(one.authenticate(key)).isEqualTo(UNAUTHENTICATED);
    WorkspaceId where = change.startsWith("workspace_id") ? new WorkspaceId(new UUID(0, 0xaa)) : workspace;
    assertThat(stores.events(where)).anySatisfy(event -> assertThat(event).contains("\"type\":\"api_key.refused\"")
        .contains("\"reason\":\"integrity_error\"").contains(key.view().id().toString()));
    assertThat(one.apiKeys.list(where)).anySatisfy(view -> assertThat(view.intact()).isFalse());
    stores.asSuperuser(Store.VAULT, "delete from api_key where key_id = '" + key.view().id().value() + "'");
  }

  @Test
  @Tag("S2")
  void revokingAChangedRowDoesNotVouchForIt() {
    NewApiKey key = create(one, request(Scope.PROXY));
    stores.asSuperuser(Store.VAULT, "update api_key set scopes = '{incident}' where key_id = '" + key.view().id().value() + "'");
    assertThat(one.apiKeys.revoke(workspace, key.view().id(), AuditActor.operator())).isTrue();
    assertThat(one.apiKeys.list(workspace)).singleElement().satisfies(view -> assertThat(view.intact()).isFalse());
  }

  @Test
  void anExpiredKeyIsRefused() {
    NewApiKey key = one.apiKeys.create(workspace,
        new ApiKeyRequest("short", Set.of(Scope.PROXY), Set.of(), List.of(), false, null, null,
            clock.instant().plusSeconds(60)),
        AuditActor.operator());
    assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
    clock.advance(Duration.ofSeconds(60));
    assertThat(one.warm(key)).isEqualTo(UNAUTHENTICATED);
  }

  @Test
  void aKeyIsGoodFromItsAddressesOnly() throws IOException {
    NewApiKey key = one.apiKeys.create(workspace, new ApiKeyRequest("bound", Set.of(Scope.PROXY), Set.of(),
        List.of("10.1.0.0/16", "2001:db8::/33"), false, null, null, null), AuditActor.operator());
    String header = "Bearer " + key.apiKey().expose();
    for (String good : List.of("10.1.255.1", "2001:db8:7fff::1")) {
      assertThat(one.callers.authenticate(header, Peer.at(InetAddress.getByName(good)))).as(good)
          .isInstanceOf(Authenticated.class);
    }
    for (String bad : List.of("10.2.0.1", "2001:db8:8000::1", "127.0.0.1")) {
      assertThat(one.callers.authenticate(header, Peer.at(InetAddress.getByName(bad)))).as(bad)
          .isEqualTo(new Refused(ErrorCode.ADDRESS_NOT_ALLOWED));
    }
  }

  @Test
  @Tag("S37")
  void callsPerMinuteAreLimitedAndReadingTheRowAgainGivesNothingBack() {
    NewApiKey key = one.apiKeys.create(workspace,
        new ApiKeyRequest("slow", Set.of(Scope.PROXY), Set.of(), List.of(), false, 3, null, null),
        AuditActor.operator());
    for (int i = 0; i < 3; i++) {
      assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
    }
    stores.asSuperuser(Store.VAULT, "update api_key set name = 'touched' where key_id = '" + key.view().id().value() + "'");
    assertThat(one.authenticate(key)).isInstanceOfSatisfying(Limited.class, limited -> {
      assertThat(limited.code()).isEqualTo(ErrorCode.RATE_LIMITED);
      assertThat(limited.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
    });
    stores.move(Duration.ofSeconds(21));
    assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
  }

  @Test
  @Tag("S37")
  void aCallThatGoesOnCountsOnceHoweverOftenItIsLookedAtAgain() {
    NewApiKey key = one.apiKeys.create(workspace,
        new ApiKeyRequest("long", Set.of(Scope.PROXY), Set.of(), List.of(), false, 3, null, null), AuditActor.operator());
    Peer peer = Peer.at(InetAddress.getLoopbackAddress());
    assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
    for (int i = 0; i < 10; i++) {
      assertThat(one.callers.stillGood("Bearer " + key.apiKey().expose(), peer)).isInstanceOf(Authenticated.class);
    }
    assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
    assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
    assertThat(one.authenticate(key)).isInstanceOf(Limited.class);
    assertThat(one.callers.stillGood("Bearer " + key.apiKey().expose(), peer)).as("a limit ends no call")
        .isInstanceOf(Authenticated.class);
  }

  @Test
  @Tag("S37")
  void callsPerMonthAreCountedOverAllReplicasAndBeginAnewWithTheMonth() {
    Replica two = replica().listening();
    NewApiKey key = one.apiKeys.create(workspace,
        new ApiKeyRequest("small", Set.of(Scope.PROXY), Set.of(), List.of(), false, null, 5L, null),
        AuditActor.operator());
    for (int i = 0; i < 3; i++) {
      assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
    }
    one.known.writeUsage();
    for (int i = 0; i < 2; i++) {
      assertThat(two.authenticate(key)).isInstanceOf(Authenticated.class);
    }
    assertThat(two.authenticate(key)).isEqualTo(
        new Limited(Duration.between(clock.instant(), Instant.parse("2027-04-01T00:00:00Z")), ErrorCode.QUOTA_EXCEEDED));
    two.known.writeUsage();
    assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
    one.known.writeUsage();
    assertThat(one.authenticate(key)).as("the replica learned what the other counted").isInstanceOf(Limited.class);
    assertThat(
        stores.asSuperuser(Store.VAULT, "select calls::text from api_key_usage where key_id = '" + key.view().id().value() + "'"))
        .containsExactly("6");
    clock.moveTo(Instant.parse("2027-04-01T00:00:00Z"));
    assertThat(one.authenticate(key)).isInstanceOf(Authenticated.class);
  }

  @Test
  @Tag("S37")
  void destructiveCallsAreTenAMinute() {
    Caller caller = one.authenticate(create(one, request(Scope.INCIDENT))).orProblem();
    Caller other = one.authenticate(create(one, request(Scope.INCIDENT))).orProblem();
    for (int i = 0; i < 10; i++) {
      assertThat(one.callers.destructive(caller)).isNull();
    }
    assertThat(one.callers.destructive(caller)).isNotNull();
    assertThat(one.callers.destructive(other)).isNull();
    stores.move(Duration.ofSeconds(7));
    assertThat(one.callers.destructive(caller)).isNull();
  }

  @Test
  void keysOfOneWorkspaceAreListedThereOnly() {
    create(one, request(Scope.PROXY));
    assertThat(one.apiKeys.list(workspace)).hasSize(1);
    assertThat(one.apiKeys.list(stores.workspace())).isEmpty();
    assertThat(one.apiKeys.revoke(stores.workspace(), one.apiKeys.list(workspace).getFirst().id(), AuditActor.operator()))
        .isFalse();
  }

  @Test
  void aRequestThatGrantsNothingOrTooMuchIsRefused() {
    assertThatThrownBy(() -> request()).hasMessageContaining("at least one scope");
    assertThatThrownBy(() -> new ApiKeyRequest(" ", Set.of(Scope.PROXY), Set.of(), List.of(), false, null, null, null))
        .hasMessageContaining("name");
    for (String range : List.of("example.com", "10.0.0.0/33", "10.0.0/8x", "", "10.0.0.1/-1")) {
      assertThatThrownBy(() -> new ApiKeyRequest("n", Set.of(Scope.PROXY), Set.of(), List.of(range), false, null, null, null))
          .as(range)
          .hasMessageContaining("CIDR");
    }
  }

  private Replica replica() {
    Replica replica = new Replica(stores, clock, kek);
    replicas.add(replica);
    return replica;
  }

  private NewApiKey create(Replica replica, ApiKeyRequest request) {
    return replica.apiKeys.create(workspace, request, AuditActor.operator());
  }

  private static ApiKeyRequest request(Scope... scopes) {
    return new ApiKeyRequest("test", Set.of(scopes), Set.of(), List.of(), false, null, null, null);
  }
}
