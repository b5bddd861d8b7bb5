package dev.authpipe.proxy.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.VaultRig;
import dev.authpipe.testkit.EmbeddedDatabases;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeploymentKeysTest {
  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private static final Duration HARD_LIMIT = Duration.ofMinutes(5);
  private VaultRig rig;

  @BeforeEach
  void start() {
    rig = new VaultRig(stores);
  }

  @AfterAll
  void drop() {
    stores.close();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void replicasThatStartTogetherAgreeOnTheKeys() throws Exception {
    Set<String> hashes = new HashSet<>();
    List<VaultRig> replicas = new ArrayList<>(List.of(rig, rig.replica(), rig.replica(), rig.replica()));
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<byte[]>> answers = new ArrayList<>();
      for (VaultRig replica : replicas) {
        answers.add(all.submit(() -> replica.deploymentKeys.apiKeyHash(SecretText.of("key"))));
      }
      for (Future<byte[]> answer : answers) {
        hashes.add(HexFormat.of().formatHex(answer.get()));
      }
    } finally {
      replicas.stream().skip(1).forEach(VaultRig::close);
    }
    assertThat(hashes).hasSize(1);
  }

  @Test
  void hashesDifferByPurposeAndByMessage() {
    Set<String> hashes = new HashSet<>();
    for (HashPurpose purpose : HashPurpose.values()) {
      hashes.add(HexFormat.of().formatHex(rig.deploymentKeys.hash(purpose, SecretText.of("message"))));
      hashes.add(HexFormat.of().formatHex(rig.deploymentKeys.hash(purpose, SecretText.of("massage"))));
    }
    hashes.add(HexFormat.of().formatHex(rig.deploymentKeys.apiKeyHash(SecretText.of("message"))));
    assertThat(hashes).hasSize(HashPurpose.values().length * 2 + 1);
  }

  @Test
  @Tag("S2")
  void anAuthorityMacHoldsForItsRowOnly() {
    byte[] row = new CanonicalRow().text("a").number(1L).bytes();
    byte[] mac = rig.deploymentKeys.authorityMac("api_key", row);
    assertThat(rig.deploymentKeys.authorityMacHolds("api_key", row, mac)).isTrue();
    assertThat(rig.deploymentKeys.authorityMacHolds("integration", row, mac)).isFalse();
    assertThat(rig.deploymentKeys.authorityMacHolds("api_key", new CanonicalRow().text("a").number(2L).bytes(), mac)).isFalse();
    assertThat(rig.deploymentKeys.authorityMacHolds("api_key", row, new byte[0])).isFalse();
    for (int bit = 0; bit < mac.length * 8; bit++) {
      byte[] changed = mac.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(rig.deploymentKeys.authorityMacHolds("api_key", row, changed)).isFalse();
    }
  }

  @Test
  void theAuditKeySignsWhatItsPublicKeyVerifies() throws Exception {
    byte[] note = "note".getBytes(StandardCharsets.UTF_8);
    byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
    byte[] encoded = new byte[prefix.length + 32];
    System.arraycopy(prefix, 0, encoded, 0, prefix.length);
    System.arraycopy(rig.deploymentKeys.auditPublicKey(), 0, encoded, prefix.length, 32);
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    verifier.update(note);
    assertThat(verifier.verify(rig.deploymentKeys.signAudit(note))).isTrue();
  }

  @Test
  void warmKeysCostNothingAndColdOnesSaySo() {
    assertThat(rig.deploymentKeys.warm()).isFalse();
    rig.deploymentKeys.load();
    assertThat(rig.deploymentKeys.warm()).isTrue();
    long calls = rig.keks.calls();
    long transactions = rig.database.transactions();
    for (int i = 0; i < 100; i++) {
      assertThat(rig.deploymentKeys.apiKeyHash(SecretText.of("key"))).hasSize(32);
    }
    assertThat(rig.keks.calls()).isEqualTo(calls);
    assertThat(rig.database.transactions()).isEqualTo(transactions);
  }

  @Test
  @Tag("S5")
  void aRefusingKekTakesTheDeploymentKeysToo() {
    rig.deploymentKeys.load();
    rig.deploymentKek.refuses(KekRefusedException.Reason.NO_CREDENTIALS);
    rig.advance(Duration.ofSeconds(56));
    assertThat(rig.deploymentKeys.warm()).isFalse();
    assertThatThrownBy(() -> rig.deploymentKeys.apiKeyHash(SecretText.of("key"))).isInstanceOf(KeyUnavailableException.class);
  }

  @Test
  @Tag("S4")
  void deploymentKeysOfDifferentPurposesCannotBeSwapped() {
    rig.deploymentKeys.load();
    rig.sql(Store.VAULT, "update deployment_key set wrapped = (select wrapped from deployment_key where purpose = 'hash')"
        + " where purpose = 'api-key-hash'");
    rig.advance(HARD_LIMIT);
    assertThatThrownBy(rig.deploymentKeys::load).isInstanceOf(IntegrityException.class);
  }

  /** Unlike those of workspaces they have no MAC, which would be of one of them. */
  @Test
  @Tag("S3")
  void aChangedWrappedKeyOfTheDeploymentDoesNotUnwrap() {
    rig.deploymentKeys.load();
    byte[] wrapped = rig.bytes(Store.VAULT, "select wrapped from deployment_key where purpose = 'hash'");
    for (int at = 0; at < wrapped.length; at += 13) {
      byte[] changed = wrapped.clone();
      changed[at] ^= 1;
      rig.sql(Store.VAULT, "update deployment_key set wrapped = ? where purpose = 'hash'", changed);
      rig.advance(HARD_LIMIT);
      assertThatThrownBy(rig.deploymentKeys::load).as("byte %s", at).isInstanceOf(IntegrityException.class);
    }
    rig.sql(Store.VAULT, "update deployment_key set wrapped = ? where purpose = 'hash'", wrapped);
    rig.advance(HARD_LIMIT);
    rig.deploymentKeys.load();
  }

  @Test
  void aKekThatCannotWorkIsFoundByTheStartCheck() {
    rig.keks.check("operator", "test");
    rig.kek.isOut();
    assertThatThrownBy(() -> rig.keks.check("operator", "test")).isInstanceOf(KekOutageException.class);
    assertThatThrownBy(() -> rig.keks.check("none", "test")).isInstanceOf(KekRefusedException.class);
  }
}
