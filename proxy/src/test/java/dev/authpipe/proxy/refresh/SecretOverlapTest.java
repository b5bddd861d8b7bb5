package dev.authpipe.proxy.refresh;

import static dev.authpipe.testkit.sandbox.Behaviours.dropsAnswer;
import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Ticker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.clientsecret.ClientSecretSetting;
import dev.authpipe.proxy.clientsecret.ClientSecretView;
import dev.authpipe.proxy.clientsecret.Replacement;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.wire.ConnectionId;

/**
 * A client secret is replaced and the one before is tried as well for a while, at a provider whose refresh tokens are good once: whichever of the
 * two it knows, every refresh works, none is lost, and none costs two calls for long.
 */
@Tag("S54")
class SecretOverlapTest extends RefreshStage {
  private static final String NEXT = "sbx_secret_the_next_one";
  private static final Duration KEPT = Duration.ofHours(24);

  private String former;
  private ConnectionId connection;
  private long generation = 1;

  @BeforeEach
  void connected() {
    play(Scene.strict());
    try (SecretText opened = stage.one().clientSecrets.open(stage.workspace, stage.integration.id(), origin()).orElseThrow()) {
      former = opened.expose();
    }
    connection = stage.connect("ada");
  }

  @Test
  void aProviderThatKnowsOnlyTheFormerOneIsServedAndRememberedForAWhile() {
    set(NEXT, KEPT);
    renewed(2, NEXT, former);
    renewed(1, former);
    assertThat(events()).containsOnlyOnce("client_secret.previous_needed");
    assertThat(Objects.requireNonNull(view().previous()).neededAt()).isNotNull();
    stage.one().keyTime.advance(Duration.ofMinutes(15));
    renewed(2, NEXT, former);
    assertThat(events()).as("once a day").containsOnlyOnce("client_secret.previous_needed");
    stage.clock.advance(Duration.ofHours(23));
    stage.one().keyTime.advance(Duration.ofMinutes(15));
    providerKnows(NEXT);
    renewed(1, NEXT);
    renewed(1, NEXT);
  }

  @Test
  void aProviderThatForgetsTheFormerOneIsAskedWithTheNewOneAtOnce() {
    set(NEXT, KEPT);
    renewed(2, NEXT, former);
    providerKnows(NEXT);
    renewed(2, former, NEXT);
    renewed(1, NEXT);
    assertThat(stage.query("select state from refresh_attempt where state <> 'COMMITTED'")).isEmpty();
  }

  @Test
  void aProviderThatKnowsTheNewOneNeverSeesTheFormerOneAgain() {
    providerKnows(NEXT);
    set(NEXT, KEPT);
    renewed(1, NEXT);
    renewed(1, NEXT);
    assertThat(events()).doesNotContain("client_secret.previous_needed");
  }

  @Test
  @Tag("S36")
  void onlyWhenBothAreRefusedTheIntegrationIsMisconfiguredAndTheGrantIsStillGood() {
    providerKnows("sbx_secret_of_nobody_here");
    set(NEXT, KEPT);
    stage.clock.advance(Duration.ofHours(2));
    stage.server.forgetObservations();
    assertThat(stage.one().credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.Misconfigured());
    assertThat(sent()).containsExactly(NEXT, former);
    assertThat(state(connection)).isEqualTo(CredentialState.ACTIVE);
    assertThat(events()).doesNotContain("client_secret.previous_needed");
    providerKnows(NEXT);
    stage.letDatabaseTimePass(Duration.ofHours(1));
    renewed(1, NEXT);
  }

  @Test
  void whatIsNotARefusedClientIsNeverAskedAgainWithTheOther() {
    set(NEXT, KEPT);
    for (var answer : List.of(oauthError(503, "invalid_client"), oauthError("unauthorized_client"), oauthError("invalid_scope"),
        dropsAnswer())) {
      stage.server.forgetObservations();
      stage.server.script().next(Call.REFRESH, answer);
      assertThat(stage.one().renewal.renew(stage.workspace, connection, generation, RefreshCause.FORCED, CALLER))
          .isNotInstanceOf(RenewalOutcome.Moved.class);
      assertThat(sent()).as("%s", answer).containsExactly(NEXT);
      stage.letDatabaseTimePass(Duration.ofHours(1));
    }
  }

  @Test
  void theSecondIsNotSentWhenItsAnswerCouldComeAfterTheLease() {
    set(NEXT, KEPT);
    AtomicLong ahead = new AtomicLong();
    Replica slow = stage.replica(() -> Ticker.systemTicker().read() + ahead.get());
    Gate gate = Gate.closed();
    stage.server.forgetObservations();
    stage.server.script().next(Call.REFRESH, heldBy(gate));
    CompletableFuture<RenewalOutcome> renewal = CompletableFuture
        .supplyAsync(() -> slow.renewal.renew(stage.workspace, connection, generation, RefreshCause.FORCED, CALLER));
    gate.awaitArrivals(1);
    ahead.addAndGet(Duration.ofSeconds(16).toNanos());
    gate.open();
    assertThat(renewal.join()).isInstanceOf(RenewalOutcome.Failed.class);
    assertThat(sent()).containsExactly(NEXT);
    stage.letDatabaseTimePass(Duration.ofHours(1));
    stage.server.forgetObservations();
    assertThat(slow.renewal.renew(stage.workspace, connection, generation, RefreshCause.FORCED, CALLER))
        .isInstanceOf(RenewalOutcome.Moved.class);
    assertThat(sent()).as("the other has its turn").containsExactly(former);
  }

  @Test
  @Tag("S51")
  void afterItsTimeTheFormerOneIsNeitherSentNorKept() {
    set(NEXT, KEPT);
    stage.clock.advance(KEPT);
    stage.server.forgetObservations();
    assertThat(stage.one().renewal.renew(stage.workspace, connection, generation, RefreshCause.FORCED, CALLER))
        .isInstanceOf(RenewalOutcome.Failed.class);
    assertThat(sent()).containsExactly(NEXT);
    assertThat(view().previous()).isNull();
    assertThat(rows("select count(*) from client_secret_previous")).containsExactly("1");
    assertThat(stage.one().previousSecrets.eraseEnded(stage.workspace)).isEqualTo(1);
    assertThat(rows("select count(*) from client_secret_previous")).containsExactly("0");
    assertThat(events()).endsWith("client_secret.previous_ended");
  }

  private void set(String secret, Duration keep) {
    new ClientSecretSetting(stage.one().clientSecrets, stage.one().audit).set(
        new ClientSecretSetting.Place(stage.workspace, stage.integration.id(), origin(), List.of()), SecretText.of(secret),
        new Replacement(null, keep), AuditActor.operator(), "command", null);
  }

  private void providerKnows(String secret) {
    stage.server.registerClient(new RegisteredClient(stage.integration.clientId(), "Acme Notes",
        new ClientAuthentication.Basic(ConcealedText.of(secret)), Set.of()));
  }

  private String origin() {
    return stage.integration.clientSecretOrigin();
  }

  private void renewed(int calls, String... secrets) {
    stage.server.forgetObservations();
    assertThat(stage.one().renewal.renew(stage.workspace, connection, generation, RefreshCause.FORCED, CALLER))
        .isEqualTo(new RenewalOutcome.Moved(generation + 1));
    generation++;
    assertThat(sent()).containsExactly(secrets).hasSize(calls);
    assertThat(refreshes()).isEqualTo(calls);
  }

  /** The client secrets that reached the token endpoint, in their order. */
  private List<String> sent() {
    return stage.server.requestsTo(stage.server.tokenEndpoint().getRawPath()).stream()
        .map(request -> new String(Base64.getDecoder().decode(request.header("Authorization").orElseThrow().substring(6)), UTF_8))
        .map(pair -> pair.substring(pair.indexOf(':') + 1)).toList();
  }

  private ClientSecretView view() {
    return stage.one().clientSecrets.view(stage.workspace, stage.integration.id()).orElseThrow();
  }

  private List<String> events() {
    return rows("select type from audit_event order by seq");
  }

  private List<String> rows(String sql) {
    try (Connection admin = stage.stores.superuser(Store.CLIENT_SECRETS).getConnection();
        Statement statement = admin.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (found.next()) {
        rows.add(found.getString(1));
      }
      return rows;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
