package dev.authpipe.proxy.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeopleAndConnectionsTest {
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
    workspace = rig.workspace();
    integration = rig.integration(workspace);
  }

  @AfterAll
  void stop() {
    rig.close();
    stores.close();
  }

  @Test
  void aPersonKeepsTheirRandomIdAndGainsWhatIsLearnt() {
    EndUser first = rig.database.inWorkspace(workspace, tx -> rig.people.ensure(tx, "ada", "Ada", null));
    EndUser again = rig.database.inWorkspace(workspace, tx -> rig.people.ensure(tx, "ada", null, "ada@example.com"));
    assertThat(again).isEqualTo(new EndUser(first.id(), "ada", "Ada", "ada@example.com"));
    assertThat(first.id().version()).as("random, telling no time").isEqualTo(4);
    Optional<EndUser> found = rig.database.inWorkspace(workspace, tx -> rig.people.find(tx, "ada"));
    assertThat(found).contains(again);
    Optional<EndUser> elsewhere = rig.database.inWorkspace(rig.workspace(), tx -> rig.people.find(tx, "ada"));
    assertThat(elsewhere).isEmpty();
  }

  @Test
  @Tag("S52")
  void erasingAPersonLeavesNothingOfThemAndOthersUntouched() {
    EndUser ada = rig.endUser(workspace, "ada");
    EndUser bob = rig.endUser(workspace, "bob");
    UUID shared = account("shared");
    UUID own = account("ada-only");
    ConnectionId gone = connection(ada, own);
    ConnectionId alsoGone = connection(ada, shared);
    ConnectionId stays = connection(bob, shared);
    rig.database.run(workspace, tx -> rig.people.erase(tx, ada.id()));
    rig.database.run(workspace, tx -> {
      assertThat(rig.people.find(tx, "ada")).isEmpty();
      assertThat(rig.people.findAccount(tx, own)).isEmpty();
      assertThat(rig.people.findAccount(tx, shared)).isPresent();
      assertThat(rig.connections.find(tx, gone)).isEmpty();
      assertThat(rig.connections.find(tx, alsoGone)).isEmpty();
      assertThat(rig.connections.find(tx, stays)).isPresent();
      assertThat(rig.vault.row(tx, stays).orElseThrow().hasCiphertext()).isTrue();
    });
  }

  @Test
  void connectionsAreListedNewestFirstPageByPage() {
    EndUser ada = rig.endUser(workspace, "ada");
    List<ConnectionId> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(0, connection(ada, null));
    }
    List<ConnectionId> seen = new ArrayList<>();
    ConnectionId after = null;
    do {
      ConnectionId from = after;
      List<ConnectionListing> page = rig.database.inWorkspace(workspace,
          tx -> rig.connections.list(tx, ConnectionFilter.all(), from, 2));
      page.forEach(listing -> seen.add(listing.connection().id()));
      after = page.isEmpty() ? null : page.get(page.size() - 1).connection().id();
    } while (after != null);
    assertThat(seen).containsExactlyElementsOf(made);
    assertThatThrownBy(() -> rig.database.run(workspace, tx -> rig.connections.list(tx, ConnectionFilter.all(), null, 202)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void filtersNarrow() {
    EndUser ada = rig.endUser(workspace, "ada");
    EndUser bob = rig.endUser(workspace, "bob");
    ConnectionId one = connection(ada, account("account"));
    ConnectionId two = connection(bob, null);
    rig.database.run(workspace, tx -> rig.vault.disconnect(tx, two, VaultRig.ISSUED));
    assertThat(list(new ConnectionFilter(integration, Set.of(), null, null))).containsExactly(two, one);
    assertThat(list(new ConnectionFilter(null, Set.of(new IntegrationId(new UUID(1, 2))), null, null))).isEmpty();
    assertThat(list(new ConnectionFilter(null, Set.of(integration), "ada", null))).containsExactly(one);
    assertThat(list(new ConnectionFilter(null, Set.of(), null, ConnectionStatus.DISCONNECTED))).containsExactly(two);
    ConnectionListing shown = rig.database.inWorkspace(workspace, tx -> rig.connections.show(tx, one).orElseThrow());
    assertThat(shown.endUser().identifier()).isEqualTo("ada");
    assertThat(shown.account()).isNotNull().extracting(ProviderAccount::identifier).isEqualTo("account");
    assertThat(shown.credential()).isNotNull().extracting(CredentialRow::generation).isEqualTo(1L);
  }

  @Test
  void onlyOtherLiveConnectionsShareAnAccount() {
    UUID account = account("account");
    ConnectionId one = connection(rig.endUser(workspace, "ada"), account);
    ConnectionId two = connection(rig.endUser(workspace, "bob"), account);
    connection(rig.endUser(workspace, "cyd"), account("another"));
    assertThat(sharing(account, one)).containsExactly(two);
    rig.database.run(workspace, tx -> rig.vault.disconnect(tx, two, VaultRig.ISSUED));
    assertThat(sharing(account, one)).isEmpty();
  }

  @Test
  void metadataIsReplacedWithinItsLimits() {
    ConnectionId one = connection(rig.endUser(workspace, "ada"), null);
    Boolean updated = rig.database.inWorkspace(workspace,
        tx -> rig.connections.updateMetadata(tx, one, Map.of("k", "v\"\u0001")));
    assertThat(updated).isTrue();
    ConnectionRow row = rig.database.inWorkspace(workspace, tx -> rig.connections.find(tx, one).orElseThrow());
    assertThat(row.metadata()).containsExactly(Map.entry("k", "v\"\u0001"));
    assertThatThrownBy(
        () -> rig.database.run(workspace, tx -> rig.connections.updateMetadata(tx, one, Map.of("k", "v".repeat(513)))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<ConnectionId> list(ConnectionFilter filter) {
    List<ConnectionListing> found = rig.database.inWorkspace(workspace, tx -> rig.connections.list(tx, filter, null, 50));
    return found.stream().map(listing -> listing.connection().id()).toList();
  }

  private List<ConnectionId> sharing(UUID account, ConnectionId except) {
    return rig.database.inWorkspace(workspace, tx -> rig.connections.liveWithAccount(tx, integration, account, except));
  }

  private UUID account(String identifier) {
    return rig.database.inWorkspace(workspace, tx -> rig.people.account(tx, integration, identifier, null));
  }

  private ConnectionId connection(EndUser endUser, @Nullable UUID account) {
    ConnectionId id = rig.connection(workspace, integration, endUser);
    if (account != null) {
      rig.operatorSql(dev.authpipe.migrations.Store.VAULT, "update connection set account_id = ? where connection_id = ?",
          account,
          id.value());
    }
    long made = System.currentTimeMillis();
    while (System.currentTimeMillis() == made) {
      Thread.onSpinWait(); // ids of one millisecond are in any order
    }
    return id;
  }
}
