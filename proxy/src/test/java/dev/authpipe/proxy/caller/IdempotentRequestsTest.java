package dev.authpipe.proxy.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Ticker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.OpenStores;
import dev.authpipe.proxy.caller.IdempotencyOutcome.InProgress;
import dev.authpipe.proxy.caller.IdempotencyOutcome.KeyReused;
import dev.authpipe.proxy.caller.IdempotencyOutcome.Proceed;
import dev.authpipe.proxy.caller.IdempotencyOutcome.Repeated;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.testkit.ManualClock;
import dev.authpipe.wire.ApiKeyId;

class IdempotentRequestsTest {
  private static final String OPERATION = "POST /v1/connect-sessions";
  private static final byte[] BODY = bytes("{\"a\":1}");
  @TempDir
  static Path directory;
  private static OpenStores stores;
  private static Replica replica;
  private static Envelopes envelopes;
  private static IdempotentRequests requests;
  private Caller caller;

  @BeforeAll
  static void open() throws IOException {
    stores = new OpenStores();
    replica = new Replica(stores, ManualClock.atNoon(), LocalKek.create("local", directory.resolve("kek"), stores.randomness()));
    replica.keys.load();
    envelopes = Envelopes.ofVault(new EnvelopeSettings("test", "local", "local"), replica.vault, replica.keks,
        replica.keys, Ticker.systemTicker(), stores.randomness());
    requests = new IdempotentRequests(replica.vault, replica.keys, envelopes);
  }

  @AfterAll
  static void close() {
    envelopes.close();
    replica.close();
    stores.close();
  }

  @BeforeEach
  void callers() {
    caller = new Caller(stores.workspace(), new ApiKeyId(UUID.randomUUID()), Set.of(Scope.CONNECT), Set.of(), false);
    envelopes.ensureKeyset(caller.workspace(), "local");
  }

  @Test
  void aRepetitionGetsTheSameAnswer() {
    Proceed first = (Proceed) begin("k", BODY);
    requests.finish(first.claim(), 201, SecretBytes.copyOf(bytes("answer")));
    assertThat(begin("k", BODY)).isEqualTo(new Repeated(201, SecretBytes.copyOf(bytes("answer"))));
  }

  @Test
  void theSameKeyWithAnotherBodyOrOperationIsRefused() {
    requests.finish(((Proceed) begin("k", BODY)).claim(), 201, SecretBytes.copyOf(bytes("answer")));
    assertThat(begin("k", bytes("{\"a\":2}"))).isInstanceOf(KeyReused.class);
    assertThat(requests.begin(caller, "k", "POST /v1/connections", BODY)).isInstanceOf(KeyReused.class);
  }

  @Test
  void ofTwentyAtATimeOneProceeds() throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<IdempotencyOutcome>> same = Stream.<Callable<IdempotencyOutcome>>generate(() -> () -> begin("race", BODY))
          .limit(20).toList();
      int proceeding = 0;
      for (Future<IdempotencyOutcome> outcome : executor.invokeAll(same)) {
        proceeding += outcome.get() instanceof Proceed ? 1 : 0;
        assertThat(outcome.get()).isInstanceOfAny(Proceed.class, InProgress.class);
      }
      assertThat(proceeding).isEqualTo(1);
    }
  }

  @Test
  void anAbandonedKeyIsFreeAgain() {
    requests.abandon(((Proceed) begin("k", BODY)).claim());
    assertThat(begin("k", bytes("other"))).isInstanceOf(Proceed.class);
  }

  @Test
  void aClaimWhoseReplicaDiedLapsesAndItsLateAnswerIsDropped() {
    Proceed dead = (Proceed) begin("k", BODY);
    age("3 minutes");
    Proceed next = (Proceed) begin("k", BODY);
    requests.finish(dead.claim(), 500, SecretBytes.copyOf(bytes("late")));
    requests.finish(next.claim(), 201, SecretBytes.copyOf(bytes("right")));
    assertThat(begin("k", BODY)).isEqualTo(new Repeated(201, SecretBytes.copyOf(bytes("right"))));
  }

  @Test
  void afterADayAKeyIsFreeAgainAndItsRowIsDeleted() {
    requests.finish(((Proceed) begin("k", BODY)).claim(), 201, SecretBytes.copyOf(bytes("answer")));
    age("25 hours");
    assertThat(begin("k", bytes("other"))).isInstanceOf(Proceed.class);
    age("25 hours");
    stores.asSuperuser(Store.VAULT,
        "insert into workspace (workspace_id, name, kek_name, mac) values ('" + caller.workspace().value()
            + "', 'w" + Integer.toHexString(caller.hashCode()) + "', 'local', '')");
    requests.deleteOld();
    assertThat(stores.asSuperuser(Store.VAULT,
        "select 1 from idempotent_request where workspace_id = '" + caller.workspace().value() + "'"))
        .isEmpty();
  }

  @Test
  void keysOfDifferentCallersAreDifferent() {
    begin("k", BODY);
    Caller other = new Caller(caller.workspace(), new ApiKeyId(UUID.randomUUID()), caller.scopes(), Set.of(), false);
    assertThat(requests.begin(other, "k", OPERATION, bytes("other"))).isInstanceOf(Proceed.class);
  }

  @Test
  @Tag("S1")
  void theAnswerIsSealedAndBoundToItsKey() {
    requests.finish(((Proceed) begin("one", BODY)).claim(), 201, SecretBytes.copyOf(bytes("canary-answer")));
    Proceed second = (Proceed) begin("two", BODY);
    requests.finish(second.claim(), 201, SecretBytes.copyOf(bytes("other")));
    String where = " where workspace_id = '" + caller.workspace().value() + "'";
    assertThat(stores.asSuperuser(Store.VAULT, "select encode(sealed_response, 'escape') from idempotent_request" + where))
        .hasSize(2).allSatisfy(sealed -> assertThat(sealed).doesNotContain("canary"));
    stores.asSuperuser(Store.VAULT,
        "update idempotent_request r set sealed_response = (select sealed_response from idempotent_request o"
            + " where o.workspace_id = r.workspace_id and o.key_hash <> r.key_hash)" + where);
    assertThatThrownBy(() -> begin("one", BODY)).isInstanceOf(IntegrityException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with space", "\u00e9", "line\n"})
  void anOddKeyIsRefused(String key) {
    assertThatThrownBy(() -> begin(key, BODY)).isInstanceOf(ProblemException.class);
  }

  private IdempotencyOutcome begin(String key, byte[] body) {
    return requests.begin(caller, key, OPERATION, body);
  }

  private void age(String by) {
    stores.asSuperuser(Store.VAULT,
        "update idempotent_request set created_at = created_at - interval '" + by + "' where workspace_id = '"
            + caller.workspace().value() + "'");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
