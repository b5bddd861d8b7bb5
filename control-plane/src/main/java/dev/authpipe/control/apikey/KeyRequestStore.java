package dev.authpipe.control.apikey;

import static dev.authpipe.db.control.Tables.API_KEY_REQUEST;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.db.control.tables.records.ApiKeyRequestRecord;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ApiKeyRequestId;

/** SQL of requests for API keys. Never sees more than the workspace of the transaction. */
final class KeyRequestStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);
  private static final Condition WAITING = API_KEY_REQUEST.STATUS.eq("waiting");

  private KeyRequestStore() {}

  static KeyRequest insert(Tx tx, ApiKeyRequestId id, UUID person, String name, Terms terms, boolean requireEndUser) {
    return request(tx.dsl().insertInto(API_KEY_REQUEST).set(API_KEY_REQUEST.WORKSPACE_ID, tx.workspace().value())
        .set(API_KEY_REQUEST.REQUEST_ID, id.value()).set(API_KEY_REQUEST.PERSON_ID, person).set(API_KEY_REQUEST.NAME, name)
        .set(API_KEY_REQUEST.SCOPES, terms.scopes().toArray(String[]::new))
        .set(API_KEY_REQUEST.INTEGRATIONS, TermsColumns.ids(terms)).set(API_KEY_REQUEST.CALLS_PER_MINUTE, terms.callsPerMinute())
        .set(API_KEY_REQUEST.CALLS_PER_MONTH, terms.callsPerMonth()).set(API_KEY_REQUEST.EXPIRES_AT, TermsColumns.end(terms))
        .set(API_KEY_REQUEST.REQUIRE_END_USER, requireEndUser).returning().fetchSingle());
  }

  static Optional<KeyRequest> find(Tx tx, ApiKeyRequestId id) {
    return tx.dsl().selectFrom(API_KEY_REQUEST).where(row(tx, id)).fetchOptional().map(KeyRequestStore::request);
  }

  /** Takes back one that waits; false: there is none. */
  static boolean withdraw(Tx tx, ApiKeyRequestId id) {
    return tx.dsl().deleteFrom(API_KEY_REQUEST).where(row(tx, id)).and(WAITING).execute() == 1;
  }

  static void made(Tx tx, ApiKeyRequestId id, ApiKeyId key) {
    tx.dsl().update(API_KEY_REQUEST).set(API_KEY_REQUEST.STATUS, "made").set(API_KEY_REQUEST.KEY_ID, key.value())
        .where(row(tx, id))
        .and(WAITING).execute();
  }

  /** In the order of their ids. */
  static List<KeyRequest> list(Tx tx, @Nullable UUID after, int most) {
    Condition page = after == null ? DSL.noCondition() : API_KEY_REQUEST.REQUEST_ID.gt(after);
    return tx.dsl().selectFrom(API_KEY_REQUEST).where(API_KEY_REQUEST.WORKSPACE_ID.eq(tx.workspace().value())).and(page)
        .orderBy(API_KEY_REQUEST.REQUEST_ID).limit(most).fetch(KeyRequestStore::request);
  }

  /** Those that wait and whose key would not have ended already. */
  static List<KeyRequest> waiting(Tx tx) {
    return tx.dsl().selectFrom(API_KEY_REQUEST).where(API_KEY_REQUEST.WORKSPACE_ID.eq(tx.workspace().value())).and(WAITING)
        .and(API_KEY_REQUEST.EXPIRES_AT.isNull().or(API_KEY_REQUEST.EXPIRES_AT.gt(NOW))).orderBy(API_KEY_REQUEST.REQUEST_ID)
        .fetch(KeyRequestStore::request);
  }

  static int countWaiting(Tx tx) {
    return tx.dsl().fetchCount(API_KEY_REQUEST, API_KEY_REQUEST.WORKSPACE_ID.eq(tx.workspace().value()).and(WAITING));
  }

  private static Condition row(Tx tx, ApiKeyRequestId id) {
    return API_KEY_REQUEST.WORKSPACE_ID.eq(tx.workspace().value()).and(API_KEY_REQUEST.REQUEST_ID.eq(id.value()));
  }

  private static KeyRequest request(ApiKeyRequestRecord row) {
    UUID made = row.getKeyId();
    return new KeyRequest(new ApiKeyRequestId(row.getRequestId()), row.getPersonId(), row.getName(),
        TermsColumns.terms(row.getScopes(), row.getIntegrations(), row.getCallsPerMinute(), row.getCallsPerMonth(),
            row.getExpiresAt()),
        row.getRequireEndUser(), made == null ? null : new ApiKeyId(made), row.getCreatedAt().toInstant());
  }
}
