package dev.authpipe.proxy.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.Parameters;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.VaultRig;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.WorkspaceId;

/**
 * Somebody who can write the stores and may encrypt under KEKs of the deployment, the right one included, makes keysets of their own, or puts
 * real ones where they do not belong.
 */
@Tag("S4")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysetBindingTest {
  private static final Duration PAST_RELOAD = Duration.ofMinutes(6);

  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private VaultRig rig;
  private WorkspaceId workspace;

  /** One of the two stores and what a keyset there is for. */
  private enum Side {
    VAULT(Store.VAULT, "workspace_keyset", "vault-workspace", "operator"),
    CLIENT_SECRETS(Store.CLIENT_SECRETS, "client_keyset", "client-secrets-workspace", "second");

    private final Store store;
    private final String table;
    private final String purpose;
    private final String kek;

    Side(Store store, String table, String purpose, String kek) {
      this.store = store;
      this.table = table;
      this.purpose = purpose;
      this.kek = kek;
    }

    Envelopes of(VaultRig rig) {
      return this == VAULT ? rig.envelopes : rig.clientSecretsEnvelopes;
    }
  }

  @BeforeEach
  void start() {
    rig = new VaultRig(stores);
    workspace = workspace();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @AfterAll
  void drop() {
    stores.close();
  }

  private WorkspaceId workspace() {
    WorkspaceId made = rig.workspace();
    rig.clientSecretsEnvelopes.ensureKeyset(made, "second");
    return made;
  }

  @Test
  void aKeysetOfSomebodyElseUnderAnyKekIsRefusedAndNothingIsOpenedOrSealed() {
    for (Side side : Side.values()) {
      List<String> told = new CopyOnWriteArrayList<>();
      side.of(rig).subscribe(listener(told));
      byte[] sealed = seal(side);
      byte[] genuine = rig.bytes(side.store, "select mac from " + side.table + " where workspace_id = ?", workspace.value());
      for (String kek : List.of("operator", "second", "deployment")) {
        for (String state : List.of("opens_only", "decrypt_only", "active")) {
          for (byte[] mac : List.of(new byte[0], genuine, new byte[37])) {
            plant(side, kek, state, mac);
            refusesAll(side, sealed);
            assertThat(told).as("%s under %s, %s", side, kek, state).containsExactly("altered " + workspace + " 2");
            takeBack(side);
            rig.advance(PAST_RELOAD);
            side.of(rig).open(place(), sealed).close();
            told.clear();
          }
        }
      }
    }
  }

  @Test
  void aKeysetThatIsSaidToBeUnderAnotherKekIsRefused() {
    for (Side side : Side.values()) {
      byte[] sealed = seal(side);
      rig.sql(side.store, "update " + side.table + " set kek_name = 'deployment' where workspace_id = ?", workspace.value());
      refusesAll(side, sealed);
    }
  }

  @Test
  void aKeysetOfAnotherWorkspaceOrOfTheOtherStoreIsRefusedWithEverythingThatBindsIt() {
    byte[] sealed = seal(Side.VAULT);
    WorkspaceId other = workspace();
    rig.sql(Store.VAULT, "update workspace_keyset a set (wrapped, mac) = (select wrapped, mac from workspace_keyset b"
        + " where b.workspace_id = ?) where a.workspace_id = ?", other.value(), workspace.value());
    refusesAll(Side.VAULT, sealed);
    byte[] second = seal(Side.CLIENT_SECRETS);
    rig.sql(Store.CLIENT_SECRETS, "update client_keyset set wrapped = ?, mac = ?, kek_name = 'operator' where workspace_id = ?",
        rig.bytes(Store.VAULT, "select wrapped from workspace_keyset where workspace_id = ?", other.value()),
        rig.bytes(Store.VAULT, "select mac from workspace_keyset where workspace_id = ?", other.value()), workspace.value());
    refusesAll(Side.CLIENT_SECRETS, second);
  }

  @Test
  void whatIsPlantedDuringAChangeOfTheKekIsRefusedAndTheChangeStops() {
    byte[] sealed = seal(Side.VAULT);
    PreparedKeyset next = rig.envelopes.prepareNext(workspace);
    assertThat(rig.database.<Boolean>inWorkspace(workspace, tx -> rig.envelopes.begin(tx, next, null))).isTrue();
    List<Integer> written = new ArrayList<>();
    assertThatThrownBy(() -> rig.envelopes.rewrap(workspace, "second", (tx, version) -> {
      written.add(version);
      if (written.size() == 2) {
        throw new IllegalStateException("killed");
      }
    })).hasMessage("killed");
    rig.advance(PAST_RELOAD);
    rig.envelopes.open(place(), sealed).close(); // half of them are under the new one
    rig.sql(Store.VAULT, "delete from workspace_keyset where workspace_id = ? and keyset_version = 2", workspace.value());
    for (String kek : List.of("operator", "second", "deployment")) {
      plant(Side.VAULT, kek, "decrypt_only", new byte[0]);
      byte[] planted = wrapped(Side.VAULT, 2);
      refusesAll(Side.VAULT, sealed);
      assertThatThrownBy(() -> rig.envelopes.rewrap(workspace, "second", (tx, version) -> written.add(version)))
          .isInstanceOf(IntegrityException.class);
      assertThat(wrapped(Side.VAULT, 2)).isEqualTo(planted);
      takeBack(Side.VAULT);
    }
    rig.envelopes.rewrap(workspace, "second", (tx, version) -> written.add(version));
    assertThat(rig.database.<Boolean>inWorkspace(workspace, tx -> rig.envelopes.areWrappedBy(tx, "second"))).isTrue();
    rig.advance(PAST_RELOAD);
    rig.envelopes.open(place(), sealed).close();
  }

  @Test
  void aKeysetOfAnEarlierVersionIsBoundUnderTheKekOfItsWorkspaceAndUnderNoOther() {
    for (Side side : Side.values()) {
      byte[] sealed = seal(side);
      rig.sql(side.store, "update " + side.table + " set mac = null where workspace_id = ?", workspace.value());
      refusesAll(side, sealed);
      side.of(rig).ensureKeyset(workspace, "deployment");
      refusesAll(side, sealed);
      assertThat(side.of(rig).hasUnbound(workspace)).isTrue();
      side.of(rig).ensureKeyset(workspace, side.kek);
      assertThat(side.of(rig).hasUnbound(workspace)).isFalse();
      rig.advance(PAST_RELOAD);
      side.of(rig).open(place(), sealed).close();
      plant(side, "deployment", "opens_only", new byte[0]);
      side.of(rig).ensureKeyset(workspace, side.kek);
      refusesAll(side, sealed);
      assertThat(side.of(rig).bindOlder(workspace, side.kek)).isZero();
    }
  }

  @Test
  void onceTheOperatorSaysSoNoKeysetIsBoundAnyMore() {
    byte[] sealed = seal(Side.VAULT);
    rig.sql(Store.VAULT, "update workspace_keyset set mac = null where workspace_id = ?", workspace.value());
    EnvelopeSettings strict = new EnvelopeSettings("test", "deployment", null, "second", false, EnvelopeSettings.KEK_DEADLINE);
    try (
        Envelopes envelopes = Envelopes.ofVault(strict, rig.database, rig.keks, rig.deploymentKeys, rig.ticker, rig.randomness)) {
      envelopes.ensureKeyset(workspace, "operator");
      assertThatThrownBy(() -> envelopes.open(place(), sealed)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  void aKeyOfTheDeploymentUnderAnyOtherKekThanTheOperatorsIsRefused() {
    rig.deploymentKeys.load();
    byte[] mine = rig.deploymentKeys.apiKeyHash(SecretText.of("key"));
    List<String> told = new CopyOnWriteArrayList<>();
    rig.deploymentKeys.subscribe(listener(told));
    for (DeploymentPurpose purpose : DeploymentPurpose.values()) {
      byte[] before = rig.bytes(Store.VAULT, "select wrapped from deployment_key where purpose = ?", purpose.label());
      byte[] planted = wrap("operator", DeploymentKeySet.parameters(purpose), DeploymentKeySet.configuration(purpose),
          purpose.context("test", 1));
      rig.sql(Store.VAULT, "update deployment_key set wrapped = ?, kek_name = 'operator' where purpose = ?", planted,
          purpose.label());
      rig.advance(PAST_RELOAD);
      assertThatThrownBy(() -> rig.deploymentKeys.apiKeyHash(SecretText.of("key"))).isInstanceOf(IntegrityException.class);
      assertThat(told).containsExactly("altered null 1");
      told.clear();
      rig.sql(Store.VAULT, "update deployment_key set wrapped = ?, kek_name = 'deployment' where purpose = ?", before,
          purpose.label());
      rig.advance(PAST_RELOAD);
      assertThat(rig.deploymentKeys.apiKeyHash(SecretText.of("key"))).isEqualTo(mine);
    }
  }

  @Test
  void theDeploymentsKeysGoUnderTheKekThatTheSettingsNameNext() {
    byte[] mine = rig.deploymentKeys.apiKeyHash(SecretText.of("key"));
    EnvelopeSettings during = new EnvelopeSettings("test", "deployment", "operator", "second", true,
        EnvelopeSettings.KEK_DEADLINE);
    try (DeploymentKeys told = new DeploymentKeys(during, rig.database, rig.keks, rig.ticker, rig.randomness)) {
      assertThat(told.apiKeyHash(SecretText.of("key"))).isEqualTo(mine);
      assertThat(told.rewrap("operator", (tx, version) -> {})).isEqualTo(4);
      rig.advance(PAST_RELOAD);
      rig.deploymentKek.refuses(KekRefusedException.Reason.DISABLED);
      assertThat(told.apiKeyHash(SecretText.of("key"))).isEqualTo(mine);
      assertThatThrownBy(rig.deploymentKeys::load).as("its settings name another one").isInstanceOf(IntegrityException.class);
    }
  }

  /** A keyset that somebody else knows, in a row of its own. */
  private void plant(Side side, String kek, String state, byte[] mac) {
    byte[] wrapped = wrap(kek, WorkspaceKeyset.parameters(), WorkspaceKeyset.CONFIGURATION,
        new WrapContext(side.purpose, "test", workspace, 2));
    if (state.equals("active")) {
      rig.sql(side.store, "update " + side.table + " set state = 'decrypt_only' where workspace_id = ?", workspace.value());
    }
    rig.sql(side.store, "insert into " + side.table + " (workspace_id, keyset_version, kek_name, wrapped, state, mac)"
        + " values (?, 2, ?, ?, ?, nullif(?, ''::bytea))", workspace.value(), kek, wrapped, state, mac);
  }

  private void takeBack(Side side) {
    rig.sql(side.store, "delete from " + side.table + " where workspace_id = ? and keyset_version = 2", workspace.value());
    rig.sql(side.store, "update " + side.table + " set state = 'active' where workspace_id = ?", workspace.value());
  }

  private byte[] wrap(String kek, Parameters parameters, Configuration configuration, WrapContext context) {
    try (SecretBytes keyset = SecretBytes.taking(TinkProtoKeysetFormat.serializeKeyset(
        KeysetHandle.generateNew(parameters, configuration), InsecureSecretKeyAccess.get(), configuration))) {
      byte[] ciphertext = rig.keks.wrap(kek, keyset, context);
      byte[] wrapped = new byte[ciphertext.length + 1];
      wrapped[0] = 1;
      System.arraycopy(ciphertext, 0, wrapped, 1, ciphertext.length);
      return wrapped;
    } catch (java.security.GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private byte[] wrapped(Side side, int version) {
    return rig.bytes(side.store, "select wrapped from " + side.table + " where workspace_id = ? and keyset_version = ?",
        workspace.value(), version);
  }

  private RecordContext place() {
    return RecordContext.of(workspace, RecordKind.CONNECT_CODE, new UUID(1, 2));
  }

  private byte[] seal(Side side) {
    try (SecretBytes plaintext = SecretBytes.taking(new byte[]{1, 2, 3})) {
      return side.of(rig).seal(place(), plaintext);
    }
  }

  private void refusesAll(Side side, byte[] sealed) {
    rig.advance(PAST_RELOAD);
    assertThatThrownBy(() -> side.of(rig).hold(workspace)).isInstanceOf(IntegrityException.class);
    assertThatThrownBy(() -> seal(side)).isInstanceOf(IntegrityException.class);
    assertThatThrownBy(() -> side.of(rig).open(place(), sealed)).isInstanceOf(IntegrityException.class);
    assertThat(side.of(rig).warmOpen(place(), sealed)).isNull();
  }

  private static KeyEvents listener(List<String> told) {
    return new KeyEvents() {
      @Override
      public void refused(@Nullable WorkspaceId of, String kekName, KekRefusedException.Reason reason) {
        told.add("refused");
      }

      @Override
      public void recovered(@Nullable WorkspaceId of, String kekName) {
        told.add("recovered");
      }

      @Override
      public void altered(@Nullable WorkspaceId of, int version) {
        told.add("altered " + of + " " + version);
      }
    };
  }
}
