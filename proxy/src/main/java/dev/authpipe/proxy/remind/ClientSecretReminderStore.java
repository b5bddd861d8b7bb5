package dev.authpipe.proxy.remind;

import static dev.authpipe.db.clientsecrets.Tables.CLIENT_SECRET_REMINDER;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;

import org.jooq.impl.DSL;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.IntegrationId;

/** SQL of what was told about client secrets. */
final class ClientSecretReminderStore {
  private ClientSecretReminderStore() {}

  /** What was told about the client secrets of the transaction's workspace. */
  static Map<IntegrationId, Told> told(Tx tx) {
    return tx.dsl()
        .select(CLIENT_SECRET_REMINDER.INTEGRATION_ID, CLIENT_SECRET_REMINDER.VERSION, CLIENT_SECRET_REMINDER.DUE_AT,
            CLIENT_SECRET_REMINDER.DAYS)
        .from(CLIENT_SECRET_REMINDER).where(CLIENT_SECRET_REMINDER.WORKSPACE_ID.eq(tx.workspace().value()))
        .fetchMap(row -> new IntegrationId(row.value1()), row -> new Told(row.value2(), row.value3().toInstant(), row.value4()));
  }

  /** Notes what is told with this transaction. */
  static void tell(Tx tx, IntegrationId integration, Told next) {
    OffsetDateTime due = next.dueAt().atOffset(ZoneOffset.UTC);
    tx.dsl().insertInto(CLIENT_SECRET_REMINDER).set(CLIENT_SECRET_REMINDER.WORKSPACE_ID, tx.workspace().value())
        .set(CLIENT_SECRET_REMINDER.INTEGRATION_ID, integration.value()).set(CLIENT_SECRET_REMINDER.VERSION, next.generation())
        .set(CLIENT_SECRET_REMINDER.DUE_AT, due).set(CLIENT_SECRET_REMINDER.DAYS, next.days())
        .onConflict(CLIENT_SECRET_REMINDER.WORKSPACE_ID, CLIENT_SECRET_REMINDER.INTEGRATION_ID, CLIENT_SECRET_REMINDER.KIND)
        .doUpdate().set(CLIENT_SECRET_REMINDER.VERSION, next.generation()).set(CLIENT_SECRET_REMINDER.DUE_AT, due)
        .set(CLIENT_SECRET_REMINDER.DAYS, next.days()).execute();
  }

  /** Forgets what was told: it is no longer so. */
  static void forget(Tx tx, IntegrationId integration) {
    tx.dsl().deleteFrom(CLIENT_SECRET_REMINDER).where(CLIENT_SECRET_REMINDER.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CLIENT_SECRET_REMINDER.INTEGRATION_ID.eq(integration.value())).execute();
  }

  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(CLIENT_SECRET_REMINDER)
        .where(CLIENT_SECRET_REMINDER.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  /** What is due in one database; the transaction is the store's own. */
  static RotationBacklog.Due due(Tx tx, Instant now) {
    OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
    var overdue = CLIENT_SECRET_REMINDER.DUE_AT.le(at);
    return tx.dsl()
        .select(DSL.count(), DSL.count().filterWhere(overdue), DSL.min(CLIENT_SECRET_REMINDER.DUE_AT).filterWhere(overdue))
        .from(CLIENT_SECRET_REMINDER)
        .where("not exists (select from moved_workspace m where m.workspace_id = client_secret_reminder.workspace_id)")
        .fetchSingle(row -> new RotationBacklog.Due(row.value1(), row.value2(),
            row.value3() == null ? null : row.value3().toInstant()));
  }
}
