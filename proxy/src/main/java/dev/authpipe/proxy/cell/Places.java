package dev.authpipe.proxy.cell;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.wire.WorkspaceId;

/** Where a workspace is, as the databases of one store say: the first is asked first, and each may name another. */
final class Places {
  private Places() {}

  /**
   * Where it is.
   *
   * @param at    the place; empty for the first database
   * @param other null, or a second place that holds the same rows: a switch between both was cut off, and neither serves it
   */
  record Place(String at, @Nullable String other) {}

  static Place of(Databases databases, WorkspaceId workspace) throws SQLException {
    Map<String, String> seen = new HashMap<>();
    String place = Database.FIRST;
    while (true) {
      String next = elsewhere(databases, place, workspace);
      if (next == null) {
        return new Place(place, null);
      }
      if (seen.put(place, next) != null) {
        return new Place(place, next);
      }
      place = next;
    }
  }

  /** How the workspace is called; null: it was deleted. */
  static @Nullable String name(Databases databases, Place place, WorkspaceId workspace) throws SQLException {
    try (Side side = new Side(databases.owner(place.at), workspace)) {
      side.begin(false);
      try (
          PreparedStatement statement = side.connection().prepareStatement("select name from workspace where workspace_id = ?")) {
        statement.setObject(1, workspace.value());
        try (ResultSet row = statement.executeQuery()) {
          return row.next() ? row.getString(1) : null;
        }
      }
    }
  }

  /** Whether rows of the workspace are at a place that says it is elsewhere. */
  static boolean hasCopy(Databases databases, String place, WorkspaceId workspace) throws SQLException {
    try (Side side = new Side(databases.owner(place), workspace)) {
      return side.place() != null && Copying.hasRows(side);
    }
  }

  private static @Nullable String elsewhere(Databases databases, String place, WorkspaceId workspace) throws SQLException {
    try (Side side = new Side(databases.owner(place), workspace)) {
      return side.place();
    }
  }
}
