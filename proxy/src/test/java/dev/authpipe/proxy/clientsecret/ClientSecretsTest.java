package dev.authpipe.proxy.clientsecret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.VaultRig;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Client secrets in their own store: bound to one origin, never shown, never written twice for nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientSecretsTest {
  private static final String OTHER_ORIGIN = "https://evil.example.net";
  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private VaultRig rig;
  private WorkspaceId workspace;
  private IntegrationId integration;

  @BeforeAll
  void start() {
    rig = new VaultRig(stores);
  }

  @BeforeEach
  void workspace() {
    workspace = new WorkspaceId(rig.randomness.uuidV7());
    integration = new IntegrationId(rig.randomness.uuidV7());
  }

  @AfterAll
  void stop() {
    rig.close();
    stores.close();
  }

  @Test
  void aSecretOpensForItsOriginAndIsReplacedWhole() {
    assertThat(rig.clientSecrets.open(workspace, integration, VaultRig.ORIGIN)).isEmpty();
    set("first-canary");
    assertThat(open()).isEqualTo("first-canary");
    set("second-canary");
    assertThat(open()).isEqualTo("second-canary");
    assertThat(rig.clientSecrets.view(workspace, integration).orElseThrow().version()).isEqualTo(2);
  }

  @Test
  @Tag("S11")
  void aChangedOriginMakesItUnopenableUntilItIsSetAgain() {
    set("first-canary");
    assertThatThrownBy(() -> rig.clientSecrets.open(workspace, integration, OTHER_ORIGIN))
        .isInstanceOf(TokenOriginChangedException.class);
    rig.clientSecrets.set(workspace, integration, SecretText.of("again-canary"), "", OTHER_ORIGIN, ClientSecretsTest::nothing);
    assertThatThrownBy(() -> rig.clientSecrets.open(workspace, integration, VaultRig.ORIGIN))
        .isInstanceOf(TokenOriginChangedException.class);
  }

  @Test
  @Tag("S2")
  void editingTheOriginInTheStoreDoesNotOpenItForAnother() {
    set("first-canary");
    rig.operatorSql(Store.CLIENT_SECRETS, "update client_secret set token_origin = ? where integration_id = ?", OTHER_ORIGIN,
        integration.value());
    rig.advance(Duration.ofMinutes(6));
    assertThatThrownBy(() -> rig.clientSecrets.open(workspace, integration, OTHER_ORIGIN)).isInstanceOf(IntegrityException.class);
  }

  @Test
  @Tag("S2")
  void aSecretMovedToAnotherIntegrationOrVersionDoesNotOpen() {
    set("first-canary");
    IntegrationId other = new IntegrationId(rig.randomness.uuidV7());
    rig.sql(Store.CLIENT_SECRETS, "update client_secret set integration_id = ? where integration_id = ?", other.value(),
        integration.value());
    assertThatThrownBy(() -> rig.clientSecrets.open(workspace, other, VaultRig.ORIGIN)).isInstanceOf(IntegrityException.class);
    rig.sql(Store.CLIENT_SECRETS, "update client_secret set integration_id = ?, version = 2 where integration_id = ?",
        integration.value(), other.value());
    rig.advance(Duration.ofMinutes(6));
    assertThatThrownBy(() -> rig.clientSecrets.open(workspace, integration, VaultRig.ORIGIN))
        .isInstanceOf(IntegrityException.class);
  }

  @Test
  void aFileIsSealedOnlyWhenItsContentChanged() {
    AtomicInteger events = new AtomicInteger();
    Consumer<Tx> count = tx -> events.incrementAndGet();
    assertThat(fromFile("file-canary", VaultRig.ORIGIN, count)).isEqualTo(SealOutcome.SEALED);
    assertThat(fromFile("file-canary", VaultRig.ORIGIN, count)).isEqualTo(SealOutcome.UNCHANGED);
    assertThat(fromFile("file-canary", OTHER_ORIGIN, count)).as("not resealed for an origin that somebody else may have changed")
        .isEqualTo(SealOutcome.ORIGIN_CHANGED);
    assertThat(open()).isEqualTo("file-canary");
    assertThat(fromFile("new-canary", OTHER_ORIGIN, count)).isEqualTo(SealOutcome.SEALED);
    assertThat(events).hasValue(2);
  }

  @Test
  @Tag("S1")
  void equalSecretsOfTwoIntegrationsDoNotShowAsEqual() {
    set("same-canary");
    IntegrationId other = new IntegrationId(rig.randomness.uuidV7());
    rig.clientSecrets.set(workspace, other, SecretText.of("same-canary"), "", VaultRig.ORIGIN, ClientSecretsTest::nothing);
    assertThat(fingerprint(integration)).hasSize(32).isNotEqualTo(fingerprint(other));
    byte[] row = rig.bytes(Store.CLIENT_SECRETS,
        "select convert_to(c::text, 'UTF8') from client_secret c where integration_id = ?",
        integration.value());
    assertThat(new String(row, StandardCharsets.UTF_8)).doesNotContain("canary").doesNotContain("63616e617279");
  }

  @Test
  void onlyAMaskedPrefixIsShown() {
    rig.clientSecrets.set(workspace, integration, SecretText.of("prefix-" + "x".repeat(100)), "prefix-", VaultRig.ORIGIN,
        ClientSecretsTest::nothing);
    assertThat(rig.clientSecrets.view(workspace, integration).orElseThrow().maskedPrefix()).isEqualTo("prefix-xxxx");
    set("short");
    assertThat(rig.clientSecrets.view(workspace, integration).orElseThrow().maskedPrefix()).isEmpty();
  }

  @Test
  @Tag("S40")
  void itsEventIsWrittenInTheSameTransactionOrNothingIs() {
    assertThatThrownBy(
        () -> rig.clientSecrets.set(workspace, integration, SecretText.of("lost-canary"), "", VaultRig.ORIGIN, tx -> {
          throw new IllegalStateException("no event");
        })).isInstanceOf(IllegalStateException.class);
    assertThat(rig.clientSecrets.view(workspace, integration)).isEmpty();
  }

  @Test
  void anotherReplicaHearsOfANewSecret() {
    set("first-canary");
    try (VaultRig other = rig.replica()) {
      Awaitility.await().until(other.clientSecretsNotifications::confirmed);
      assertThat(other.clientSecrets.open(workspace, integration, VaultRig.ORIGIN)).isPresent();
      set("second-canary");
      Awaitility.await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10)).until(
          () -> other.clientSecrets.open(workspace, integration, VaultRig.ORIGIN).orElseThrow()
              .equals(SecretText.of("second-canary")));
    }
  }

  @Test
  void concurrentFirstLoadsLeaveOneSecret() throws Exception {
    try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<SealOutcome>> loads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        loads.add(both.submit(() -> fromFile("file-canary", VaultRig.ORIGIN, ClientSecretsTest::nothing)));
      }
      for (Future<SealOutcome> load : loads) {
        assertThat(load.get()).isIn(SealOutcome.SEALED, SealOutcome.UNCHANGED);
      }
    }
    assertThat(open()).isEqualTo("file-canary");
  }

  @Test
  @Tag("S5")
  void theSecondKekDecidesAloneOverThisStore() {
    set("first-canary");
    rig.secondKek.refuses(KekRefusedException.Reason.DENIED);
    try {
      rig.advance(Duration.ofSeconds(56));
      assertThatThrownBy(() -> rig.clientSecrets.open(workspace, integration, VaultRig.ORIGIN))
          .isInstanceOf(KeyUnavailableException.class);
      rig.deploymentKeys.load();
    } finally {
      rig.secondKek.works();
      rig.advance(Duration.ofSeconds(3));
    }
    assertThat(open()).isEqualTo("first-canary");
  }

  private static void nothing(Tx tx) {
    assertThat(tx.workspace()).isNotNull();
  }

  private void set(String secret) {
    rig.clientSecrets.set(workspace, integration, SecretText.of(secret), "", VaultRig.ORIGIN, ClientSecretsTest::nothing);
  }

  private SealOutcome fromFile(String content, String origin, Consumer<Tx> alongside) {
    return rig.clientSecrets.sealIfChanged(workspace, integration, SecretText.of(content), "", origin, Replacement.AT_ONCE,
        (tx, _) -> alongside.accept(tx));
  }

  private String open() {
    try (SecretText opened = rig.clientSecrets.open(workspace, integration, VaultRig.ORIGIN).orElseThrow()) {
      return opened.expose();
    }
  }

  private byte[] fingerprint(IntegrationId of) {
    return rig.bytes(Store.CLIENT_SECRETS, "select fingerprint from client_secret where integration_id = ?", of.value());
  }
}
