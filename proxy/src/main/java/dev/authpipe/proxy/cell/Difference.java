package dev.authpipe.proxy.cell;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * In what a workspace's rows of one table differ between two databases.
 *
 * @param table    the table
 * @param rows     how many there are at the source
 * @param wanted   keys of rows that are missing or other at the target
 * @param surplus  keys of rows that only the target has
 * @param complete whether these are all; there is a most that is looked for at a time
 */
record Difference(TenantTable table, long rows, List<RowName> wanted, List<RowName> surplus, boolean complete) {
  private static final int MOST = 200_000;
  private static final int FETCH = 1_000;

  Difference {
    wanted = List.copyOf(wanted);
    surplus = List.copyOf(surplus);
  }

  boolean none() {
    return wanted.isEmpty() && surplus.isEmpty();
  }

  /** Compares; only rows' digests travel, and those only when the digest of all differs. Both sides are in a transaction. */
  static Difference between(TenantTable table, Side source, Side target) throws SQLException {
    Count here = count(table, source);
    if (here.equals(count(table, target))) {
      return new Difference(table, here.rows, List.of(), List.of(), true);
    }
    List<RowName> wanted = new ArrayList<>();
    List<RowName> surplus = new ArrayList<>();
    try (PreparedStatement left = rows(table, source);
        PreparedStatement right = rows(table, target);
        ResultSet at = left.executeQuery();
        ResultSet to = right.executeQuery()) {
      Row one = Row.next(at);
      Row other = Row.next(to);
      while ((one != null || other != null) && wanted.size() + surplus.size() < MOST) {
        int order = Row.order(one, other);
        if (one != null && (order < 0 || (order == 0 && !one.isAs(other)))) {
          wanted.add(one.key);
        }
        if (other != null && order > 0) {
          surplus.add(other.key);
        }
        one = order <= 0 ? Row.next(at) : one;
        other = order >= 0 ? Row.next(to) : other;
      }
      return new Difference(table, here.rows, wanted, surplus, one == null && other == null);
    }
  }

  record Count(long rows, String digest) {}

  static Count count(TenantTable table, Side side) throws SQLException {
    try (PreparedStatement statement = side.connection().prepareStatement(table.digest())) {
      statement.setObject(1, side.workspace());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Count(row.getLong(1), row.getString(2));
      }
    }
  }

  private static PreparedStatement rows(TenantTable table, Side side) throws SQLException {
    PreparedStatement statement = side.connection().prepareStatement(table.rows());
    statement.setObject(1, side.workspace());
    statement.setFetchSize(FETCH);
    return statement;
  }

  /** A row's key, its place in the order of both sides, and its digest. */
  private record Row(RowName key, String place, String digest) {
    /** Rows come in the order of the bytes of their place, as "C" collation has it; what has ended comes last. */
    static int order(@Nullable Row one, @Nullable Row other) {
      if (one == null || other == null) {
        return one == null ? 1 : -1;
      }
      return Arrays.compareUnsigned(one.place.getBytes(StandardCharsets.UTF_8), other.place.getBytes(StandardCharsets.UTF_8));
    }

    boolean isAs(@Nullable Row other) {
      return other != null && digest.equals(other.digest);
    }

    static @Nullable Row next(ResultSet row) throws SQLException {
      if (!row.next()) {
        return null;
      }
      RowName key = new RowName(TenantTables.texts(row, "key"));
      return new Row(key, row.getString("place"), row.getString("digest"));
    }
  }
}
