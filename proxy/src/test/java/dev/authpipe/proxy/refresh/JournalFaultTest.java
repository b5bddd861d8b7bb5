package dev.authpipe.proxy.refresh;

import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.expiresIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.journal.JournalCounts.Without;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.retire.ErasureView;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.RevocationReach;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectionId;

/** What the rescue journal brings back, and what it must not, against a real provider, real PostgreSQL and several replicas. */
@Tag("S54")
class JournalFaultTest {
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();
  private static final AuditActor CALLER = AuditActor.system("test");

  @TempDir
  private Path directory;
  private Stage stage = new Stage(Scene.none(), STORES);
  private boolean away;

  static Stream<Scene> scenes() {
    return Stream.of(Scene.none(), Scene.grace(), Scene.strict());
  }

  private void play(Scene scene) {
    stage.close();
    stage = new Stage(scene, STORES);
  }

  @AfterAll
  static void drop() {
    STORES.close();
  }

  @AfterEach
  void leave() {
    storeIsBack();
    stage.close();
  }

  private void storeGoesAway() {
    away = true;
    stage.stores.allowConnections(Store.VAULT, false);
    stage.stores.terminateConnections(Store.VAULT);
  }

  /** A pool that found no store tries again every few seconds, later than a reader waits when it was away for long. */
  private void storeIsBack() {
    if (away) {
      stage.stores.allowConnections(Store.VAULT, true);
      away = false;
      await().atMost(Duration.ofSeconds(30)).until(() -> stage.one().database.answers(Database.FIRST));
    }
  }

  private CredentialRow row(ConnectionId connection) {
    return stage.one().database.inWorkspace(stage.workspace, tx -> stage.one().vault.row(tx, connection)).orElseThrow();
  }

  private int refreshes() {
    return stage.server.calls(Call.REFRESH);
  }

  /** The grant lives: what is in force works at the provider now, and its refresh token once the access token has ended. */
  private void assertLives(Replica replica, ConnectionId connection) {
    for (int i = 0; i < 2; i++) {
      FreshOutcome outcome = replica.credentials.get(stage.request(connection));
      assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
      try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
        assertThat(stage.statusAtProvider(opened.accessToken())).isEqualTo(200);
      }
      stage.clock.advance(Duration.ofHours(2));
    }
  }

  /** A replica that has an answer in its journal and did not get to commit it when it was killed. */
  private void killedBeforeTheCommit(ConnectionId connection) {
    Replica killed = stage.journaling(directory);
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    CompletableFuture<FreshOutcome> lost = CompletableFuture.supplyAsync(() -> killed.credentials.get(stage.request(connection)),
        Thread::startVirtualThread);
    gate.awaitArrivals(1);
    storeGoesAway();
    gate.open();
    await().until(() -> killed.journal.journal().counts().kept() == 1);
    killed.kill();
    storeIsBack();
    lost.cancel(true);
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void answerOfAKilledReplicaIsPutIntoForceAtItsNextStart(Scene scene) {
    play(scene);
    ConnectionId connection = stage.connect("ada");
    killedBeforeTheCommit(connection);
    assertThat(row(connection).generation()).isEqualTo(1);
    Replica again = stage.journaling(directory);
    again.journal.start();
    assertThat(row(connection).generation()).isEqualTo(2);
    assertThat(refreshes()).isEqualTo(1);
    assertThat(stage.query("select state from refresh_attempt")).containsExactly("COMMITTED");
    assertThat(stage.events(connection)).containsOnlyOnce("refresh.recovered");
    assertLives(again, connection);
    assertThat(refreshes()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void storeThatIsAwayForMinutesAtTheCommitCostsNothing(Scene scene) {
    play(scene);
    ConnectionId connection = stage.connect("ada");
    Replica hasty = stage.hasty(patientFor(Duration.ofMillis(1)), directory);
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    CompletableFuture<FreshOutcome> reader = CompletableFuture.supplyAsync(() -> hasty.credentials.get(stage.request(connection)),
        Thread::startVirtualThread);
    gate.awaitArrivals(1);
    storeGoesAway();
    gate.open();
    assertThat(reader.join()).as("its patience is over").isEqualTo(new FreshOutcome.StoreUnavailable());
    hasty.journal.pass();
    assertThat(hasty.journal.journal().unsettled()).isEqualTo(1);
    storeIsBack();
    await().atMost(Duration.ofSeconds(30)).until(() -> hasty.database.answers(Database.FIRST));
    hasty.journal.pass();
    assertThat(row(connection).generation()).isEqualTo(2);
    assertThat(refreshes()).isEqualTo(1);
    assertLives(hasty, connection);
  }

  private static RefreshSettings patientFor(Duration patience) {
    RefreshSettings usual = RefreshSettings.usual();
    return new RefreshSettings(usual.lease(), usual.pauseLimit(), usual.backoffLeast(), usual.backoffMost(),
        usual.retryAfterMost(), usual.budget(), patience, usual.invalidTokenPause(), usual.callsPerSecond(), usual.callsAtOnce(),
        usual.turnLimit(), usual.breakerFailures(), usual.breakerLeast(), usual.breakerMost(), usual.flightsMost(),
        usual.flightLimit(), usual.pollEvery(), usual.attemptsKept());
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void acknowledgedCommitThatAFailoverLostIsRepeatedFromTheJournal(Scene scene) {
    play(scene);
    ConnectionId connection = stage.connect("ada");
    Replica replica = stage.journaling(directory);
    refreshAndLoseTheCommit(replica, connection, false);
    stage.stores.terminateConnections(Store.VAULT);
    await().until(() -> {
      replica.journal.pass(); // the listener has to come back first
      return row(connection).generation() == 2;
    });
    assertThat(refreshes()).isEqualTo(1);
    assertLives(replica, connection);
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void answerInTheJournalGoesBeforeAnotherUseOfTheSpentToken(Scene scene) {
    play(scene);
    ConnectionId connection = stage.connect("ada");
    Replica replica = stage.journaling(directory);
    refreshAndLoseTheCommit(replica, connection, true);
    stage.clock.advance(Duration.ofHours(2));
    FreshOutcome outcome = replica.credentials.get(stage.request(connection));
    assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
    ((FreshOutcome.Fresh) outcome).credential().close();
    assertThat(row(connection).generation()).isEqualTo(3);
    assertLives(replica, connection);
    assertThat(stage.events(connection)).containsOnlyOnce("refresh.recovered");
  }

  @Test
  void underStrictOnlyTheJournalSavesTheGrantOfALostCommit() {
    play(Scene.strict());
    ConnectionId connection = stage.connect("ada");
    Replica replica = stage.journaling(directory);
    refreshAndLoseTheCommit(replica, connection, true);
    assertThat(replica.credentials.force(stage.request(connection), CALLER)).isInstanceOf(RefreshOutcome.Refreshed.class);
    assertLives(replica, connection);
  }

  /** One successful refresh, of which the store keeps nothing, not even the intent if that is lost too. */
  private void refreshAndLoseTheCommit(Replica replica, ConnectionId connection, boolean intentToo) {
    stage.sql("drop table if exists before_the_failover");
    stage.sql("create table before_the_failover as select * from credential");
    stage.clock.advance(Duration.ofHours(2));
    FreshOutcome outcome = replica.credentials.get(stage.request(connection));
    assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
    ((FreshOutcome.Fresh) outcome).credential().close();
    stage.sql("update credential set generation = b.generation, sealed = b.sealed, access_expires_at = b.access_expires_at, "
        + "issued_at = b.issued_at, state = b.state from before_the_failover b where credential.connection_id = b.connection_id");
    stage.sql("drop table before_the_failover");
    stage.sql(intentToo ? "delete from refresh_attempt" : "update refresh_attempt set state = 'SENT', done_at = null");
    stage.sql(intentToo ? "delete from refresh_lease" : "update refresh_lease set lease_until = now() - interval '1 s'");
    assertThat(row(connection).generation()).isEqualTo(1);
  }

  @Test
  void readerWhoAskedAnotherReplicaMeanwhileCostsNoGrant() {
    play(Scene.strict());
    ConnectionId connection = stage.connect("ada");
    Replica killed = stage.journaling(directory);
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    CompletableFuture<RefreshOutcome> lost = CompletableFuture
        .supplyAsync(() -> killed.credentials.force(stage.request(connection), CALLER), Thread::startVirtualThread);
    gate.awaitArrivals(1);
    storeGoesAway();
    gate.open();
    await().until(() -> killed.journal.journal().counts().kept() == 1);
    killed.kill();
    storeIsBack();
    lost.cancel(true);
    stage.letDatabaseTimePass(Duration.ofSeconds(46));
    assertThat(stage.one().credentials.force(stage.request(connection), CALLER)).as("raises the fence and waits")
        .isInstanceOf(FreshOutcome.Backoff.class);
    Replica again = stage.journaling(directory);
    again.journal.start();
    assertThat(row(connection).generation()).isEqualTo(2);
    assertThat(row(connection).state()).isEqualTo(CredentialState.ACTIVE);
    assertThat(refreshes()).isEqualTo(1);
    assertLives(again, connection);
  }

  @Test
  void whileAnotherReplicaHoldsTheLeaseTheAnswerIsKeptAsACandidate() {
    play(Scene.grace());
    ConnectionId connection = stage.connect("ada");
    killedBeforeTheCommit(connection);
    stage.letDatabaseTimePass(Duration.ofSeconds(46));
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    CompletableFuture<FreshOutcome> other = CompletableFuture.supplyAsync(
        () -> stage.one().credentials.get(stage.request(connection)),
        Thread::startVirtualThread);
    gate.awaitArrivals(1);
    Replica again = stage.journaling(directory);
    again.journal.start();
    assertThat(row(connection).generation()).isEqualTo(1);
    assertThat(stage.count("credential_candidate where used_at is null")).isEqualTo(1);
    gate.open();
    assertThat(other.join()).isInstanceOf(FreshOutcome.Fresh.class);
    assertThat(row(connection).generation()).isEqualTo(2);
    assertLives(again, connection);
  }

  @Test
  @Tag("S50")
  void answerOfAConnectionThatEndedMeanwhileIsRevokedAndErased() {
    play(Scene.grace());
    stage.provider.revocationReach(RevocationReach.TOKEN); // what the disconnect revokes leaves the late answer alive
    ConnectionId connection = stage.connect("ada");
    killedBeforeTheCommit(connection);
    stage.one().retirement().disconnect(stage.workspace, connection, false, CALLER, null);
    assertThat(stage.server.liveTokens().isEmpty()).isFalse();
    Replica again = stage.journaling(directory);
    byte[] sealed = onlySealedBytes();
    again.journal.start();
    await().until(() -> stage.server.liveTokens().isEmpty());
    assertThat(stage.query("select reason from revocation order by created_at")).containsExactly("disconnect", "late_answer");
    assertThat(again.journal.journal().size()).isZero();
    assertThat(contains(sealed)).isFalse();
    assertThat(stage.count("credential where sealed is not null")).isZero();
  }

  @Test
  @Tag("S52")
  void answerOfAnErasedPersonIsRevokedAndErased() {
    play(Scene.grace());
    stage.provider.revocationReach(RevocationReach.TOKEN);
    ConnectionId connection = stage.connect("ada");
    killedBeforeTheCommit(connection);
    stage.one().erasures().erase(stage.workspace, "ada", new ApiKeyId(stage.one().randomness.uuidV7()), null);
    assertThat(stage.count("connection")).isZero();
    Replica again = stage.journaling(directory);
    byte[] sealed = onlySealedBytes();
    again.journal.start();
    await().until(() -> stage.server.liveTokens().isEmpty());
    assertThat(again.journal.journal().size()).isZero();
    assertThat(contains(sealed)).isFalse();
  }

  @Test
  @Tag("S51")
  void disconnectErasesTheEntryOfAGoodRefreshBeforeItReturns() {
    ConnectionId connection = stage.connect("ada");
    Replica replica = refreshedOnce(connection);
    byte[] sealed = onlySealedBytes();
    replica.retirement().disconnect(stage.workspace, connection, false, CALLER, null);
    assertThat(contains(sealed)).isFalse();
    assertThat(replica.journal.journal().size()).isZero();
  }

  @Test
  @Tag("S52")
  void erasureErasesTheEntryBeforeItReturnsAndItsReceiptSaysUntilWhenOthersMayHaveOne() {
    ConnectionId connection = stage.connect("ada");
    Replica replica = refreshedOnce(connection);
    byte[] sealed = onlySealedBytes();
    ErasureView receipt = replica.erasures().erase(stage.workspace, "ada", new ApiKeyId(replica.randomness.uuidV7()), null);
    assertThat(receipt.horizons().journals()).isEqualTo(receipt.requestedAt().plus(Duration.ofHours(24)));
    assertThat(contains(sealed)).isFalse();
  }

  @Test
  @Tag("S51")
  void disconnectOnAnotherReplicaErasesTheEntryHere() {
    ConnectionId connection = stage.connect("ada");
    Replica replica = refreshedOnce(connection);
    byte[] sealed = onlySealedBytes();
    stage.one().retirement().disconnect(stage.workspace, connection, false, CALLER, null);
    await().until(() -> {
      replica.journal.pass(); // once it was notified
      return !contains(sealed);
    });
  }

  private Replica refreshedOnce(ConnectionId connection) {
    Replica replica = stage.journaling(directory);
    stage.clock.advance(Duration.ofHours(2));
    FreshOutcome outcome = replica.credentials.get(stage.request(connection));
    assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
    ((FreshOutcome.Fresh) outcome).credential().close();
    assertThat(replica.journal.journal().size()).isEqualTo(1);
    return replica;
  }

  @Test
  void entryGoesAfterTwentyFourHoursWhereNoStandbyIsSynchronous() {
    ConnectionId connection = stage.connect("ada");
    Replica replica = refreshedOnce(connection);
    byte[] sealed = onlySealedBytes();
    stage.clock.advance(Duration.ofHours(23));
    replica.journal.pass();
    assertThat(contains(sealed)).isTrue();
    stage.clock.advance(Duration.ofHours(2));
    replica.journal.pass();
    assertThat(contains(sealed)).isFalse();
  }

  @Test
  void committedEntryThatIsFoundAtAStartChangesNothing() {
    ConnectionId connection = stage.connect("ada");
    refreshedOnce(connection).kill();
    stage.clock.advance(Duration.ofHours(23));
    Replica again = stage.journaling(directory);
    again.journal.start();
    assertThat(row(connection).generation()).isEqualTo(2);
    assertThat(again.journal.journal().unsettled()).isZero();
    assertThat(stage.events(connection)).doesNotContain("refresh.recovered");
    assertThat(stage.count("revocation")).isZero();
    assertThat(again.journal.journal().size()).isEqualTo(1);
    stage.clock.advance(Duration.ofHours(2));
    again.journal.pass();
    assertThat(again.journal.journal().size()).as("its time does not begin anew with each start").isZero();
  }

  @Test
  @Tag("S2")
  void journalThatWasPutBackTakesNoCredentialBack() throws IOException {
    play(Scene.grace());
    ConnectionId connection = stage.connect("ada");
    Replica first = refreshedOnce(connection);
    Path segment = segments().getLast();
    byte[] old = Files.readAllBytes(segment);
    for (int i = 0; i < 2; i++) {
      stage.clock.advance(Duration.ofHours(2));
      ((FreshOutcome.Fresh) first.credentials.get(stage.request(connection))).credential().close();
    }
    first.kill();
    Files.write(segment, old);
    Replica again = stage.journaling(directory);
    again.journal.start();
    assertThat(row(connection).generation()).isEqualTo(4);
    assertThat(stage.count("revocation")).isZero();
    assertThat(stage.count("credential_candidate")).isZero();
    assertLives(again, connection);
  }

  @Test
  @Tag("S2")
  void entryThatWasMovedToAnotherConnectionIsRefusedWithAnEvent() throws IOException {
    play(Scene.grace());
    ConnectionId ada = stage.connect("ada");
    ConnectionId bruno = stage.connect("bruno", stage.server.accounts().get(1));
    killedBeforeTheCommit(ada);
    Path segment = segments().getLast();
    byte[] bytes = Files.readAllBytes(segment);
    byte[] moved = SplicedSegments.withConnection(bytes, ada.value(), bruno.value());
    Files.write(segment, moved);
    Replica again = stage.journaling(directory);
    again.journal.start();
    assertThat(row(bruno).generation()).isEqualTo(1);
    assertThat(again.journal.journal().counts().refused()).isEqualTo(1);
    assertThat(again.journal.journal().size()).isZero();
    assertThat(stage.query("select convert_from(body, 'UTF8') from audit_event where type = 'journal.entry_refused'"))
        .singleElement().asString().contains("integrity_error");
  }

  @Test
  void damagedEntryIsReportedAndHidesNoOther() throws IOException {
    play(Scene.strict());
    ConnectionId connection = stage.connect("ada");
    killedBeforeTheCommit(connection);
    Path segment = segments().getLast();
    byte[] bytes = Files.readAllBytes(segment);
    Files.write(segment, SplicedSegments.withDamagedCopyFirst(bytes));
    Replica again = stage.journaling(directory);
    again.journal.start();
    assertThat(again.journal.journal().counts().damaged()).isEqualTo(1);
    assertThat(stage.query("select convert_from(body, 'UTF8') from audit_event where type = 'journal.entry_refused'"))
        .singleElement().asString().contains("damaged");
    assertThat(row(connection).generation()).isEqualTo(2);
    assertLives(again, connection);
  }

  @Test
  void attemptThatAKilledReplicaLeftIsUnknownAfterAStartOnceItsLeaseHasLapsed() {
    ConnectionId connection = stage.connect("ada");
    Replica killed = stage.journaling(directory);
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    CompletableFuture<FreshOutcome> lost = CompletableFuture.supplyAsync(() -> killed.credentials.get(stage.request(connection)),
        Thread::startVirtualThread);
    gate.awaitArrivals(1);
    killed.kill();
    stage.journaling(directory.resolve("other")).journal.start();
    assertThat(stage.query("select state from refresh_attempt")).as("its lease still runs").containsExactly("SENT");
    stage.letDatabaseTimePass(Duration.ofSeconds(46));
    stage.journaling(directory.resolve("third")).journal.start();
    assertThat(stage.query("select state from refresh_attempt")).containsExactly("UNKNOWN");
    gate.open();
    lost.cancel(true);
  }

  @Test
  void malformedAnswerThatCouldNotBeStoredIsKeptAsACandidateLater() {
    play(Scene.strict());
    ConnectionId connection = stage.connect("ada");
    Replica killed = stage.journaling(directory);
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate, expiresIn(99_999_999_999L)));
    stage.clock.advance(Duration.ofHours(2));
    CompletableFuture<FreshOutcome> lost = CompletableFuture.supplyAsync(() -> killed.credentials.get(stage.request(connection)),
        Thread::startVirtualThread);
    gate.awaitArrivals(1);
    storeGoesAway();
    gate.open();
    await().until(() -> killed.journal.journal().counts().kept() == 1);
    killed.kill();
    storeIsBack();
    lost.cancel(true);
    stage.letDatabaseTimePass(Duration.ofMinutes(10));
    Replica again = stage.journaling(directory);
    again.journal.start();
    assertThat(stage.count("credential_candidate where used_at is null")).isEqualTo(1);
    assertLives(again, connection);
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void directoryThatCannotBeWrittenCostsNoRefreshAndIsCounted(Scene scene) throws IOException {
    play(scene);
    Path file = Files.writeString(directory.resolve("file"), "not a directory");
    ConnectionId connection = stage.connect("ada");
    Replica replica = stage.journaling(file.resolve("journal"));
    assertThat(replica.journal.journal().isOpen()).isFalse();
    assertLives(replica, connection);
    assertThat(refreshes()).isEqualTo(1);
    Files.delete(file);
    replica.journal.pass();
    assertThat(replica.journal.journal().isOpen()).isTrue();
    assertLives(replica, connection);
    assertThat(replica.journal.journal().counts().kept()).isPositive();
    assertThat(Stream.of(Without.values()).mapToLong(replica.journal.journal().counts()::committedWithout).sum()).isZero();
  }

  @Test
  @Tag("S60")
  void fileHoldsNoTokenAndNoNameInClear() throws IOException {
    ConnectionId connection = stage.connect("a-name-in-the-journal");
    refreshedOnce(connection);
    String text = new String(allBytes(), StandardCharsets.ISO_8859_1);
    assertThat(text).doesNotContain("a-name-in-the-journal");
    stage.server.liveTokens().accessTokens().forEach(token -> assertThat(text).doesNotContain(token.reveal()));
    stage.server.liveTokens().refreshTokens().forEach(token -> assertThat(text).doesNotContain(token.reveal()));
  }

  private List<Path> segments() {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(path -> path.toString().endsWith(".journal")).filter(path -> path.toFile().length() > 64).sorted()
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The last bytes of the only entry: part of what is sealed. */
  private byte[] onlySealedBytes() {
    byte[] all = allBytes();
    return Arrays.copyOfRange(all, all.length - 48, all.length);
  }

  private boolean contains(byte[] part) {
    return new String(allBytes(), StandardCharsets.ISO_8859_1).contains(new String(part, StandardCharsets.ISO_8859_1));
  }

  private byte[] allBytes() {
    try (java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream()) {
      for (Path segment : segments()) {
        all.writeBytes(Files.readAllBytes(segment));
      }
      return all.toByteArray();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
