package dev.authpipe.proxy.db;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;

import dev.authpipe.wire.WorkspaceId;

/**
 * One open transaction in one store, for one workspace, that rooms share by passing it on. Must never outlive the lambda it was given to,
 * and no HTTP call may happen while it is open. Not thread-safe.
 */
public final class Tx {
  /** Nobody looks at jOOQ's own log of statements; without it a statement has one listener less. */
  private static final Settings SETTINGS = new Settings().withExecuteLogging(false);

  private final String store;
  private final WorkspaceId workspace;
  private final Connection connection;
  private final DSLContext dsl;
  private final Map<Object, Object> attachments = new LinkedHashMap<>();
  private final List<Runnable> beforeCommit = new ArrayList<>();
  private final List<Runnable> afterCommit = new ArrayList<>();
  private boolean changes;

  /**
   * A transaction that somebody else began on a connection of the owner role, for work on a whole store that is out of use; whoever began it
   * commits it. Nothing waits for its end: what rooms register with it never runs.
   */
  public static Tx within(Connection connection, String store, WorkspaceId workspace) {
    return new Tx(store, workspace, connection);
  }

  Tx(String store, WorkspaceId workspace, Connection connection) {
    this.store = store;
    this.workspace = workspace;
    this.connection = connection;
    this.dsl = DSL.using(
        new DefaultConfiguration().set(connection).set(SQLDialect.POSTGRES).set(SETTINGS)
            .set(ExecuteListener.onExecuteStart(this::executes)));
  }

  private void executes(ExecuteContext context) {
    String sql = context.sql();
    changes |= sql == null || !sql.startsWith("select");
  }

  /** Says that something is changed by other ways than jOOQ's statements, which are seen. */
  public void changed() {
    changes = true;
  }

  /** Whether it did more than read, so that it may have changed what others must hear of. */
  boolean changes() {
    return changes;
  }

  /** The store this transaction is in: {@code vault} or {@code client_secrets}. */
  public String store() {
    return store;
  }

  /** The workspace whose rows are visible, by {@code set_config(…, true)}. */
  public WorkspaceId workspace() {
    return workspace;
  }

  /** jOOQ on this transaction's connection. */
  public DSLContext dsl() {
    return dsl;
  }

  /** Something a room keeps for the life of this transaction, made at first use. */
  @SuppressWarnings("unchecked")
  public <T> T attachment(Class<T> type, Function<Tx, T> make) {
    Object present = attachments.get(type);
    if (present == null) {
      present = make.apply(this);
      attachments.put(type, present);
    }
    return (T) present;
  }

  /** Runs at the end of the work, inside the transaction: for what must be locked last (the audit log's head). */
  public void beforeCommit(Runnable action) {
    beforeCommit.add(action);
  }

  /** Runs after a successful commit, in order; must not throw. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  Connection connection() {
    return connection;
  }

  void runBeforeCommit() {
    for (int i = 0; i < beforeCommit.size(); i++) {
      beforeCommit.get(i).run();
    }
  }

  void runAfterCommit() {
    afterCommit.forEach(Runnable::run);
  }
}
