package dev.authpipe.proxy.notify;

import static dev.authpipe.db.vault.Tables.WEBHOOK_TROUBLE;

import java.time.Instant;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;

/** SQL of the trouble that the application knows of. Never more than one per connection. */
final class TroubleStore {
  private TroubleStore() {}

  /** Refreshes fail; false when the application knows of trouble already. */
  static boolean failing(Tx tx, ConnectionId connection, Instant now) {
    return tx.dsl().insertInto(WEBHOOK_TROUBLE).set(WEBHOOK_TROUBLE.WORKSPACE_ID, tx.workspace().value())
        .set(WEBHOOK_TROUBLE.CONNECTION_ID, connection.value()).set(WEBHOOK_TROUBLE.KIND, "failing")
        .set(WEBHOOK_TROUBLE.SINCE, Times.stored(now)).onConflictDoNothing().execute() == 1;
  }

  /** The end user has to connect again; false when the application knows that already. */
  static boolean reauthRequired(Tx tx, ConnectionId connection, Instant now) {
    String kind = "reauth_required";
    return tx.dsl().insertInto(WEBHOOK_TROUBLE).set(WEBHOOK_TROUBLE.WORKSPACE_ID, tx.workspace().value())
        .set(WEBHOOK_TROUBLE.CONNECTION_ID, connection.value()).set(WEBHOOK_TROUBLE.KIND, kind)
        .set(WEBHOOK_TROUBLE.SINCE, Times.stored(now)).onConflict(WEBHOOK_TROUBLE.WORKSPACE_ID, WEBHOOK_TROUBLE.CONNECTION_ID)
        .doUpdate().set(WEBHOOK_TROUBLE.KIND, kind).where(WEBHOOK_TROUBLE.KIND.ne(kind)).execute() == 1;
  }

  /** It works again, or is no more; false when there was no trouble. */
  static boolean over(Tx tx, ConnectionId connection) {
    return tx.dsl().deleteFrom(WEBHOOK_TROUBLE).where(WEBHOOK_TROUBLE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(WEBHOOK_TROUBLE.CONNECTION_ID.eq(connection.value())).execute() == 1;
  }

  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(WEBHOOK_TROUBLE).where(WEBHOOK_TROUBLE.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }
}
