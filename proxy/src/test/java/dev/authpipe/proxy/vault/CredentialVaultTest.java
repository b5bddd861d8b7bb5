package dev.authpipe.proxy.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Credentials over real stores: what is bound, what is compared and set, what is gone when it is gone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CredentialVaultTest {
  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private VaultRig rig;
  private WorkspaceId workspace;
  private IntegrationId integration;
  private EndUser endUser;
  private ConnectionId connection;

  @BeforeAll
  void start() {
    rig = new VaultRig(stores);
  }

  @BeforeEach
  void connect() {
    workspace = rig.workspace();
    integration = rig.integration(workspace);
    endUser = rig.endUser(workspace, "user-" + UUID.randomUUID());
    connection = rig.connection(workspace, integration, endUser);
  }

  @AfterAll
  void stop() {
    rig.close();
    stores.close();
  }

  @Test
  void aCredentialOpensWithEverythingThatWasSealed() {
    CredentialRow row = rig.vault.row(workspace, connection).orElseThrow();
    assertThat(row.generation()).isEqualTo(1);
    assertThat(row.state()).isEqualTo(CredentialState.ACTIVE);
    try (OpenCredential open = rig.vault.open(row)) {
      assertThat(open.accessToken()).isEqualTo(SecretText.of("access-canary"));
      assertThat(open.refreshToken()).isEqualTo(SecretText.of("refresh-canary"));
      assertThat(open.apiBase()).isEqualTo(VaultRig.API);
      assertThat(open.tokenOrigin()).isEqualTo(VaultRig.ORIGIN);
      assertThat(open.endUserIdentifier()).isEqualTo(endUser.identifier());
      assertThat(open.endUserId()).isEqualTo(endUser.id());
      assertThat(open.scopes()).containsExactly("read", "write");
      assertThat(open.accessExpiresAt()).isEqualTo(VaultRig.ISSUED.plusSeconds(3600));
      assertThat(open.toString()).doesNotContain("canary");
    }
  }

  @Test
  @Tag("S1")
  void noColumnHoldsThePlaintext() {
    byte[] sealed = rig.bytes(Store.VAULT, "select sealed from credential where connection_id = ?", connection.value());
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("canary").doesNotContain("example.com");
    byte[] row = rig.bytes(Store.VAULT, "select convert_to(c::text || d::text, 'UTF8') from credential c join connection d"
        + " using (workspace_id, connection_id) where connection_id = ?", connection.value());
    assertThat(new String(row, StandardCharsets.UTF_8)).doesNotContain("canary").doesNotContain("63616e617279");
  }

  @Test
  void warmReadsCostNoSqlAndNoKekCall() {
    CredentialRow row = rig.vault.row(workspace, connection).orElseThrow();
    rig.vault.open(row).close();
    Awaitility.await().until(rig.notifications::confirmed);
    assertThat(rig.vault.row(workspace, connection)).isPresent();
    long transactions = rig.database.transactions();
    long calls = rig.keks.calls();
    for (int i = 0; i < 1_000; i++) {
      CredentialRow warm = Objects.requireNonNull(rig.vault.warmRow(workspace, connection));
      try (OpenCredential open = Objects.requireNonNull(rig.vault.warmOpen(warm))) {
        assertThat(open.generation()).isEqualTo(1);
      }
    }
    assertThat(rig.database.transactions()).isEqualTo(transactions);
    assertThat(rig.keks.calls()).isEqualTo(calls);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "update credential set generation = generation + 1 where connection_id = ?",
      "update connection set provider = 'other' where connection_id = ?",
      "update connection set integration_id = gen_random_uuid() where connection_id = ?",
      "update credential set sealed = sealed || '\\x00'::bytea where connection_id = ?",
      "update credential set sealed = set_byte(sealed, 0, 2) where connection_id = ?",
      "update credential set sealed = ''::bytea where connection_id = ?"})
  @Tag("S2")
  void aRowThatWasEditedWhereItIsBoundDoesNotOpen(String sql) {
    assertThat(rig.sql(Store.VAULT, sql, connection.value())).isEqualTo(1);
    assertRefused(workspace, connection);
  }

  @Test
  @Tag("S2")
  void aRecordMovedToAnotherRowDoesNotOpen() {
    ConnectionId other = rig.connection(workspace, integration, endUser);
    rig.sql(Store.VAULT, "update credential a set sealed = b.sealed from credential b where a.connection_id in (?, ?)"
        + " and b.connection_id in (?, ?) and a.connection_id <> b.connection_id", connection.value(), other.value(),
        connection.value(), other.value());
    assertRefused(workspace, connection);
    assertRefused(workspace, other);
  }

  @Test
  @Tag("S2")
  void aRecordMovedToAnotherFieldDoesNotOpen() {
    UUID attempt = rig.randomness.uuidV7();
    rig.sql(Store.VAULT, "insert into credential_candidate (workspace_id, connection_id, attempt_id, base_generation, sealed)"
        + " select workspace_id, connection_id, ?, generation, sealed from credential where connection_id = ?", attempt,
        connection.value());
    List<Candidate> candidates = rig.database.inWorkspace(workspace, tx -> rig.vault.candidates(tx, connection));
    assertThat(candidates).hasSize(1);
    assertThatThrownBy(() -> rig.vault.openCandidate(candidates.get(0))).isInstanceOf(IntegrityException.class);
  }

  @Test
  @Tag("S2")
  void aRecordMovedToAnotherWorkspaceDoesNotOpenEvenWithItsKeyset() {
    WorkspaceId other = rig.workspace();
    for (String table : List.of("end_user", "integration", "connection", "credential")) {
      rig.sql(Store.VAULT, "update " + table + " set workspace_id = ? where workspace_id = ?", other.value(), workspace.value());
    }
    assertRefused(other, connection);
    WorkspaceId third = new WorkspaceId(rig.randomness.uuidV7());
    for (String table : List.of("end_user", "integration", "connection", "credential")) {
      rig.sql(Store.VAULT, "update " + table + " set workspace_id = ? where workspace_id = ?", third.value(), other.value());
    }
    rig.sql(Store.VAULT, "update workspace_keyset set workspace_id = ? where workspace_id = ?", third.value(), workspace.value());
    assertRefused(third, connection);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "update connection set end_user_id = gen_random_uuid(), account_id = gen_random_uuid() where connection_id = ?",
      "update connection set scopes_granted = '{admin}', scopes_requested = '{admin}', metadata = '{}' where connection_id = ?",
      "update credential set access_expires_at = 'infinity', refresh_expires_at = null, issued_at = 'epoch' where connection_id = ?",
      "update credential set state = 'DEGRADED' where connection_id = ?"})
  @Tag("S2")
  void editingAPlainColumnChangesNeitherWhereNorForWhom(String sql) {
    assertThat(rig.sql(Store.VAULT, sql.replace("'infinity'", "'2200-01-01'"), connection.value())).isEqualTo(1);
    try (OpenCredential open = rig.vault.open(rig.freshRow(workspace, connection))) {
      assertThat(open.endUserId()).isEqualTo(endUser.id());
      assertThat(open.endUserIdentifier()).isEqualTo(endUser.identifier());
      assertThat(open.apiBase()).isEqualTo(VaultRig.API);
      assertThat(open.tokenOrigin()).isEqualTo(VaultRig.ORIGIN);
      assertThat(open.scopes()).containsExactly("read", "write");
      assertThat(open.accessExpiresAt()).isEqualTo(VaultRig.ISSUED.plusSeconds(3600));
    }
  }

  @Test
  @Tag("S3")
  void everySingleBitChangeOfAStoredCredentialIsRefused() {
    CredentialRow row = rig.freshRow(workspace, connection);
    byte[] sealed = Objects.requireNonNull(row.sealed());
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      CredentialRow flipped = new CredentialRow(row.workspace(), row.connection(), row.integration(), row.provider(),
          row.generation(), changed, row.accessExpiresAt(), row.refreshExpiresAt(), row.secretExpiresAt(), row.issuedAt(),
          row.state(), row.status());
      assertThatThrownBy(() -> rig.vault.open(flipped)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  @Tag("S54")
  void onlyTheFirstOfTwoReplacementsOfAGenerationWins() {
    assertThat(replace(1, "second")).isTrue();
    assertThat(replace(1, "third")).isFalse();
    CredentialRow row = rig.vault.row(workspace, connection).orElseThrow();
    assertThat(row.generation()).isEqualTo(2);
    try (OpenCredential open = rig.vault.open(row)) {
      assertThat(open.accessToken()).isEqualTo(SecretText.of("second"));
      assertThat(open.refreshToken()).as("kept, for the answer had none").isEqualTo(SecretText.of("refresh-canary"));
    }
  }

  @Test
  @Tag("S54")
  void anAnswerThatLostIsKeptUntilItIsTried() {
    UUID attempt = rig.randomness.uuidV7();
    try (Sealer sealer = rig.vault.hold(workspace);
        NewCredential late = rig.content(endUser).accessToken(SecretText.of("late")).build()) {
      rig.database.run(workspace, tx -> rig.vault.saveCandidate(tx, connection, attempt, 1, late, sealer));
    }
    Candidate candidate = rig.database.inWorkspace(workspace, tx -> rig.vault.candidates(tx, connection)).get(0);
    assertThat(candidate.attempt()).isEqualTo(attempt);
    try (OpenCredential open = rig.vault.openCandidate(candidate)) {
      assertThat(open.accessToken()).isEqualTo(SecretText.of("late"));
    }
    rig.database.run(workspace, tx -> rig.vault.used(tx, candidate));
    List<Candidate> left = rig.database.inWorkspace(workspace, tx -> rig.vault.candidates(tx, connection));
    assertThat(left).isEmpty();
  }

  @Test
  @Tag("S31")
  void anotherReplicaHearsOfAReplacement() {
    try (VaultRig other = rig.replica()) {
      Awaitility.await().until(other.notifications::confirmed);
      assertThat(other.vault.row(workspace, connection).orElseThrow().generation()).isEqualTo(1);
      assertThat(replace(1, "second")).isTrue();
      Awaitility.await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10))
          .until(() -> other.vault.row(workspace, connection).orElseThrow().generation() == 2);
    }
  }

  @Test
  @Tag("S51")
  void anErasedCredentialIsGoneFromTheStoreAndCannotBeOpened() {
    CredentialRow before = rig.vault.row(workspace, connection).orElseThrow();
    assertThat(before.hasCiphertext()).isTrue();
    anAnswerThatLost();
    rig.database.run(workspace, tx -> rig.vault.erase(tx, connection));
    assertThat(rig.bytes(Store.VAULT, "select sealed from credential where connection_id = ?", connection.value())).isEmpty();
    assertThat(rig.bytes(Store.VAULT, "select sealed from credential_candidate where connection_id = ?", connection.value()))
        .isEmpty();
    CredentialRow row = rig.vault.row(workspace, connection).orElseThrow();
    assertThat(row.hasCiphertext()).isFalse();
    assertThat(row.state()).isEqualTo(CredentialState.REVOKED);
    assertThatThrownBy(() -> rig.vault.open(row)).isInstanceOf(IntegrityException.class);
    assertThat(replace(1, "too late")).isFalse();
  }

  @Test
  @Tag("S50")
  void aDisconnectBlocksHereAtCommitAndEverywhereSoon() {
    try (VaultRig other = rig.replica()) {
      Awaitility.await().until(other.notifications::confirmed);
      assertThat(other.vault.row(workspace, connection)).isPresent();
      assertThat(rig.vault.row(workspace, connection)).isPresent();
      Boolean ended = rig.database.inWorkspace(workspace, tx -> rig.vault.disconnect(tx, connection, Instant.now()));
      assertThat(ended).isTrue();
      assertThat(rig.vault.row(workspace, connection).orElseThrow().status()).isEqualTo(ConnectionStatus.DISCONNECTED);
      Awaitility.await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10))
          .until(() -> other.vault.row(workspace, connection).orElseThrow().status() == ConnectionStatus.DISCONNECTED);
      assertThat(replace(1, "late")).as("a late answer is not stored").isFalse();
      Boolean again = rig.database.inWorkspace(workspace, tx -> rig.vault.disconnect(tx, connection, Instant.now()));
      assertThat(again).isFalse();
    }
  }

  @Test
  @Tag("S2")
  void aReconnectGoesOnWithTheNextGeneration() {
    byte[] old = rig.bytes(Store.VAULT, "select sealed from credential where connection_id = ?", connection.value());
    rig.database.run(workspace, tx -> {
      assertThat(rig.vault.disconnect(tx, connection, Instant.now())).isTrue();
      rig.vault.erase(tx, connection);
    });
    try (Sealer sealer = rig.vault.hold(workspace);
        NewCredential next = rig.content(endUser).accessToken(SecretText.of("new")).build()) {
      Long generation = rig.database.inWorkspace(workspace,
          tx -> rig.vault.reconnect(tx, connection, null, List.of("read"), next, sealer));
      assertThat(generation).isEqualTo(2);
    }
    CredentialRow row = rig.vault.row(workspace, connection).orElseThrow();
    assertThat(row.status()).isEqualTo(ConnectionStatus.ACTIVE);
    try (OpenCredential open = rig.vault.open(row)) {
      assertThat(open.accessToken()).isEqualTo(SecretText.of("new"));
    }
    rig.sql(Store.VAULT, "update credential set sealed = ? where connection_id = ?", old, connection.value());
    assertRefused(workspace, connection);
  }

  @Test
  void aPurgeLeavesNothing() {
    rig.database.run(workspace, tx -> rig.vault.purge(tx, connection));
    assertThat(rig.vault.row(workspace, connection)).isEmpty();
    assertThat(rig.bytes(Store.VAULT, "select sealed from credential where connection_id = ?", connection.value())).isEmpty();
  }

  @Test
  @Tag("S33")
  void anotherWorkspaceSeesNoSuchConnection() {
    WorkspaceId other = rig.workspace();
    assertThat(rig.vault.row(other, connection)).isEmpty();
    assertThat(rig.vault.row(workspace, connection)).isPresent();
    assertThat(rig.vault.warmRow(other, connection)).isNull();
    Boolean set = rig.database.inWorkspace(other, tx -> rig.vault.state(tx, connection, 1, CredentialState.UNCERTAIN));
    assertThat(set).isFalse();
  }

  @Test
  void aStateIsSetForItsGenerationOnly() {
    Boolean stale = rig.database.inWorkspace(workspace, tx -> rig.vault.state(tx, connection, 7, CredentialState.UNCERTAIN));
    assertThat(stale).isFalse();
    Boolean set = rig.database.inWorkspace(workspace, tx -> rig.vault.state(tx, connection, 1, CredentialState.REAUTH_REQUIRED));
    assertThat(set).isTrue();
    assertThat(rig.vault.row(workspace, connection).orElseThrow().state()).isEqualTo(CredentialState.REAUTH_REQUIRED);
  }

  @Test
  @Tag("S5")
  void aRefusingKekClosesTheVault() {
    CredentialRow row = rig.vault.row(workspace, connection).orElseThrow();
    rig.vault.open(row).close();
    rig.kek.refuses(dev.authpipe.proxy.envelope.KekRefusedException.Reason.DISABLED);
    try {
      rig.advance(Duration.ofSeconds(56));
      assertThat(rig.vault.warmOpen(row)).isNull();
      assertThatThrownBy(() -> rig.vault.open(row)).isInstanceOf(KeyUnavailableException.class);
    } finally {
      rig.kek.works();
      rig.advance(Duration.ofSeconds(3));
    }
  }

  private void anAnswerThatLost() {
    try (Sealer sealer = rig.vault.hold(workspace); NewCredential late = rig.content(endUser).build()) {
      rig.database.run(workspace, tx -> rig.vault.saveCandidate(tx, connection, rig.randomness.uuidV7(), 1, late, sealer));
    }
  }

  private boolean replace(long base, String accessToken) {
    try (Sealer sealer = rig.vault.hold(workspace);
        NewCredential next = rig.content(endUser).accessToken(SecretText.of(accessToken)).build()) {
      return rig.database.inWorkspace(workspace, tx -> rig.vault.replace(tx, connection, base, next, sealer));
    }
  }

  private void assertRefused(WorkspaceId where, ConnectionId moved) {
    CredentialRow row = rig.freshRow(where, moved);
    assertThatThrownBy(() -> rig.vault.open(row)).isInstanceOf(IntegrityException.class);
  }
}
