package dev.authpipe.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;

/**
 * How many commits a second PostgreSQL does on this machine when each has its own row, when each also notifies, when what changed is announced for
 * many at once, and when all take the same row, as those do that append to the log of one workspace. On an embedded server of its own, which waits for no disk: what is seen is the CPU alone.
 */
final class Walls {
  private static final int WRITERS = 16;
  private static final int LISTENERS = 3;
  private static final int REPLICAS = 3;
  private static final int MOST = 1_000;

  private Walls() {}

  /** What one transaction does. */
  private record Kind(String name, String sql, boolean ownRow, boolean announced) {}

  private static final String CHANGED = "with changed as (update wall set n = n + 1 where id = ? returning id) ";
  private static final String WHAT = "('authpipe_changed', 'connection:0:' || id || ':' || clock_timestamp()) from changed";
  private static final List<Kind> KINDS = List.of(new Kind("own_row", "update wall set n = n + 1 where id = ?", true, false),
      new Kind("own_row_and_notify", CHANGED + "select pg_notify" + WHAT, true, false),
      new Kind("own_row_announced", CHANGED + "select announce" + WHAT.replace("'authpipe_changed', ", ""), true, true),
      new Kind("same_row", "update wall set n = n + 1 where id = ?", false, false));

  /** Commits a second of each kind, by its name. */
  static Map<String, Object> measure(Duration each) throws Exception {
    try (EmbeddedDatabases server = EmbeddedDatabases.start();
        EmbeddedDatabases.StoreSet stores = server.create()) {
      DataSource owner = stores.owner(Store.VAULT);
      try (Connection connection = owner.getConnection(); Statement statement = connection.createStatement()) {
        statement.execute("create table wall (id int primary key, n bigint not null)");
        statement.execute("insert into wall select i, 0 from generate_series(0, " + WRITERS + ") i");
      }
      List<Connection> listeners = new ArrayList<>();
      try {
        for (int i = 0; i < LISTENERS; i++) {
          Connection listener = owner.getConnection();
          listeners.add(listener);
          try (Statement statement = listener.createStatement()) {
            statement.execute("listen authpipe_changed");
          }
        }
        Map<String, Object> rates = new LinkedHashMap<>(Map.of("writers", WRITERS, "listeners", LISTENERS));
        for (Kind kind : KINDS) {
          rates.put(kind.name, rate(owner, kind, each));
        }
        return rates;
      } finally {
        for (Connection listener : listeners) {
          listener.close();
        }
      }
    }
  }

  private static long rate(DataSource owner, Kind kind, Duration each) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 2 * REPLICAS)) {
      List<Future<Long>> commits = new ArrayList<>();
      long began = System.nanoTime();
      long end = began + each.toNanos();
      List<Future<Long>> told = new ArrayList<>();
      for (int i = 0; kind.announced && i < REPLICAS; i++) {
        told.add(threads.submit(() -> announce(owner, false, Duration.ofMillis(10), end)));
        told.add(threads.submit(() -> announce(owner, true, Duration.ofMillis(500), end)));
      }
      for (int i = 1; i <= WRITERS; i++) {
        int row = kind.ownRow ? i : 0;
        commits.add(threads.submit(() -> commits(owner, kind.sql, row, end)));
      }
      long all = 0;
      for (Future<Long> one : commits) {
        all += one.get();
      }
      double seconds = each.toNanos() / 1e9;
      if (kind.announced) {
        long announced = 0;
        for (Future<Long> one : told) {
          announced += one.get();
        }
        if (announced < all) {
          throw new IllegalStateException(announced + " changes of " + all + " were announced");
        }
        seconds = (System.nanoTime() - began) / 1e9; // until the last one was
      }
      return Math.round(all / seconds);
    }
  }

  private static long commits(DataSource owner, String sql, int row, long end) throws SQLException {
    long commits = 0;
    try (Connection connection = owner.getConnection(); PreparedStatement statement = connection.prepareStatement(sql)) {
      try (Statement session = connection.createStatement()) {
        session.execute("set authpipe.announces = 'later'");
      }
      statement.setInt(1, row);
      while (System.nanoTime() < end) {
        statement.execute();
        commits++;
      }
    }
    return commits;
  }

  /** As the announcer or the heartbeat of a replica does: what waits, and then a pause. */
  private static long announce(DataSource owner, boolean waiting, Duration pause, long end) throws SQLException {
    long all = 0;
    try (Connection connection = owner.getConnection(); Statement statement = connection.createStatement()) {
      boolean last = false;
      while (!last) {
        LockSupport.parkNanos(pause.toNanos());
        last = System.nanoTime() > end + Duration.ofMillis(200).toNanos(); // writers have ended by then
        int told;
        do {
          told = told(statement, waiting || last);
          all += Math.max(0, told);
        } while (told >= MOST);
      }
    }
    return all;
  }

  private static int told(Statement statement, boolean waiting) throws SQLException {
    try (ResultSet row = statement.executeQuery("select told from announce_pending(" + waiting + ", " + MOST + ")")) {
      row.next();
      return row.getInt(1);
    }
  }
}
