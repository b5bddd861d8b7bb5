package dev.authpipe.control.connection;

import static dev.authpipe.db.control.Tables.CONNECTION;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jooq.Condition;
import org.jooq.impl.DSL;

import dev.authpipe.control.db.Tx;
import dev.authpipe.db.control.tables.records.ConnectionRecord;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.Report;

/** SQL of connections. Never sees more than the workspace of the transaction. */
final class ConnectionStore {
  private ConnectionStore() {}

  /** Keeps a report unless a newer one was kept, or the connection is gone for good. */
  static void save(Tx tx, Report.Connection report) {
    OffsetDateTime at = report.at().atOffset(ZoneOffset.UTC);
    ConnectionRecord row = new ConnectionRecord();
    row.setIntegrationId(report.integration().value());
    row.setStatus(ConnectionQuery.word(report.status()));
    row.setState(ConnectionQuery.word(report.state()));
    row.set(CONNECTION.REASON, report.reason());
    row.setScopesMissing(report.scopesMissing());
    row.setCreatedAt(report.createdAt().atOffset(ZoneOffset.UTC));
    row.setReportedAt(at);
    tx.dsl().insertInto(CONNECTION).set(CONNECTION.WORKSPACE_ID, tx.workspace().value())
        .set(CONNECTION.CONNECTION_ID, report.connection().value()).set(row)
        .onConflict(CONNECTION.WORKSPACE_ID, CONNECTION.CONNECTION_ID).doUpdate().set(row)
        .where(CONNECTION.REPORTED_AT.lt(at).and(CONNECTION.STATUS.ne("purged"))).execute();
  }

  static Optional<Connection> find(Tx tx, ConnectionId id) {
    return tx.dsl().selectFrom(CONNECTION).where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CONNECTION.CONNECTION_ID.eq(id.value())).fetchOptional().map(ConnectionStore::connection);
  }

  /** In the order of their ids. */
  static List<Connection> list(Tx tx, ConnectionQuery query) {
    List<Condition> conditions = new ArrayList<>(List.of(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value())));
    if (query.integration() != null) {
      conditions.add(CONNECTION.INTEGRATION_ID.eq(query.integration()));
    }
    if (query.status() != null) {
      conditions.add(CONNECTION.STATUS.eq(query.status()));
    }
    if (query.state() != null) {
      conditions.add(CONNECTION.STATE.eq(query.state()));
    }
    if (query.after() != null) {
      conditions.add(CONNECTION.CONNECTION_ID.gt(query.after()));
    }
    return tx.dsl().selectFrom(CONNECTION).where(conditions).orderBy(CONNECTION.CONNECTION_ID).limit(query.most())
        .fetch(ConnectionStore::connection);
  }

  /** How many there are of each status, state and integration. */
  static List<ConnectionCount> counts(Tx tx) {
    return tx.dsl().select(CONNECTION.INTEGRATION_ID, CONNECTION.STATUS, CONNECTION.STATE, DSL.count()).from(CONNECTION)
        .where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value()))
        .groupBy(CONNECTION.INTEGRATION_ID, CONNECTION.STATUS, CONNECTION.STATE)
        .orderBy(CONNECTION.INTEGRATION_ID, CONNECTION.STATUS, CONNECTION.STATE)
        .fetch(row -> new ConnectionCount(new IntegrationId(row.value1()).toString(), row.value2(), row.value3(), row.value4()));
  }

  private static Connection connection(ConnectionRecord row) {
    return new Connection(new ConnectionId(row.getConnectionId()), new IntegrationId(row.getIntegrationId()), row.getStatus(),
        row.getState(), row.getReason(), row.getScopesMissing(), row.getCreatedAt().toInstant(), row.getReportedAt().toInstant());
  }
}
