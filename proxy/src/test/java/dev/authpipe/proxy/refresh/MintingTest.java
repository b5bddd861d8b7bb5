package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.NewCredential;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.Behaviours;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.RefreshRotation;
import dev.authpipe.wire.ConnectionId;

/** Access tokens that a client mints for itself go the way of refreshes: one call for one expiry, and nothing can be lost. */
@Tag("S54")
class MintingTest {
  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private Stage stage;

  @BeforeEach
  void start() {
    stage = new Stage(new Stage.Scene("minting", RefreshRotation.none(), false), stores,
        Path.of("src/test/resources/minting-providers"));
  }

  @AfterEach
  void stop() {
    stage.close();
    stores.close();
  }

  @Test
  void twoProxiesMintOnceForOneExpiry() throws Exception {
    Replica two = stage.replica();
    ConnectionId connection = minted();
    stage.clock.advance(Duration.ofHours(2));
    CountDownLatch together = new CountDownLatch(1);
    List<Future<String>> tokens = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 60; i++) {
        Replica replica = i % 2 == 0 ? stage.one() : two;
        tokens.add(callers.submit(() -> {
          together.await();
          return accessToken(replica, connection);
        }));
      }
      together.countDown();
    }
    List<String> distinct = new ArrayList<>();
    for (Future<String> token : tokens) {
      distinct.add(token.get());
    }
    assertThat(distinct.stream().distinct()).hasSize(1);
    assertThat(stage.server.tokenCalls()).isEqualTo(1);
    assertThat(stage.statusAtProvider(SecretText.of(distinct.getFirst()))).isEqualTo(200);
  }

  @Test
  void aLostAnswerIsMintedAgainAtOnce() {
    ConnectionId connection = minted();
    stage.clock.advance(Duration.ofHours(2));
    stage.server.script().next(Call.OTHER_GRANT, Behaviours.dropsAnswer());
    assertThat(accessToken(stage.one(), connection)).startsWith("sbx_at_");
    assertThat(stage.server.tokenCalls()).isEqualTo(2);
    assertThat(state(connection)).isEqualTo(CredentialState.ACTIVE);
  }

  @Test
  @Tag("S50")
  void whatIsMintedInAnAnswerThatCannotBeAcceptedIsRevoked() {
    ConnectionId connection = minted();
    stage.clock.advance(Duration.ofHours(2));
    stage.server.script().next(Call.OTHER_GRANT, Behaviours.expiresIn(99_999_999_999L));
    assertThat(stage.one().credentials().get(stage.request(connection))).isEqualTo(new FreshOutcome.ProviderUnreachable());
    assertThat(stage.query("select reason from revocation")).containsExactly("malformed_answer");
    org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(stage.server.liveTokens().accessTokens()).isEmpty());
  }

  @Test
  void theScheduleMintsBeforeAnybodyHasToWait() {
    ConnectionId connection = minted();
    stage.clock.advance(Duration.ofSeconds(1));
    stage.one().schedule.pass();
    stage.clock.advance(Duration.ofMinutes(55));
    stage.one().schedule.pass();
    org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(stage.server.tokenCalls()).isEqualTo(1));
    org.awaitility.Awaitility.await().untilAsserted(
        () -> assertThat(
            stage.one().database.inWorkspace(stage.workspace, tx -> stage.one().vault.row(tx, connection)).orElseThrow()
                .generation())
            .isEqualTo(2));
  }

  private CredentialState state(ConnectionId connection) {
    return stage.one().database.inWorkspace(stage.workspace, tx -> stage.one().vault.row(tx, connection)).orElseThrow().state();
  }

  private String accessToken(Replica replica, ConnectionId connection) {
    FreshOutcome outcome = replica.credentials().get(stage.request(connection));
    assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
    try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
      return opened.accessToken().expose();
    }
  }

  /** A connection of the integration's client whose first access token lives for an hour. */
  private ConnectionId minted() {
    Replica replica = stage.one();
    try (Sealer sealer = replica.vault.hold(stage.workspace)) {
      return replica.database.inWorkspace(stage.workspace, tx -> {
        UUID endUser = replica.people.ensure(tx, "user-1", null, null).id();
        ConnectionId id = new ConnectionId(replica.randomness.uuidV7());
        Instant now = stage.clock.instant();
        List<String> scopes = List.of("issues:read");
        try (NewCredential credential = NewCredential
            .builder(CredentialType.CLIENT_CREDENTIALS, endUser, "user-1", stage.integration.apiBase(Map.of()),
                stage.integration.tokenOrigin(Map.of()))
            .accessToken(SecretText.of("sbx_at_first")).tokenType("Bearer").scopes(scopes).requestedScopes(scopes).issuedAt(now)
            .accessExpiresAt(now.plusSeconds(3600)).build()) {
          replica.vault.create(tx, ConnectionRow.active(stage.workspace, id, stage.integration.id(), "minting", endUser, null,
              scopes, scopes, now), credential, sealer);
        }
        return id;
      });
    }
  }
}
