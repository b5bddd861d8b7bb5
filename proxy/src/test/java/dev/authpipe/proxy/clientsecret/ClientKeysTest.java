package dev.authpipe.proxy.clientsecret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.clientsecret.ClientKeyOutcome.Reason;
import dev.authpipe.proxy.clientsecret.ClientKeyView.State;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.secret.SigningKey;
import dev.authpipe.proxy.vault.VaultRig;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Key pairs of integrations: made inside, published before they sign, gone after what they signed, and nowhere else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientKeysTest {
  private static final String OTHER_ORIGIN = "https://evil.example.net";
  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private VaultRig rig;
  /** Of shorter keys, for they take a while to make. */
  private ClientKeyLife life;
  private WorkspaceId workspace;
  private IntegrationId integration;

  @BeforeAll
  void start() {
    rig = new VaultRig(stores);
    rig.deploymentKeys.load();
    life = new ClientKeyLife(rig.settings, rig.clientSecretsDatabase, rig.clientSecretsEnvelopes, rig.clientKeys,
        new AuditLog(rig.database, rig.clientSecretsDatabase, rig.randomness), rig.randomness, rig.keyClock, 2048);
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
  void theFirstKeySignsAtOnceAndIsMadeOnce() {
    assertThat(open()).isEmpty();
    assertThat(refused(life.rotate(change(), Duration.ZERO))).isEqualTo(Reason.NONE);
    ClientKeyView made = done(rig.clientKeyLife.make(change()));
    assertThat(made.state()).isEqualTo(State.SIGNING);
    assertThat(made.publicKey().getModulus().bitLength()).isEqualTo(3072);
    assertThat(made.keyId()).isEqualTo(thumbprint(made));
    assertThat(open().orElseThrow().keyId()).isEqualTo(made.keyId());
    assertThat(refused(life.make(change()))).isEqualTo(Reason.EXISTS);
  }

  @Test
  void aSuccessorIsPublishedFirstAndSignsAfterItsLead() {
    String first = done(life.make(change())).keyId();
    ClientKeyView next = done(life.rotate(change(), Duration.ofHours(24)));
    assertThat(next.state()).isEqualTo(State.PUBLISHED);
    assertThat(refused(life.rotate(change(), Duration.ofHours(1)))).isEqualTo(Reason.UNDER_WAY);
    assertThat(published()).containsExactly(first, next.keyId());
    assertThat(signing()).isEqualTo(first);
    rig.keyClock.advance(Duration.ofHours(24).minusSeconds(1));
    assertThat(signing()).isEqualTo(first);
    rig.keyClock.advance(Duration.ofSeconds(1));
    assertThat(signing()).isEqualTo(next.keyId());
    assertThat(published()).as("what the old one signed has not expired").containsExactly(first, next.keyId());
    assertThat(life.destroyEnded(workspace)).isZero();
    rig.keyClock.advance(ClientKeyLife.AFTERLIFE);
    assertThat(published()).containsExactly(next.keyId());
    assertThat(rows()).isEqualTo(2);
    assertThat(life.destroyEnded(workspace)).isEqualTo(1);
    assertThat(rows()).as("the sealed private key is gone").isEqualTo(1);
    assertThat(signing()).isEqualTo(next.keyId());
  }

  @Test
  void aSuccessorSignsOnDemandAndAnUnwantedOneIsDestroyed() {
    String first = done(life.make(change())).keyId();
    assertThat(refused(life.activate(change()))).isEqualTo(Reason.NOT_UNDER_WAY);
    String unwanted = done(life.rotate(change(), Duration.ofHours(24))).keyId();
    done(life.retire(change(), unwanted, false, false));
    assertThat(published()).containsExactly(first);
    rig.keyClock.advance(Duration.ofDays(2));
    assertThat(signing()).as("its end was taken back").isEqualTo(first);
    String next = done(life.rotate(change(), Duration.ofHours(24))).keyId();
    assertThat(done(life.activate(change())).state()).isEqualTo(State.SIGNING);
    assertThat(signing()).isEqualTo(next);
    assertThat(published()).containsExactly(first, next);
  }

  @Test
  void aRetiredKeySignsNoMoreAndTheNextTakesOver() {
    String first = done(life.make(change())).keyId();
    assertThat(refused(life.retire(change(), first, false, false))).isEqualTo(Reason.LAST);
    assertThat(refused(life.retire(change(), "x".repeat(43), false, false))).isEqualTo(Reason.UNKNOWN);
    String next = done(life.rotate(change(), Duration.ofHours(24))).keyId();
    assertThat(done(life.retire(change(), first, false, false)).state()).isEqualTo(State.ENDING);
    assertThat(signing()).isEqualTo(next);
    assertThat(published()).containsExactly(first, next);
    done(life.retire(change(), first, false, true));
    assertThat(published()).as("gone at once").containsExactly(next);
    done(life.retire(change(), next, true, true));
    assertThat(open()).isEmpty();
    assertThat(published()).isEmpty();
    assertThat(rows()).isZero();
    done(life.make(change()));
  }

  @Test
  @Tag("S11")
  void aKeyOpensForTheOriginThatItWasMadeForAlone() {
    done(life.make(change()));
    assertThatThrownBy(() -> rig.clientKeys.open(workspace, integration, OTHER_ORIGIN))
        .isInstanceOf(TokenOriginChangedException.class);
    rig.operatorSql(Store.CLIENT_SECRETS, "update client_key set token_origin = ? where integration_id = ?", OTHER_ORIGIN,
        integration.value());
    stale();
    assertThatThrownBy(() -> rig.clientKeys.open(workspace, integration, OTHER_ORIGIN)).isInstanceOf(IntegrityException.class);
  }

  @Test
  @Tag("S2")
  void aRowThatSomebodyElseWroteIsNeitherPublishedNorUsed() {
    done(life.make(change()));
    IntegrationId other = new IntegrationId(rig.randomness.uuidV7());
    ClientKeyView theirs = done(life.make(changeOf(other)));
    rig.operatorSql(Store.CLIENT_SECRETS, "update client_key set public_key = ?, key_id = ? where integration_id = ?",
        theirs.publicKey().getEncoded(), theirs.keyId(), integration.value());
    stale();
    assertThatThrownBy(this::published).as("their public key among ours").isInstanceOf(IntegrityException.class);
    assertThatThrownBy(this::open).isInstanceOf(IntegrityException.class);
    assertThatThrownBy(() -> life.rotate(change(), Duration.ZERO)).as("nor signed again")
        .isInstanceOf(IntegrityException.class);
  }

  @Test
  @Tag("S2")
  void aKeyMovedToAnotherIntegrationOrBroughtBackToSignIsRefused() {
    String first = done(life.make(change())).keyId();
    rig.operatorSql(Store.CLIENT_SECRETS, "update client_key set signs_until = null, gone_at = null, signs_from = now()"
        + " where integration_id = ?", integration.value());
    stale();
    assertThatThrownBy(this::published).as(first).isInstanceOf(IntegrityException.class);
    IntegrationId other = new IntegrationId(rig.randomness.uuidV7());
    rig.operatorSql(Store.CLIENT_SECRETS, "update client_key set integration_id = ? where integration_id = ?", other.value(),
        integration.value());
    assertThatThrownBy(() -> rig.clientKeys.open(workspace, other, VaultRig.ORIGIN)).isInstanceOf(IntegrityException.class);
  }

  @Test
  @Tag("S5")
  void aRefusedKekIsSaidClearlyAndPublishingGoesOn() {
    String first = done(life.make(change())).keyId();
    rig.secondKek.refuses(KekRefusedException.Reason.DENIED);
    try {
      rig.advance(Duration.ofMinutes(6));
      assertThatThrownBy(this::open).isInstanceOf(KeyUnavailableException.class);
      assertThatThrownBy(() -> life.rotate(change(), Duration.ZERO)).isInstanceOf(KeyUnavailableException.class);
      assertThat(published()).containsExactly(first);
    } finally {
      rig.secondKek.works();
    }
  }

  @Test
  @Tag("S1")
  void thePrivateKeyStandsNowhereInTheClear() {
    ClientKeyView made = done(life.make(change()));
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) open().orElseThrow().expose();
    String row = new String(rig.bytes(Store.CLIENT_SECRETS,
        "select convert_to(c::text, 'UTF8') from client_key c where integration_id = ?", integration.value()),
        java.nio.charset.StandardCharsets.UTF_8);
    String shown = ClientKeyView.keySet(List.of(made)) + made.toString() + open().orElseThrow() + made.pem();
    for (BigInteger part : List.of(key.getPrivateExponent(), key.getPrimeP(), key.getPrimeQ(), key.getCrtCoefficient())) {
      byte[] bytes = part.toByteArray();
      byte[] some = java.util.Arrays.copyOfRange(bytes, 4, 24);
      assertThat(row).doesNotContain(HexFormat.of().formatHex(some));
      assertThat(shown).doesNotContain(part.toString()).doesNotContain(part.toString(16))
          .doesNotContain(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).substring(8, 40));
    }
    assertThat(row).contains(HexFormat.of().formatHex(key.getModulus().toByteArray(), 4, 24));
    for (Object published : (List<?>) java.util.Objects.requireNonNull(ClientKeyView.keySet(List.of(made)).get("keys"))) {
      assertThat(new java.util.TreeSet<>(((Map<?, ?>) published).keySet())).hasToString("[alg, e, kid, kty, n, use]");
    }
  }

  @Test
  void eachChangeIsRecordedWithItsVersion() {
    done(life.make(change()));
    String next = done(life.rotate(change(), Duration.ofHours(1))).keyId();
    done(life.activate(change()));
    done(life.retire(change(), next, true, false));
    rig.keyClock.advance(Duration.ofHours(1));
    assertThat(life.destroyEnded(workspace)).isEqualTo(2);
    String types = new String(rig.bytes(Store.CLIENT_SECRETS,
        "select convert_to(string_agg(type, ' ' order by seq), 'UTF8') from audit_event where workspace_id = ?"
            + " and type like 'client_key.%'",
        workspace.value()), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(types).isEqualTo(
        "client_key.made client_key.rotated client_key.activated client_key.retired client_key.destroyed client_key.destroyed");
  }

  @Test
  void anotherReplicaHearsOfAChange() {
    try (VaultRig replica = rig.replica()) {
      replica.deploymentKeys.load();
      replica.keyClock.moveTo(rig.keyClock.instant());
      String first = done(life.make(change())).keyId();
      assertThat(replica.clientKeys.open(workspace, integration, VaultRig.ORIGIN).map(SigningKey::keyId)).contains(first);
      String next = done(life.rotate(change(), Duration.ZERO)).keyId();
      org.awaitility.Awaitility.await().untilAsserted(
          () -> assertThat(replica.clientKeys.open(workspace, integration, VaultRig.ORIGIN).map(SigningKey::keyId))
              .contains(next));
    }
  }

  private ClientKeyLife.Change change() {
    return changeOf(integration);
  }

  private ClientKeyLife.Change changeOf(IntegrationId whose) {
    return new ClientKeyLife.Change(workspace, whose, VaultRig.ORIGIN, AuditActor.operator(), "command", null);
  }

  private Optional<SigningKey> open() {
    return rig.clientKeys.open(workspace, integration, VaultRig.ORIGIN);
  }

  private String signing() {
    return open().orElseThrow().keyId();
  }

  private List<String> published() {
    return rig.clientKeys.published(workspace, integration).stream().map(ClientKeyView::keyId).toList();
  }

  private long rows() {
    return Long.parseLong(new String(rig.bytes(Store.CLIENT_SECRETS,
        "select convert_to(count(*)::text, 'UTF8') from client_key where integration_id = ?", integration.value()),
        java.nio.charset.StandardCharsets.UTF_8));
  }

  /** What is in memory does not count any more. */
  private void stale() {
    rig.advance(Duration.ofMinutes(6));
    rig.clientKeys.drop(workspace, integration);
  }

  private static ClientKeyView done(ClientKeyOutcome outcome) {
    assertThat(outcome).isInstanceOf(ClientKeyOutcome.Done.class);
    return ((ClientKeyOutcome.Done) outcome).key();
  }

  private static Reason refused(ClientKeyOutcome outcome) {
    assertThat(outcome).isInstanceOf(ClientKeyOutcome.Refused.class);
    return ((ClientKeyOutcome.Refused) outcome).reason();
  }

  private static String thumbprint(ClientKeyView key) {
    try {
      JWK published = JWKSet.parse(ClientKeyView.keySet(List.of(key))).getKeys().getFirst();
      assertThat(published.isPrivate()).isFalse();
      return ((RSAKey) published).computeThumbprint().toString();
    } catch (java.text.ParseException | com.nimbusds.jose.JOSEException malformed) {
      throw new AssertionError(malformed);
    }
  }
}
