package dev.authpipe.control.db;

import java.util.function.Function;

import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.WorkspaceId;

/**
 * One open transaction, seen from one workspace, that rooms share by passing it on. Must never outlive the lambda it was given to, and no
 * HTTP call may happen while it is open. Not thread-safe.
 */
public final class Tx {
  private final OpenTransaction open;
  private final WorkspaceId workspace;

  Tx(OpenTransaction open, WorkspaceId workspace) {
    this.open = open;
    this.workspace = workspace;
  }

  /** The workspace whose rows are visible, by {@code set_config(…, true)}; {@link Database#PLANE}: none but the plane's own. */
  public WorkspaceId workspace() {
    return workspace;
  }

  /**
   * jOOQ on this transaction's connection.
   *
   * @throws IllegalStateException while work {@link #within} another workspace is under way
   */
  public DSLContext dsl() {
    return open.dsl(workspace);
  }

  /**
   * Work in the same transaction that sees another workspace's rows only, for changes that concern the plane and a workspace, or two
   * workspaces, at once. The name must come from what the caller may reach, never from a row that was merely read.
   */
  public <T extends @Nullable Object> T within(WorkspaceId other, Function<Tx, T> work) {
    return open.within(other, () -> work.apply(new Tx(open, other)));
  }

  /** Something a room keeps for the life of the whole transaction, made at first use. */
  @SuppressWarnings("unchecked")
  public <T> T attachment(Class<T> type, Function<Tx, T> make) {
    Object present = open.attachments().get(type);
    if (present == null) {
      present = make.apply(this);
      open.attachments().put(type, present);
    }
    return (T) present;
  }

  /** Runs at the end of the work, inside the transaction: for what must be locked last (the audit log's heads). */
  public void beforeCommit(Runnable action) {
    open.beforeCommit(action);
  }

  /** Runs after a successful commit, in order; must not throw. */
  public void afterCommit(Runnable action) {
    open.afterCommit(action);
  }
}
