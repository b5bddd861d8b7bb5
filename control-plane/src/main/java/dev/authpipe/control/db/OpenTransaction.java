package dev.authpipe.control.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.WorkspaceId;

/** What the views of one transaction share: the connection, which workspace it is bound to now, and what runs at its end. */
final class OpenTransaction {
  private final Connection connection;
  private final DSLContext dsl;
  private final Map<Object, Object> attachments = new LinkedHashMap<>();
  private final List<Runnable> beforeCommit = new ArrayList<>();
  private final List<Runnable> afterCommit = new ArrayList<>();
  private WorkspaceId bound;

  OpenTransaction(Connection connection, WorkspaceId bound) {
    this.connection = connection;
    this.dsl = DSL.using(connection, SQLDialect.POSTGRES);
    this.bound = bound;
  }

  /** jOOQ for a view of a workspace; another workspace must not be bound at the time. */
  DSLContext dsl(WorkspaceId workspace) {
    if (!workspace.equals(bound)) {
      throw new IllegalStateException("the transaction is bound to another workspace now");
    }
    return dsl;
  }

  /** Binds to a workspace for the time of the work. */
  <T extends @Nullable Object> T within(WorkspaceId workspace, Supplier<T> work) {
    WorkspaceId before = bound;
    bind(workspace);
    T result = work.get();
    bind(before); // not after a failure: the transaction is rolled back, and PostgreSQL refuses statements until then
    return result;
  }

  private void bind(WorkspaceId workspace) {
    try {
      Database.bind(connection, workspace.value().toString());
      bound = workspace;
    } catch (SQLException broken) {
      throw new StoreUnavailableException(broken);
    }
  }

  Map<Object, Object> attachments() {
    return attachments;
  }

  void beforeCommit(Runnable action) {
    beforeCommit.add(action);
  }

  void afterCommit(Runnable action) {
    afterCommit.add(action);
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
