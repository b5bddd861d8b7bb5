package dev.authpipe.proxy.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;

/** What the comparison of every half minute costs. */
@Tag("S53")
class LedgerStoreTest {
  private static final int WORKSPACES = 3;
  private static final int ENTRIES = 5_000;
  private static final Pattern READ = Pattern
      .compile("on erasure_ledger l\\S* \\(actual (?:time=\\S+ )?rows=([\\d.]+) loops=(\\d+)");

  @Test
  void theNewestEntriesAreReadAndNoOther() throws SQLException {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      for (Store store : new Store[]{Store.VAULT, Store.CLIENT_SECRETS}) {
        fill(stores, store);
        String plan = plan(stores, store);
        assertThat(plan).contains("erasure_ledger").doesNotContain("Seq Scan on erasure_ledger");
        double read = 0;
        for (Matcher scan = READ.matcher(plan); scan.find();) {
          read += Double.parseDouble(scan.group(1)) * Long.parseLong(scan.group(2));
        }
        assertThat(read).as(plan).isBetween((double) WORKSPACES * LedgerStore.NEWEST, WORKSPACES * (LedgerStore.NEWEST + 10.0));
      }
    }
  }

  private static void fill(EmbeddedDatabases.StoreSet stores, Store store) throws SQLException {
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      statement.execute("insert into erasure_ledger (workspace_id, erasure_id, seq, kind, subject_id, recorded_at, mac)"
          + " select w.id, gen_random_uuid(), n, 'person', gen_random_uuid(), now(), decode(repeat('00', 37), 'hex')"
          + " from (select gen_random_uuid() id from generate_series(1, " + WORKSPACES + ")) w, generate_series(1, " + ENTRIES
          + ") n");
      statement.execute("analyze erasure_ledger");
    }
  }

  /** As the proxy asks, under row security. */
  private static String plan(EmbeddedDatabases.StoreSet stores, Store store) throws SQLException {
    try (Connection connection = stores.application(store).getConnection(); Statement statement = connection.createStatement()) {
      statement.execute("select set_config('authpipe.workspace', '00000000-0000-0000-0000-000000000000', false)");
      StringBuilder plan = new StringBuilder();
      try (ResultSet lines = statement.executeQuery("explain (analyze, costs off) " + LedgerStore.NEWEST_OF_EACH)) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      }
      return plan.toString();
    }
  }
}
