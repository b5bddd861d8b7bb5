package dev.authpipe.proxy.cell;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Makes a workspace's rows at the target what they are at the source, byte for byte, in passes that may be repeated after a cut at any point. Must
 * never write at the source.
 */
final class Copying {
  private static final Set<String> COLLISIONS = Set.of("23503", "23505");
  private static final int CHUNK = 200;
  private static final int MOST_BYTES = 64 * 1024 * 1024;

  private final Side source;
  private final Side target;
  private final List<TenantTable> tables;
  private final String store;
  private final MoveProgress progress;

  Copying(String store, Side source, Side target, MoveProgress progress) throws SQLException {
    this.store = store;
    this.source = source;
    this.target = target;
    this.progress = progress;
    this.tables = TenantTables.of(source.connection());
    if (!tables.equals(TenantTables.of(target.connection()))) {
      throw new MoveException("the databases do not have the same schema; run: authpipe migrate");
    }
  }

  /**
   * What a pass did.
   *
   * @param changed  how many rows were added, replaced or deleted
   * @param complete whether nothing was left for another pass
   * @param rows     how many rows there are at the source
   * @param touched  tables in which something differed
   */
  record Pass(long changed, boolean complete, long rows, Set<TenantTable> touched) {
    Pass {
      touched = Set.copyOf(touched);
    }
  }

  /** One pass over all tables, over one moment of the source. */
  Pass pass() throws SQLException {
    source.begin(true);
    target.begin(false);
    List<Difference> differences = new ArrayList<>();
    for (TenantTable table : tables) {
      differences.add(Difference.between(table, source, target));
    }
    target.commit();
    long rows = differences.stream().mapToLong(Difference::rows).sum();
    progress.store(store, rows, differences.stream().mapToLong(one -> one.wanted().size()).sum());
    Set<TenantTable> touched = differences.stream().filter(one -> !one.none()).map(Difference::table).collect(Collectors.toSet());
    try {
      long changed = differences.stream().mapToLong(one -> one.wanted().size() + one.surplus().size()).sum();
      boolean complete = deleteSurplus(differences) && copyWanted(differences);
      return new Pass(changed, complete, rows, touched);
    } catch (SQLException collided) {
      if (!COLLISIONS.contains(String.valueOf(collided.getSQLState()))) {
        throw collided;
      }
      return new Pass(deleteAll(target, progress), false, rows, Set.copyOf(tables)); // two rows changed places, say: the copy begins anew
    } finally {
      source.connection().rollback();
    }
  }

  /** What refers to others goes first; false when something is left because there is more of it than one pass looks for. */
  private boolean deleteSurplus(List<Difference> differences) throws SQLException {
    for (Difference one : differences.reversed()) {
      delete(target, one.table(), one.surplus());
      if (!one.complete() && !one.surplus().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** What is referred to comes first; false when something is left because there is more of it than one pass looks for. */
  private boolean copyWanted(List<Difference> differences) throws SQLException {
    for (Difference one : differences) {
      copy(one);
      if (!one.complete()) {
        return false;
      }
    }
    return true;
  }

  private void copy(Difference difference) throws SQLException {
    List<RowName> wanted = difference.wanted();
    for (int from = 0; from < wanted.size(); from += CHUNK) {
      List<RowName> chunk = wanted.subList(from, Math.min(wanted.size(), from + CHUNK));
      byte[] rows = read(difference.table(), chunk);
      target.begin(false);
      String incoming = "incoming_" + difference.table().name();
      target.execute("create temporary table " + incoming + " (like public." + difference.table().name() + ") on commit drop");
      write(incoming, rows);
      target.execute(difference.table().upsert(incoming));
      target.commit();
      progress.copied(difference.table().name(), chunk.size());
    }
  }

  private byte[] read(TenantTable table, List<RowName> keys) throws SQLException {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    try {
      copies(source)
          .copyOut("copy (select t.* from " + table.name() + " t join " + table.wanted(keys) + " where t.workspace_id = '"
              + source.workspace() + "'::uuid) to stdout", rows);
    } catch (IOException impossible) {
      throw new IllegalStateException("memory could not be written", impossible);
    }
    if (rows.size() > MOST_BYTES) {
      throw new MoveException("rows of " + table.name() + " are larger than any row should be");
    }
    return rows.toByteArray();
  }

  private void write(String incoming, byte[] rows) throws SQLException {
    try {
      copies(target).copyIn("copy " + incoming + " from stdin", new ByteArrayInputStream(rows));
    } catch (IOException impossible) {
      throw new IllegalStateException("memory could not be read", impossible);
    }
  }

  private static CopyManager copies(Side side) throws SQLException {
    return side.connection().unwrap(PGConnection.class).getCopyAPI();
  }

  /** Deletes rows by their keys. */
  private static void delete(Side side, TenantTable table, List<RowName> keys) throws SQLException {
    for (int from = 0; from < keys.size(); from += CHUNK) {
      List<RowName> chunk = keys.subList(from, Math.min(keys.size(), from + CHUNK));
      side.begin(false);
      side.execute("delete from " + table.name() + " d using " + table.name() + " t join " + table.wanted(chunk)
          + " where t.workspace_id = '" + side.workspace() + "'::uuid and d.ctid = t.ctid");
      side.commit();
    }
  }

  /** Refuses when number or digest of these tables differ: those that a pass did not find the same. Nothing may write meanwhile. */
  void verify(Set<TenantTable> touched) throws SQLException {
    source.begin(true);
    target.begin(true);
    for (TenantTable table : touched) {
      Difference.Count here = Difference.count(table, source);
      Difference.Count there = Difference.count(table, target);
      if (!here.equals(there)) {
        throw new MoveException(
            "the copy of " + table.name() + " is not as the original (" + there.rows() + " rows there, " + here.rows()
                + " here): something changes what is written there; the workspace is served where it was");
      }
    }
    source.connection().rollback();
    target.connection().rollback();
  }

  /** Whether there is any row of the workspace. */
  static boolean hasRows(Side side) throws SQLException {
    for (TenantTable table : TenantTables.of(side.connection())) {
      side.begin(false);
      try (var statement = side.connection()
          .prepareStatement("select exists(select from " + table.name() + " where workspace_id = ?)")) {
        statement.setObject(1, side.workspace());
        try (var row = statement.executeQuery()) {
          if (row.next() && row.getBoolean(1)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Deletes every row of the workspace at a place where it is no more; answers how many. */
  static long deleteAll(Side side, MoveProgress progress) throws SQLException {
    List<TenantTable> tables = TenantTables.of(side.connection()).reversed();
    long deleted = 0;
    for (TenantTable table : tables) {
      int some;
      do {
        side.begin(false);
        try (var statement = side.connection()
            .prepareStatement("delete from " + table.name() + " where ctid = any (array(select ctid from "
                + table.name() + " where workspace_id = ? limit 1000))")) {
          statement.setObject(1, side.workspace());
          some = statement.executeUpdate();
        }
        side.commit();
        deleted += some;
        progress.deleted(table.name(), some);
      } while (some > 0);
    }
    return deleted;
  }
}
