package dev.authpipe.proxy.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.wire.WorkspaceId;

/**
 * One store and the only way to a transaction in it. A store is one database, the first, and any number of cells: databases that hold the
 * rows of workspaces which were moved there (docs/cells.md). Every transaction names its workspace (S34) and happens in the one database
 * where that workspace is; must never be asked from an event loop, for each call may block.
 */
public abstract class Database implements AutoCloseable {
  /** The nil id: the store itself, whose only rows are its own audit log. It is in the first database, always. */
  public static final WorkspaceId STORE = new WorkspaceId(new UUID(0, 0));
  /** The place of the first database. Cells have names. */
  public static final String FIRST = "";

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  /**
   * Named so that jOOQ's data types are registered before the first statement: a thread that asks for one while another thread registers them is
   * told for good that it is unknown.
   */
  static final DataType<?> REGISTERED = SQLDataType.TIMESTAMPWITHTIMEZONE;

  private final String name;
  private final boolean routed;
  private final Pools pools;
  private final StoreThreads threads;
  private final LongAdder transactions = new LongAdder();

  /**
   * @param routed whether workspaces are looked for in the cells; else this is one database, whatever it says of where they are
   */
  protected Database(StoreSettings first, Map<String, StoreSettings> cells, String name, boolean routed) {
    this.name = name;
    this.routed = routed;
    this.pools = new Pools(first, cells, name);
    this.threads = new StoreThreads(name);
  }

  /**
   * Runs work in one transaction that sees the given workspace's rows only. While the workspace is being moved it waits, for a few seconds at most.
   *
   * @throws StoreUnavailableException if the store cannot be reached; the work may run again later
   */
  public final <T extends @Nullable Object> T inWorkspace(WorkspaceId workspace, Function<Tx, T> work) {
    return run(begun(workspace), workspace, work, () -> pools.changed(workspace));
  }

  /** As {@link #inWorkspace}, for work without a result. */
  public final void run(WorkspaceId workspace, Consumer<Tx> work) {
    inWorkspace(workspace, tx -> {
      work.accept(tx);
      return Boolean.TRUE;
    });
  }

  /**
   * As {@link #inWorkspace} in a database of one's own choice: for moving a workspace, and for what each database keeps for itself
   * ({@link #STORE}).
   *
   * @param place the name of a cell, or {@link #FIRST}
   */
  public final <T extends @Nullable Object> T at(String place, WorkspaceId workspace, Function<Tx, T> work) {
    return run(pools.at(place).bound(workspace.value().toString()), workspace, work, () -> pools.at(place).changed());
  }

  /** Before each transaction of a workspace, on the thread that asks for it. Nothing; tests that decide who goes when wait here. */
  protected void beforeTransaction() {}

  private Connection begun(WorkspaceId workspace) {
    beforeTransaction();
    return routed && !workspace.equals(STORE) ? pools.entered(workspace) : pools.at(FIRST).bound(workspace.value().toString());
  }

  private <T extends @Nullable Object> T run(Connection connection, WorkspaceId workspace, Function<Tx, T> work,
      Runnable changed) {
    transactions.increment();
    Tx tx = new Tx(name, workspace, connection);
    T result = threads.call(() -> finish(connection, () -> {
      T done = work.apply(tx);
      tx.runBeforeCommit();
      return done;
    }));
    if (tx.changes()) {
      changed.run();
    }
    tx.runAfterCommit();
    return result;
  }

  /**
   * Runs a look-up in the first database that starts without a workspace: no tenant row is visible, only the SECURITY DEFINER functions and
   * tables without tenants answer (S34).
   */
  public final <T extends @Nullable Object> T lookUp(Function<DSLContext, T> work) {
    return lookUp(FIRST, work);
  }

  /** As {@link #lookUp(Function)} with lists, in each database, joined, each element once. Each must answer. */
  public final <T> List<T> listAll(Function<DSLContext, List<T>> work) {
    return pools.names().stream().flatMap(place -> lookUp(place, work).stream()).distinct().toList();
  }

  /** As {@link #listAll}, without the cells that do not answer: for work that is repeated. */
  public final <T> List<T> listReachable(Function<DSLContext, List<T>> work) {
    return inReachable(place -> lookUp(place, work)).stream().flatMap(List::stream).distinct().toList();
  }

  /** Runs work with the name of each database. Each must answer. */
  public final <T> List<T> inEvery(Function<String, T> work) {
    return pools.names().stream().map(work).toList();
  }

  /** Runs work with the name of each database, and goes on without the cells that do not answer. */
  public final <T> List<T> inReachable(Function<String, T> work) {
    List<T> answers = new ArrayList<>();
    for (String place : pools.names()) {
      try {
        answers.add(work.apply(place));
      } catch (StoreUnavailableException unavailable) {
        if (place.equals(FIRST)) {
          throw unavailable;
        }
        LOG.warn("the cell {} of the store {} does not answer", place, name);
      }
    }
    return answers;
  }

  /**
   * Does something for each workspace and goes on past those whose database does not answer.
   *
   * @throws StoreUnavailableException at the end, if there was one
   */
  public static void each(Iterable<WorkspaceId> workspaces, Consumer<WorkspaceId> work) {
    StoreUnavailableException silent = null;
    for (WorkspaceId workspace : workspaces) {
      try {
        work.accept(workspace);
      } catch (StoreUnavailableException unavailable) {
        silent = unavailable;
      }
    }
    if (silent != null) {
      throw silent;
    }
  }

  /**
   * The first answer to a look-up, the first database asked first.
   *
   * @throws StoreUnavailableException if nobody knows it and one cell did not answer
   */
  public final <T> Optional<T> findAnywhere(Function<DSLContext, Optional<T>> work) {
    StoreUnavailableException silent = null;
    for (String place : pools.names()) {
      try {
        Optional<T> found = lookUp(place, work);
        if (found.isPresent()) {
          return found;
        }
      } catch (StoreUnavailableException unavailable) {
        silent = unavailable;
        if (place.equals(FIRST)) {
          break;
        }
      }
    }
    if (silent != null) {
      throw silent;
    }
    return Optional.empty();
  }

  private <T extends @Nullable Object> T lookUp(String place, Function<DSLContext, T> work) {
    transactions.increment();
    Connection connection = pools.at(place).bound("");
    return threads.call(() -> finish(connection, () -> work.apply(DSL.using(connection, SQLDialect.POSTGRES))));
  }

  /**
   * As {@link #inWorkspace}, for work that only reads: what it read, if a synchronous standby has all of it too. Empty when no commit waits for
   * one. It is the same server that is read from and whose standby is waited for, so a failover in between leads to no wrong answer.
   *
   * @throws StoreUnavailableException if the store cannot be reached, or the standby does not answer in time
   */
  public final <T> Optional<T> onStandby(WorkspaceId workspace, Function<Tx, T> work) {
    transactions.increment();
    try (Connection connection = begun(workspace)) {
      if (!StandbyProof.isWaitedFor(connection)) {
        connection.rollback();
        return Optional.empty();
      }
      T read = work.apply(new Tx(name, workspace, connection));
      return StandbyProof.commit(connection) ? Optional.of(read) : Optional.empty();
    } catch (SQLException failure) {
      throw new StoreUnavailableException(failure);
    } catch (DataAccessException failure) {
      throw unavailableOr(failure);
    }
  }

  /** Whether a database answers now. */
  public final boolean answers(String place) {
    try {
      return lookUp(place, dsl -> dsl.selectOne().fetch().isNotEmpty());
    } catch (StoreUnavailableException silent) {
      return false;
    }
  }

  /** The store's name: {@code vault} or {@code client_secrets}. */
  public final String name() {
    return name;
  }

  /** The names of its cells. */
  public final Set<String> cells() {
    return pools.cells();
  }

  /** How many transactions were begun since the start, but those that announce changes: the count that "warm: no SQL" is asserted on. */
  public final long transactions() {
    return transactions.sum();
  }

  /** Connections in use, for metrics. */
  public final int busyConnections() {
    return pools.busy();
  }

  @Override
  public final void close() {
    pools.close();
    threads.close();
  }

  private static <T extends @Nullable Object> T finish(Connection connection, Supplier<T> work) {
    try (connection) {
      try {
        T result = work.get();
        connection.commit();
        return result;
      } catch (Throwable failure) {
        rollback(connection, failure);
        throw failure;
      }
    } catch (SQLException failure) {
      throw new StoreUnavailableException(failure);
    } catch (DataAccessException failure) {
      throw unavailableOr(failure);
    }
  }

  private static void rollback(Connection connection, Throwable failure) {
    try {
      connection.rollback();
    } catch (SQLException second) {
      failure.addSuppressed(second);
    }
  }

  /** SQLSTATE classes 08 (connection), 53 (resources), 57 (operator intervention, timeouts) and 58 (system) are ours to wait out. */
  private static RuntimeException unavailableOr(DataAccessException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof SQLTransientConnectionException) {
      return new StoreUnavailableException(failure);
    }
    String state = failure.sqlState();
    return state.startsWith("08") || state.startsWith("53") || state.startsWith("57") || state.startsWith("58")
        ? new StoreUnavailableException(failure)
        : failure;
  }
}
