package dev.authpipe.proxy.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.LinkSettings;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/** What counting use costs the transaction that records it. */
class UsageMeterTest {
  private static final int CALLS = 200;
  private static final String SCANS = "select coalesce(sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)), 0)"
      + " from pg_stat_xact_user_tables where relname = 'connection'";

  @Test
  void aBatchLooksForItsConnectionsByOneStatement() {
    AuditActor caller = AuditActor.apiKey(new ApiKeyId(UUID.randomUUID()));
    List<AuditEntry> entries = Stream.generate(() -> AuditEntry
        .of(AuditType.CREDENTIAL_READ, caller, AuditObject.connection(new ConnectionId(UUID.randomUUID())))
        .detail(AuditDetail.CALLS, 1L)
        .detail(AuditDetail.REPLICA, UUID.randomUUID()).build()).limit(CALLS)
        .toList();
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        VaultDatabase vault = new VaultDatabase(
            new StoreSettings(stores.jdbcUrl(Store.VAULT), null, Store.VAULT.applicationRole(),
                () -> SecretText.of(stores.password()), 2, Duration.ofSeconds(2), Duration.ofSeconds(10)),
            Map.of());
        UsageMeter meter = new UsageMeter(vault, new Connections(), OutboxSettings.usual(),
            new LinkSettings(URI.create("https://control.invalid"), Set.of(), false, 1, Path.of(".")), Clock.systemUTC())) {
      vault.run(new WorkspaceId(UUID.randomUUID()), tx -> {
        long before = scans(tx);
        assertThat(meter.known(tx, entries)).isEmpty();
        assertThat(scans(tx) - before).isBetween(1L, CALLS / 10L);
      });
    }
  }

  private static long scans(Tx tx) {
    return tx.dsl().fetchSingle(SCANS).get(0, Long.class);
  }
}
