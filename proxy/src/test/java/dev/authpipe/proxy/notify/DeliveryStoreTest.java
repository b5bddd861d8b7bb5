package dev.authpipe.proxy.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.DeliveryId;
import dev.authpipe.wire.MessageId;
import dev.authpipe.wire.WebhookId;
import dev.authpipe.wire.WorkspaceId;

/** Who may mark a delivery (docs/webhooks.md). */
class DeliveryStoreTest {
  private static final Instant NOW = Instant.parse("2027-03-01T12:00:00Z");
  private static final Instant LATER = NOW.plus(Duration.ofDays(3));
  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());

  @Test
  void aTryThatBeganBeforeAReplayMarksNothingAfterIt() {
    DeliveryId id = new DeliveryId(UUID.randomUUID());
    Event event = new Event(new MessageId(UUID.randomUUID()), Event.TEST, NOW, null, null, null, "{}");
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        VaultDatabase database = new VaultDatabase(new StoreSettings(stores.jdbcUrl(Store.VAULT), null,
            Store.VAULT.applicationRole(), () -> SecretText.of(stores.password()), 5, Duration.ofSeconds(1),
            Duration.ofSeconds(5)))) {
      database.run(workspace,
          tx -> DeliveryStore.add(tx, id, new WebhookId(UUID.randomUUID()), event, null, LATER, null));
      DeliveryStore.Claimed before = claim(database, id);
      assertThat(database.<Boolean>inWorkspace(workspace, tx -> DeliveryStore.replay(tx, id, NOW, LATER))).isTrue();
      assertThat(marked(database, before)).as("before the next try").isFalse();
      DeliveryStore.Claimed after = claim(database, id);
      assertThat(after.tries()).as("of this round").isEqualTo(1);
      assertThat(after.fence()).isGreaterThan(before.fence());
      assertThat(marked(database, before)).as("during the next try").isFalse();
      assertThat(marked(database, after)).isTrue();
    }
  }

  private DeliveryStore.Claimed claim(VaultDatabase database, DeliveryId id) {
    return database.inWorkspace(workspace, tx -> DeliveryStore.claim(tx, id, NOW)).orElseThrow();
  }

  private boolean marked(VaultDatabase database, DeliveryStore.Claimed claimed) {
    return database.<Boolean>inWorkspace(workspace, tx -> DeliveryStore.delivered(tx, claimed, 204, NOW));
  }
}
