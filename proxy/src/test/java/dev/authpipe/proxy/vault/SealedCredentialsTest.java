package dev.authpipe.proxy.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.PreparedKeyset;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Credentials are resealed many at a time, while others read and renew them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("S6")
class SealedCredentialsTest {
  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private VaultRig rig;
  private WorkspaceId workspace;
  private IntegrationId integration;
  private EndUser endUser;

  /** A store before whose first transaction of a thread that seals and writes something happens: what that writes has been read by then. */
  private static final class Interrupted extends VaultDatabase {
    private final AtomicBoolean done = new AtomicBoolean();
    private final Runnable deed;

    Interrupted(VaultRig rig, Runnable deed) {
      super(rig.store(Store.VAULT));
      this.deed = deed;
    }

    @Override
    protected void beforeTransaction() {
      if (Thread.currentThread().isVirtual() && done.compareAndSet(false, true)) {
        deed.run();
      }
    }
  }

  @BeforeAll
  void start() {
    rig = new VaultRig(stores);
  }

  @BeforeEach
  void prepare() {
    workspace = rig.workspace();
    integration = rig.integration(workspace);
    endUser = rig.endUser(workspace, "user-" + UUID.randomUUID());
  }

  @AfterAll
  void stop() {
    rig.close();
    stores.close();
  }

  private List<ConnectionId> connections(int count) {
    List<ConnectionId> ids = new ArrayList<>();
    try (Sealer sealer = rig.vault.hold(workspace); NewCredential content = rig.content(endUser).build()) {
      rig.database.run(workspace, tx -> {
        for (int i = 0; i < count; i++) {
          ConnectionId id = new ConnectionId(rig.randomness.uuidV7());
          rig.vault.create(tx, ConnectionRow.active(workspace, id, integration, VaultRig.PROVIDER, endUser.id(), null,
              List.of("read"), List.of("read", "write"), VaultRig.ISSUED), content, sealer);
          ids.add(id);
        }
      });
    }
    return ids;
  }

  /** Another keyset seals from now on. */
  private KeyId rotated() {
    PreparedKeyset next = rig.envelopes.prepareNext(workspace);
    rig.database.run(workspace, tx -> {
      assertThat(rig.envelopes.begin(tx, next, UUID.randomUUID())).isTrue();
      rig.envelopes.activate(tx, next.version());
    });
    rig.advance(Duration.ofSeconds(6)); // the keysets are read again
    return rig.envelopes.sealingKey(workspace, next.version()).orElseThrow();
  }

  private boolean replaced(ConnectionId connection, long base, String accessToken, Sealer sealer) {
    try (NewCredential content = rig.content(endUser).accessToken(SecretText.of(accessToken)).build()) {
      return rig.database.inWorkspace(workspace, tx -> rig.vault.replace(tx, connection, base, content, sealer));
    }
  }

  private String accessToken(ConnectionId connection) {
    try (OpenCredential open = rig.vault.open(rig.freshRow(workspace, connection))) {
      return open.generation() + " " + open.accessToken().expose();
    }
  }

  private long left(KeyId present) {
    return rig.database.inWorkspace(workspace, tx -> CredentialStore.sealedOtherwise(tx, present));
  }

  private SealedCredentials through(VaultDatabase database) {
    return new SealedCredentials(database, rig.envelopes);
  }

  @Test
  void aRefreshBetweenReadingAndWritingIsNeverOverwritten() {
    List<ConnectionId> all = connections(3);
    ConnectionId renewed = all.get(1);
    try (Sealer before = rig.vault.hold(workspace)) {
      KeyId present = rotated();
      try (VaultDatabase database = new Interrupted(rig,
          () -> assertThat(replaced(renewed, 1, "renewed", before)).isTrue())) { // by a process that seals under the key before
        assertThat(through(database).reseal(workspace, present, () -> false)).isEqualTo(2);
      }
      assertThat(accessToken(renewed)).isEqualTo("2 renewed");
      assertThat(left(present)).isEqualTo(1);
      assertThat(through(rig.database).reseal(workspace, present, () -> false)).isEqualTo(1);
      assertThat(left(present)).isZero();
      assertThat(accessToken(renewed)).isEqualTo("2 renewed");
      assertThat(all.stream().filter(one -> !one.equals(renewed)).map(this::accessToken)).containsOnly("1 access-canary");
    }
  }

  @Test
  void whatAnotherReplicaSealedMeanwhileStays() {
    ConnectionId connection = connections(1).getFirst();
    KeyId present = rotated();
    try (VaultDatabase database = new Interrupted(rig,
        () -> assertThat(through(rig.database).reseal(workspace, present, () -> false)).isEqualTo(1))) {
      assertThat(through(database).reseal(workspace, present, () -> false)).isZero();
    }
    assertThat(left(present)).isZero();
    assertThat(accessToken(connection)).isEqualTo("1 access-canary");
  }

  @Test
  void whatSomebodyIsAtIsNotWaitedFor() throws Exception {
    List<ConnectionId> all = connections(5);
    KeyId present = rotated();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> holder = threads.submit(() -> rig.database.run(workspace, tx -> {
        assertThat(new CredentialStore().lock(tx, all.get(2))).isPresent();
        held.countDown();
        awaited(release);
      }));
      awaited(held);
      try {
        assertThat(threads.submit(() -> through(rig.database).reseal(workspace, present, () -> false)))
            .succeedsWithin(Duration.ofSeconds(5)).isEqualTo(4);
      } finally {
        release.countDown();
      }
      holder.get();
    }
    assertThat(left(present)).isEqualTo(1);
    assertThat(through(rig.database).reseal(workspace, present, () -> false)).isEqualTo(1);
  }

  @Test
  void whatDoesNotOpenHoldsUpNothingBehindIt() {
    List<ConnectionId> all = connections(1_203);
    for (ConnectionId first : all.subList(0, 600)) { // more than a page
      rig.sql(Store.VAULT,
          "update credential set sealed = set_byte(sealed, 60, 255 - get_byte(sealed, 60)) where connection_id = ?",
          first.value());
    }
    KeyId present = rotated();
    SealedCredentials credentials = through(rig.database);
    assertThat(credentials.reseal(workspace, present, () -> false)).isEqualTo(603);
    assertThat(left(present)).isEqualTo(600);
    assertThat(credentials.reseal(workspace, present, () -> false)).isZero();
  }

  @Test
  void aWalkThatWasStoppedGoesOn() {
    connections(1_203);
    KeyId present = rotated();
    SealedCredentials credentials = through(rig.database);
    AtomicInteger looks = new AtomicInteger();
    assertThat(credentials.reseal(workspace, present, () -> looks.incrementAndGet() > 2)).isEqualTo(1_000);
    assertThat(credentials.reseal(workspace, present, () -> false)).isEqualTo(203);
    assertThat(left(present)).isZero();
    assertThat(credentials.reseal(workspace, present, () -> false)).isZero();
  }

  @Test
  void readersAndRefreshesGoOnWhileTwoReplicasReseal() throws Exception {
    List<ConnectionId> all = connections(2_000);
    KeyId present = rotated();
    AtomicBoolean ended = new AtomicBoolean();
    Map<ConnectionId, Integer> generations = new ConcurrentHashMap<>();
    try (VaultRig replica = rig.replica(); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> renewals = threads.submit(() -> {
        int done = 0;
        try (Sealer sealer = rig.vault.hold(workspace)) {
          for (int i = 0; !ended.get() || done < 10; i = (i + 7) % all.size()) {
            int base = generations.getOrDefault(all.get(i), 1);
            assertThat(replaced(all.get(i), base, "renewed " + (base + 1), sealer)).isTrue();
            generations.put(all.get(i), base + 1);
            done++;
          }
        }
        return done;
      });
      Future<Integer> reads = threads.submit(() -> {
        int done = 0;
        for (int i = 0; !ended.get() || done < 10; i = (i + 3) % all.size()) {
          replica.vault.open(replica.vault.row(workspace, all.get(i)).orElseThrow()).close();
          done++;
        }
        return done;
      });
      Future<?> other = threads.submit(() -> emptied(new SealedCredentials(replica.database, replica.envelopes), present));
      emptied(through(rig.database), present);
      other.get();
      ended.set(true);
      assertThat(renewals.get()).isPositive();
      assertThat(reads.get()).isPositive();
    }
    assertThat(left(present)).isZero();
    assertThat(all).allSatisfy(one -> {
      int generation = generations.getOrDefault(one, 1);
      assertThat(accessToken(one)).isEqualTo(generation == 1 ? "1 access-canary" : generation + " renewed " + generation);
    });
  }

  private void emptied(SealedCredentials credentials, KeyId present) {
    while (left(present) > 0) {
      credentials.reseal(workspace, present, () -> false);
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
