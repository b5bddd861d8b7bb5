package dev.authpipe.proxy.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;

import dev.authpipe.wire.WorkspaceId;

/**
 * The databases of one store, and the way to the one where a workspace is (docs/cells.md). What it remembers of that is only where to ask
 * first. Thread-safe.
 */
final class Pools implements AutoCloseable {
  /** How often a transaction looks again for a workspace that is being moved, in about 4 s; the switch itself is given less. */
  private static final int MOST_PAUSES = 400;
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final int MOST_HOPS = 8;

  private final Map<String, Pool> pools = new LinkedHashMap<>();
  private final ConcurrentMap<WorkspaceId, String> places = new ConcurrentHashMap<>();

  Pools(StoreSettings first, Map<String, StoreSettings> cells, String store) {
    pools.put(Database.FIRST, new Pool(first, store));
    cells.forEach((cell, settings) -> pools.put(cell, new Pool(settings, store + "-" + cell)));
  }

  /** The names of all, the first database before the cells. */
  Set<String> names() {
    return pools.keySet();
  }

  Set<String> cells() {
    Set<String> cells = new LinkedHashSet<>(pools.keySet());
    cells.remove(Database.FIRST);
    return cells;
  }

  int busy() {
    return pools.values().stream().mapToInt(Pool::busy).sum();
  }

  @Override
  public void close() {
    pools.values().forEach(Pool::close);
  }

  /** A database. */
  Pool at(String place) {
    Pool pool = pools.get(place);
    if (pool == null) {
      throw new StoreUnavailableException(new SQLException("the cell " + place + " is not in this proxy's settings", "08000"));
    }
    return pool;
  }

  /** A transaction of a workspace that changed something was committed. */
  void changed(WorkspaceId workspace) {
    at(places.getOrDefault(workspace, Database.FIRST)).changed();
  }

  /** A transaction in the database where the workspace is; what is remembered of it is only where to ask first. */
  Connection entered(WorkspaceId workspace) {
    int pauses = 0;
    String remembered = places.getOrDefault(workspace, Database.FIRST);
    String place = remembered;
    int hops = 0;
    while (true) {
      Pool.Entry entry;
      try {
        entry = at(place).enter(workspace);
      } catch (StoreUnavailableException silent) {
        if (hops > 0 || place.equals(Database.FIRST) || !places.remove(workspace, place)) {
          throw silent;
        }
        place = Database.FIRST; // it may have been moved away from there before that fell silent
        continue;
      }
      switch (entry) {
        case Pool.Entry.Inside(var connection) -> {
          if (!place.equals(remembered)) {
            places.put(workspace, place);
          }
          return connection;
        }
        case Pool.Entry.Elsewhere(var there) -> {
          place = there;
          if (++hops % MOST_HOPS == 0) { // at the end of a move two databases name each other for a moment
            pause(++pauses);
          }
        }
        case Pool.Entry.Blocked() -> pause(++pauses);
      }
    }
  }

  private static void pause(int pauses) {
    if (pauses > MOST_PAUSES) {
      throw new StoreUnavailableException(new SQLException("the workspace is being moved", "55P03"));
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }
}
