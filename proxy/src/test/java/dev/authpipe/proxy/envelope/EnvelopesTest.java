package dev.authpipe.proxy.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.vault.VaultRig;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.WorkspaceId;

/** Sealing and opening over real rows, with a KEK that refuses, fails and recovers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvelopesTest {
  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private static final Duration HARD_LIMIT = Duration.ofMinutes(5);
  private VaultRig rig;
  private WorkspaceId workspace;
  private RecordContext context;

  @BeforeEach
  void start() {
    rig = new VaultRig(stores);
    workspace = rig.workspace();
    context = RecordContext.of(workspace, RecordKind.CONNECT_CODE, new UUID(1, 2));
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
  void whatOneReplicaSealsAnotherOpens() {
    byte[] sealed = seal(context);
    try (VaultRig other = rig.replica(); SecretBytes opened = other.envelopes.open(context, sealed)) {
      assertThat(new String(opened.expose(), StandardCharsets.UTF_8)).isEqualTo("canary");
    }
  }

  @Test
  void warmOpensCostNoKekCallAndNoSql() {
    byte[] sealed = seal(context);
    long calls = rig.keks.calls();
    long transactions = rig.database.transactions();
    for (int i = 0; i < 1_000; i++) {
      try (SecretBytes opened = Objects.requireNonNull(rig.envelopes.warmOpen(context, sealed))) {
        assertThat(opened.length()).isEqualTo(6);
      }
    }
    assertThat(rig.keks.calls()).isEqualTo(calls);
    assertThat(rig.database.transactions()).isEqualTo(transactions);
  }

  @Test
  void aColdKeysetIsNotOpenedOnAnEventLoop() {
    byte[] sealed = seal(context);
    try (VaultRig cold = rig.replica()) {
      assertThat(cold.envelopes.warmOpen(context, sealed)).isNull();
      assertThat(cold.keks.calls()).isZero();
    }
  }

  @Test
  @Tag("S4")
  void aSwappedWrappedKeysetDoesNotUnwrap() {
    byte[] sealed = seal(context);
    WorkspaceId other = rig.workspace();
    rig.envelopes.hold(other).close();
    rig.sql(Store.VAULT,
        "update workspace_keyset a set wrapped = b.wrapped from workspace_keyset b where a.workspace_id in (?, ?)"
            + " and b.workspace_id in (?, ?) and a.workspace_id <> b.workspace_id",
        workspace.value(), other.value(), workspace.value(),
        other.value());
    rig.advance(HARD_LIMIT);
    assertThatThrownBy(() -> rig.envelopes.open(context, sealed)).isInstanceOf(IntegrityException.class);
    assertThatThrownBy(() -> rig.envelopes.hold(other)).isInstanceOf(IntegrityException.class);
  }

  @Test
  @Tag("S4")
  void anotherVersionOfAKeysetDoesNotUnwrap() {
    byte[] sealed = seal(context);
    rig.sql(Store.VAULT, "update workspace_keyset set keyset_version = 2 where workspace_id = ?", workspace.value());
    rig.advance(HARD_LIMIT);
    assertThatThrownBy(() -> rig.envelopes.open(context, sealed)).isInstanceOf(IntegrityException.class);
  }

  @Test
  @Tag("S3")
  void aChangedWrappedKeysetDoesNotUnwrap() {
    byte[] sealed = seal(context);
    byte[] wrapped = rig.bytes(Store.VAULT, "select wrapped from workspace_keyset where workspace_id = ?", workspace.value());
    for (int at = 0; at < wrapped.length; at += 13) {
      byte[] changed = wrapped.clone();
      changed[at] ^= 1;
      rig.sql(Store.VAULT, "update workspace_keyset set wrapped = ? where workspace_id = ?", changed, workspace.value());
      rig.advance(HARD_LIMIT);
      assertThatThrownBy(() -> rig.envelopes.open(context, sealed)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  void twoReplicasThatMakeAKeysetAtATimeAgree() throws Exception {
    WorkspaceId fresh = new WorkspaceId(rig.randomness.uuidV7());
    RecordContext place = RecordContext.of(fresh, RecordKind.CONNECT_CODE, new UUID(1, 2));
    try (VaultRig other = rig.replica(); ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<byte[]>> sealed = new ArrayList<>();
      for (VaultRig one : List.of(rig, other, rig, other)) {
        sealed.add(both.submit(() -> {
          one.envelopes.ensureKeyset(fresh, "operator");
          try (SecretBytes plaintext = SecretBytes.taking(new byte[4])) {
            return one.envelopes.seal(place, plaintext);
          }
        }));
      }
      for (Future<byte[]> record : sealed) {
        rig.envelopes.open(place, record.get()).close();
        other.envelopes.open(place, record.get()).close();
      }
    }
  }

  @Test
  void anUnknownKeyIdIsLookedUpOnceAndThenRefused() {
    byte[] sealed = seal(context);
    sealed[3] ^= 1;
    long calls = rig.keks.calls();
    rig.advance(Duration.ofSeconds(6));
    for (int i = 0; i < 50; i++) {
      assertThatThrownBy(() -> rig.envelopes.open(context, sealed)).isInstanceOf(IntegrityException.class);
    }
    assertThat(rig.keks.calls() - calls).isEqualTo(1);
  }

  @Test
  @Tag("S5")
  void aRefusalClosesOneWorkspaceAndTellsOnce() {
    List<String> events = new CopyOnWriteArrayList<>();
    rig.envelopes.subscribe(listener(events));
    byte[] sealed = seal(context);
    WorkspaceId other = new WorkspaceId(rig.randomness.uuidV7());
    rig.envelopes.ensureKeyset(other, "second");
    RecordContext elsewhere = RecordContext.of(other, RecordKind.CONNECT_CODE, new UUID(1, 2));
    byte[] unaffected = seal(elsewhere);
    rig.kek.refuses(KekRefusedException.Reason.PENDING_DELETION);
    rig.advance(Duration.ofSeconds(56));
    assertThatThrownBy(() -> rig.envelopes.open(context, sealed)).isInstanceOf(KeyUnavailableException.class);
    assertThat(rig.envelopes.warmOpen(context, sealed)).isNull();
    rig.envelopes.open(elsewhere, unaffected).close();
    rig.kek.works();
    rig.advance(Duration.ofSeconds(3));
    rig.envelopes.open(context, sealed).close();
    assertThat(events).containsExactly("refused " + workspace + " operator PENDING_DELETION",
        "recovered " + workspace + " operator");
  }

  @Test
  void aSealerOutlivesARefusalForFortyFiveSecondsAndOpensNothing() {
    seal(context);
    try (Sealer sealer = rig.envelopes.hold(workspace); SecretBytes plaintext = SecretBytes.taking(new byte[4])) {
      rig.kek.refuses(KekRefusedException.Reason.DISABLED);
      rig.advance(Duration.ofSeconds(44));
      byte[] sealed = sealer.seal(context, plaintext);
      rig.advance(Duration.ofSeconds(2));
      assertThatThrownBy(() -> sealer.seal(context, plaintext)).isInstanceOfSatisfying(KeyUnavailableException.class,
          late -> assertThat(late.reason()).isEqualTo(KeyUnavailableException.Reason.HOLD_EXPIRED));
      rig.advance(Duration.ofSeconds(56));
      assertThatThrownBy(() -> rig.envelopes.open(context, sealed)).isInstanceOf(KeyUnavailableException.class);
    }
  }

  @Test
  void aSealerSealsForItsWorkspaceOnlyAndNotAfterItIsClosed() {
    Sealer sealer = rig.envelopes.hold(workspace);
    try (sealer; SecretBytes plaintext = SecretBytes.taking(new byte[4])) {
      RecordContext other = RecordContext.of(new WorkspaceId(new UUID(3, 4)), RecordKind.CONNECT_CODE, new UUID(1, 2));
      assertThatThrownBy(() -> sealer.seal(other, plaintext)).isInstanceOf(IllegalArgumentException.class);
      sealer.close();
      assertThatThrownBy(() -> sealer.seal(context, plaintext)).isInstanceOf(KeyUnavailableException.class);
    }
  }

  @Test
  void aDestroyedKeysetIsMissing() {
    rig.sql(Store.VAULT, "update workspace_keyset set state = 'destroyed' where workspace_id = ?", workspace.value());
    assertThatThrownBy(() -> rig.envelopes.hold(workspace)).isInstanceOfSatisfying(KeyUnavailableException.class,
        gone -> assertThat(gone.reason()).isEqualTo(KeyUnavailableException.Reason.MISSING));
  }

  @Test
  void aKeysetThatItsKekDoesNotGiveBackIsNeverUsed() {
    WorkspaceId fresh = new WorkspaceId(rig.randomness.uuidV7());
    rig.kek.refuses(KekRefusedException.Reason.DENIED);
    assertThatThrownBy(() -> rig.envelopes.ensureKeyset(fresh, "operator")).isInstanceOf(KekRefusedException.class);
    assertThatThrownBy(() -> rig.envelopes.ensureKeyset(fresh, "undefined")).isInstanceOf(KekRefusedException.class);
    rig.kek.works();
    assertThatThrownBy(() -> rig.envelopes.hold(fresh)).isInstanceOf(KeyUnavailableException.class);
  }

  @Test
  void aReplicaFollowsAChangedKekWithItsNextProofAndNeedsTheOldOneNoMore() {
    byte[] sealed = seal(context);
    try (VaultRig other = rig.replica()) {
      open(other, sealed);
      List<Integer> written = new ArrayList<>();
      assertThat(rig.envelopes.rewrap(workspace, "second", (tx, version) -> written.add(version))).isEqualTo(1);
      assertThat(written).containsExactly(1);
      assertThat(rig.envelopes.kekNames(workspace)).containsOnly(Map.entry(1, "second"));
      rig.kek.refuses(KekRefusedException.Reason.DISABLED);
      open(other, sealed);
      other.advance(Duration.ofSeconds(56));
      open(other, sealed);
      rig.secondKek.refuses(KekRefusedException.Reason.DENIED);
      other.advance(Duration.ofSeconds(56));
      assertThatThrownBy(() -> other.envelopes.open(context, sealed)).as("the new one counts from now on")
          .isInstanceOf(KeyUnavailableException.class);
    }
  }

  @Test
  void aChangeThatIsCutOffGoesOnWhereItWas() {
    byte[] sealed = seal(context);
    PreparedKeyset next = rig.envelopes.prepareNext(workspace);
    assertThat(rig.database.<Boolean>inWorkspace(workspace, tx -> rig.envelopes.begin(tx, next, null))).isTrue();
    AtomicInteger writes = new AtomicInteger();
    assertThatThrownBy(() -> rig.envelopes.rewrap(workspace, "second", (tx, version) -> {
      if (writes.incrementAndGet() == 2) {
        throw new IllegalStateException("killed");
      }
    })).hasMessage("killed");
    assertThat(rig.envelopes.kekNames(workspace).values()).containsExactlyInAnyOrder("operator", "second");
    assertThat(rig.database.<Boolean>inWorkspace(workspace, tx -> rig.envelopes.areWrappedBy(tx, "second"))).isFalse();
    rig.advance(Duration.ofMinutes(6));
    open(rig, sealed);
    assertThat(rig.envelopes.rewrap(workspace, "second", (tx, version) -> writes.incrementAndGet())).isEqualTo(1);
    assertThat(rig.database.<Boolean>inWorkspace(workspace, tx -> rig.envelopes.areWrappedBy(tx, "second"))).isTrue();
    assertThat(rig.envelopes.rewrap(workspace, "second", (tx, version) -> writes.incrementAndGet())).isZero();
    open(rig, sealed);
  }

  @Test
  @Tag("S6")
  void aRotationThatWasPreparedUnderTheKekOfBeforeDoesNotBegin() {
    PreparedKeyset next = rig.envelopes.prepareNext(workspace);
    rig.envelopes.rewrap(workspace, "second", (tx, version) -> {});
    assertThat(rig.database.<Boolean>inWorkspace(workspace, tx -> rig.envelopes.begin(tx, next, null))).isFalse();
    rig.advance(Duration.ofMinutes(6));
    PreparedKeyset again = rig.envelopes.prepareNext(workspace);
    assertThat(again.kekName()).isEqualTo("second");
    assertThat(rig.database.<Boolean>inWorkspace(workspace, tx -> rig.envelopes.begin(tx, again, null))).isTrue();
  }

  @Test
  @Tag("S6")
  void aWrappingThatChangedMeanwhileIsNotWrittenOver() {
    KeysetStore store = new VaultKeysetStore(rig.database);
    StoredKeyset read = store.usable(workspace).getFirst();
    rig.envelopes.rewrap(workspace, "second", (tx, version) -> {});
    StoredKeyset there = store.usable(workspace).getFirst();
    assertThat(
        store.replace(workspace, new StoredKeyset(1, there.kekName(), read.wrapped(), true),
            there.rewrapped("third", new byte[]{1, 2}), tx -> {}))
        .isFalse();
    assertThat(store.usable(workspace).getFirst().isWrappedAs(there)).isTrue();
  }

  @Test
  void aKekThatGivesBackSomethingElseChangesNothing() {
    byte[] sealed = seal(context);
    rig.secondKek.isOut();
    assertThatThrownBy(() -> rig.envelopes.rewrap(workspace, "second", (tx, version) -> {}))
        .isInstanceOf(KekOutageException.class);
    rig.secondKek.refuses(KekRefusedException.Reason.DENIED);
    assertThatThrownBy(() -> rig.envelopes.rewrap(workspace, "second", (tx, version) -> {}))
        .isInstanceOf(KekRefusedException.class);
    assertThatThrownBy(() -> rig.envelopes.rewrap(workspace, "nowhere", (tx, version) -> {}))
        .isInstanceOf(KekRefusedException.class);
    assertThat(rig.envelopes.kekNames(workspace)).containsOnly(Map.entry(1, "operator"));
    rig.advance(Duration.ofMinutes(6));
    open(rig, sealed);
  }

  private void open(VaultRig by, byte[] sealed) {
    try (SecretBytes opened = by.envelopes.open(context, sealed)) {
      assertThat(new String(opened.expose(), StandardCharsets.UTF_8)).isEqualTo("canary");
    }
  }

  private byte[] seal(RecordContext place) {
    try (SecretBytes plaintext = SecretBytes.taking("canary".getBytes(StandardCharsets.UTF_8))) {
      return rig.envelopes.seal(place, plaintext);
    }
  }

  private static KeyEvents listener(List<String> events) {
    return new KeyEvents() {
      @Override
      public void refused(@Nullable WorkspaceId refused, String kekName, KekRefusedException.Reason reason) {
        events.add("refused " + refused + " " + kekName + " " + reason);
      }

      @Override
      public void recovered(@Nullable WorkspaceId recovered, String kekName) {
        events.add("recovered " + recovered + " " + kekName);
      }
    };
  }
}
