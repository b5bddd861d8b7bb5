package dev.authpipe.proxy.retire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.refresh.Stage;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.RefreshRotation;
import dev.authpipe.testkit.sandbox.RevocationReach;
import dev.authpipe.wire.ConnectionId;

/** What a provider's revocation kills (`revokes` of its profile) decides when it is sent. */
@Tag("S50")
class RevocationReachTest {
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();
  private static final AuditActor CALLER = AuditActor.system("test");

  @TempDir
  Path providers;
  private @Nullable Stage played;

  @AfterAll
  static void drop() {
    STORES.close();
  }

  @AfterEach
  void leave() {
    stage().close();
  }

  private Stage stage() {
    return Objects.requireNonNull(played);
  }

  private void play(String revokes) throws IOException {
    try (InputStream file = Objects.requireNonNull(RevocationReachTest.class.getResourceAsStream("/catalog/sandbox.yaml"))) {
      String profile = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(profile).contains("provider: sandbox\n", "revokes: grant");
      Files.writeString(providers.resolve("reaching.yaml"),
          profile.replace("provider: sandbox\n", "provider: reaching\n").replace("revokes: grant", "revokes: " + revokes));
    }
    played = new Stage(new Scene("reaching", RefreshRotation.none(), false), STORES, providers);
  }

  private RevocationState disconnect(ConnectionId connection) {
    DisconnectOutcome outcome = stage().one().retirement().disconnect(stage().workspace, connection, false, CALLER, null);
    return ((DisconnectOutcome.Disconnected) outcome).revocation();
  }

  private void works(ConnectionId connection) {
    FreshOutcome outcome = stage().one().credentials().get(stage().request(connection));
    try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
      assertThat(stage().statusAtProvider(opened.accessToken())).isEqualTo(200);
    }
  }

  @Test
  void aTokenIsRevokedThoughOthersHaveTheSameAccount() throws IOException {
    play("token");
    stage().provider.revocationReach(RevocationReach.TOKEN);
    ConnectionId hers = stage().connect("ada");
    ConnectionId his = stage().connect("ben");
    assertThat(disconnect(hers)).isEqualTo(RevocationState.CONFIRMED);
    works(his);
    assertThat(stage().server.liveTokens().refreshTokens()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grant", "installation"})
  void whatReachesFurtherWaitsForTheLastConnectionOfTheAccount(String revokes) throws IOException {
    play(revokes);
    stage().provider.revocationReach(RevocationReach.INSTALLATION);
    ConnectionId hers = stage().connect("ada");
    ConnectionId his = stage().connect("ben");
    ConnectionId elsewhere = stage().connect("cleo", stage().server.accounts().get(1));
    assertThat(disconnect(hers)).isEqualTo(RevocationState.NOT_SENT);
    assertThat(stage().server.calls(Call.REVOKE)).isZero();
    works(his);
    assertThat(disconnect(his)).isEqualTo(RevocationState.CONFIRMED);
    works(elsewhere);
    assertThat(stage().server.liveTokensOf(stage().server.accounts().getFirst()).isEmpty()).isTrue();
  }

  @Test
  void anAccessTokenThatWasSetAsideIsNotSentWhileItsConnectionUsesIt() throws IOException {
    play("token");
    stage().provider.revocationReach(RevocationReach.TOKEN);
    ConnectionId hers = stage().connect("ada");
    ConnectionId his = stage().connect("ben");
    assertThat(stage().one().retire().setAside(stage().integration, hers))
        .isNotEqualTo(stage().one().retire().setAside(stage().integration, his));
    theHoldPasses();
    assertThat(stage().server.calls(Call.REVOKE)).isZero();
    works(hers);
    stage().clock.advance(Duration.ofHours(2));
    works(hers);
    assertThat(disconnect(his)).isEqualTo(RevocationState.PENDING);
    theHoldPasses();
    assertThat(stage().count("revocation where reason = 'rotated' and state = 'confirmed'")).as("renewed, and ended")
        .isEqualTo(2);
    works(hers);
  }

  private void theHoldPasses() {
    stage().letDatabaseTimePass(Duration.ofMinutes(20));
    stage().one().retire().runJobs();
  }
}
