package dev.authpipe.proxy.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("S54")
class LeasesTest {
  private static final Duration LENGTH = Duration.ofSeconds(45);
  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  private VaultRig rig;
  private WorkspaceId workspace;
  private ConnectionId connection;

  @BeforeAll
  void start() {
    rig = new VaultRig(stores);
  }

  @BeforeEach
  void connect() {
    workspace = rig.workspace();
    connection = rig.connection(workspace, rig.integration(workspace), rig.endUser(workspace, "ada"));
  }

  @AfterAll
  void stop() {
    rig.close();
    stores.close();
  }

  @Test
  void oneOfManyClaimsWins() throws Exception {
    try (ExecutorService claimers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<Lease>>> claims = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String owner = "replica-" + i;
        claims.add(claimers.submit(() -> claim(owner)));
      }
      int won = 0;
      for (Future<Optional<Lease>> claim : claims) {
        won += claim.get().isPresent() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    }
  }

  @Test
  void aReleasedLeaseIsFreeAndItsFenceGoesOnRising() {
    Lease first = claim("one").orElseThrow();
    assertThat(claim("two")).isEmpty();
    assertThat(release(first)).isTrue();
    Lease second = claim("two").orElseThrow();
    assertThat(second.fence()).isGreaterThan(first.fence());
    assertThat(release(first)).as("no longer its own").isFalse();
    assertThat(holds(second)).isTrue();
    assertThat(holds(first)).isFalse();
  }

  @Test
  void aLapsedLeaseIsFreeByTheDatabasesClock() {
    Lease first = claim("one").orElseThrow();
    rig.operatorSql(Store.VAULT, "update refresh_lease set lease_until = now() - interval '1 second' where connection_id = ?",
        connection.value());
    assertThat(holds(first)).isFalse();
    Lease second = claim("two").orElseThrow();
    assertThat(second.fence()).isEqualTo(first.fence() + 1);
  }

  @Test
  @Tag("S50")
  void aDisconnectSeizesTheLeaseFromWhoeverHoldsIt() {
    Lease refresh = claim("refresh").orElseThrow();
    Lease seized = rig.database
        .inWorkspace(workspace, tx -> rig.leases.seize(tx, connection, "disconnect", rig.randomness.uuidV7(), LENGTH))
        .orElseThrow();
    assertThat(holds(refresh)).isFalse();
    assertThat(holds(seized)).isTrue();
  }

  @Test
  void anUnknownConnectionHasNoLease() {
    ConnectionId unknown = new ConnectionId(rig.randomness.uuidV7());
    Optional<Lease> none = rig.database.inWorkspace(workspace,
        tx -> rig.leases.claim(tx, unknown, "one", rig.randomness.uuidV7(), LENGTH));
    assertThat(none).isEmpty();
    assertThatThrownBy(() -> rig.database.run(workspace,
        tx -> rig.leases.claim(tx, connection, "one", rig.randomness.uuidV7(), Duration.ofMinutes(6))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Optional<Lease> claim(String owner) {
    return rig.database.inWorkspace(workspace, tx -> rig.leases.claim(tx, connection, owner, rig.randomness.uuidV7(), LENGTH));
  }

  private boolean release(Lease lease) {
    return rig.database.inWorkspace(workspace, tx -> rig.leases.release(tx, lease));
  }

  private boolean holds(Lease lease) {
    return rig.database.inWorkspace(workspace, tx -> rig.leases.holds(tx, lease));
  }
}
