package dev.authpipe.proxy.cell;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.wire.WorkspaceId;

/**
 * The move of a workspace in one store, from the database where it is to another. Each step may be repeated after a cut at any point; at every
 * moment one database serves the workspace, or, for the moment of the switch, none. Not thread-safe.
 */
final class StoreMove implements AutoCloseable {
  private static final long FEW = 200;
  private static final int MOST_PASSES = 20;
  private static final int MOST_PASSES_EVER = 500;

  private final Databases databases;
  private final String store;
  private final WorkspaceId workspace;
  private final Places.Place present;
  private final String to;
  private final Ticker ticker;
  private final Side source;
  private final Side target;
  private final Side lock;
  private final Copying copying;
  private final Opening opening;
  private long rows;

  StoreMove(Databases databases, String store, WorkspaceId workspace, Places.Place present, String to, Opening opening,
      MoveProgress progress, Ticker ticker) throws SQLException {
    this.databases = databases;
    this.store = store;
    this.workspace = workspace;
    this.present = present;
    this.to = to;
    this.ticker = ticker;
    this.opening = opening;
    String from = from();
    this.source = new Side(databases.owner(from), workspace);
    this.target = new Side(databases.owner(to), workspace);
    this.lock = new Side(databases.owner(from), workspace);
    this.copying = new Copying(store, source, target, progress);
  }

  /** Where the rows come from; after a cut between two places, the one that is not wanted. */
  private String from() {
    String other = present.other();
    return present.at().equals(to) && other != null ? other : present.at();
  }

  /** Copies while the workspace is served, until little is left, and opens every record of the copy. */
  void prepare() throws SQLException {
    if (!isCutOff()) {
      refuseUnless(source.place() == null);
      target.place(from()); // a copy that is being made is nobody's
    }
    boolean complete = false;
    for (int pass = 0; pass < MOST_PASSES || !complete; pass++) {
      if (pass == MOST_PASSES_EVER) {
        throw new MoveException(
            "two rows of the workspace can not be copied past each other, or it grows faster than it is copied");
      }
      Copying.Pass done = copying.pass();
      complete = done.complete();
      if (complete && done.changed() <= FEW) {
        break;
      }
    }
    opening.run();
  }

  /**
   * Keeps every transaction of the workspace out of the source, from now until {@link #release()}.
   *
   * @return false when transactions that had begun did not end in time
   */
  boolean block(Duration patience) throws SQLException {
    lock.begin(false);
    lock.execute("set local lock_timeout to " + patience.toMillis());
    lock.execute("set local idle_in_transaction_session_timeout to 0");
    try (PreparedStatement statement = lock.connection().prepareStatement("select pg_advisory_xact_lock(workspace_lock(?))")) {
      statement.setObject(1, workspace.value());
      statement.execute();
      return true;
    } catch (SQLException busy) {
      if (!"55P03".equals(busy.getSQLState())) {
        throw busy;
      }
      release();
      return false;
    }
  }

  /**
   * The last of the copy, while nothing is written at the source, and the proof that it is the same and opens.
   *
   * @return false when that takes longer than the workspace may wait; the copy is nearer then
   * @throws MoveException if the copy is not the same
   */
  boolean finish(Duration patience) throws SQLException {
    if (!isCutOff()) {
      refuseUnless(source.place() == null && from().equals(target.place()));
    }
    source.limit(patience);
    target.limit(patience);
    try {
      return finished(patience);
    } catch (SQLException late) {
      if (!"57014".equals(late.getSQLState())) {
        throw late;
      }
      return false;
    } finally {
      source.connection().rollback();
      target.connection().rollback();
      source.limit(Duration.ZERO);
      target.limit(Duration.ZERO);
    }
  }

  private static void refuseUnless(boolean stillAsItWas) {
    if (!stillAsItWas) {
      throw new MoveException("somebody else moves this workspace; begin again when that is done");
    }
  }

  private boolean finished(Duration patience) throws SQLException {
    long begun = ticker.read();
    Set<TenantTable> touched = new HashSet<>();
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      Copying.Pass done = copying.pass();
      touched.addAll(done.touched());
      rows = done.rows();
      if (ticker.read() - begun > patience.toNanos()) {
        return false;
      }
      if (done.complete()) {
        copying.verify(touched);
        if (touched.stream().anyMatch(TenantTable::sealed)) {
          opening.run();
        }
        return ticker.read() - begun <= patience.toNanos();
      }
    }
    return false;
  }

  /**
   * From here on the workspace is at the target. The source says so first: between these steps no database serves it, and a cut there leaves it
   * so until the move is begun again, but never do two.
   */
  void commit() throws SQLException {
    lock.placeNow(to); // in the transaction that holds the lock: it is there with the lock, or both are gone
    target.place(null);
    if (!to.equals(Database.FIRST) && !from().equals(Database.FIRST)) {
      try (Side first = new Side(databases.owner(Database.FIRST), workspace)) {
        first.place(to);
      }
    }
  }

  /** Lets the transactions of the workspace go on: at the target, or where they were. */
  void release() throws SQLException {
    lock.connection().rollback();
  }

  /** Whether a switch was cut off, so that nobody serves the workspace until this move is done. */
  boolean isCutOff() {
    return present.other() != null;
  }

  String store() {
    return store;
  }

  /** How many records of the copy were opened. */
  long opened() {
    return opening.count();
  }

  /** How many rows were found the same. */
  long rows() {
    return rows;
  }

  @Override
  public void close() throws SQLException {
    opening.close();
    source.close();
    target.close();
    lock.close();
  }

  /** Deletes what is left of the workspace wherever it is not. */
  static long clean(Databases databases, WorkspaceId workspace, String at, MoveProgress progress) throws SQLException {
    long deleted = 0;
    for (String place : databases.owners().keySet()) {
      if (!place.equals(at)) {
        try (Side side = new Side(databases.owner(place), workspace)) {
          if (side.place() != null) { // it says itself that it is elsewhere
            deleted += Copying.deleteAll(side, progress);
          }
        }
      }
    }
    return deleted;
  }
}
