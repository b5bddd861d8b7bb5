package dev.authpipe.control.apikey;

import static dev.authpipe.db.control.Tables.API_KEY;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.db.control.tables.records.ApiKeyRecord;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ApiKeyRequestId;

/** SQL of the metadata of API keys. Never sees more than the workspace of the transaction. */
final class ApiKeyStore {
  private static final Condition WORKING = API_KEY.STATUS.eq("active");

  private ApiKeyStore() {}

  static void insert(Tx tx, KnownKey key) {
    ApiKeyRequestId request = key.request();
    tx.dsl().insertInto(API_KEY).set(API_KEY.WORKSPACE_ID, tx.workspace().value()).set(API_KEY.KEY_ID, key.id().value())
        .set(API_KEY.REQUEST_ID, request == null ? null : request.value()).set(API_KEY.NAME, key.name())
        .set(terms(key.terms())).set(API_KEY.REQUIRE_END_USER, key.requireEndUser())
        .set(API_KEY.STATUS, key.revoked() ? "revoked" : "active")
        .set(API_KEY.CREATED_AT, key.createdAt().atOffset(ZoneOffset.UTC))
        .set(API_KEY.REPORTED_AT, key.reportedAt().atOffset(ZoneOffset.UTC)).execute();
  }

  /** A newer report; what was narrowed here stays. */
  static void reported(Tx tx, ApiKeyId id, boolean revoked, Instant at) {
    tx.dsl().update(API_KEY).set(API_KEY.STATUS, revoked ? "revoked" : "active")
        .set(API_KEY.REPORTED_AT, at.atOffset(ZoneOffset.UTC)).where(row(tx, id)).execute();
  }

  static KnownKey update(Tx tx, ApiKeyId id, Terms terms, boolean disabled) {
    return key(tx.dsl().update(API_KEY).set(terms(terms)).set(API_KEY.DISABLED, disabled)
        .set(API_KEY.VERSION, API_KEY.VERSION.plus(1)).where(row(tx, id)).returning().fetchSingle());
  }

  static Optional<KnownKey> find(Tx tx, ApiKeyId id) {
    return tx.dsl().selectFrom(API_KEY).where(row(tx, id)).fetchOptional().map(ApiKeyStore::key);
  }

  /** In the order of their ids. */
  static List<KnownKey> list(Tx tx, @Nullable UUID after, int most) {
    Condition page = after == null ? DSL.noCondition() : API_KEY.KEY_ID.gt(after);
    return tx.dsl().selectFrom(API_KEY).where(API_KEY.WORKSPACE_ID.eq(tx.workspace().value())).and(page).orderBy(API_KEY.KEY_ID)
        .limit(most).fetch(ApiKeyStore::key);
  }

  /** Those that are not revoked. */
  static List<KnownKey> working(Tx tx) {
    return tx.dsl().selectFrom(API_KEY).where(API_KEY.WORKSPACE_ID.eq(tx.workspace().value())).and(WORKING)
        .orderBy(API_KEY.KEY_ID)
        .fetch(ApiKeyStore::key);
  }

  static int countWorking(Tx tx) {
    return tx.dsl().fetchCount(API_KEY, API_KEY.WORKSPACE_ID.eq(tx.workspace().value()).and(WORKING));
  }

  private static Condition row(Tx tx, ApiKeyId id) {
    return API_KEY.WORKSPACE_ID.eq(tx.workspace().value()).and(API_KEY.KEY_ID.eq(id.value()));
  }

  private static ApiKeyRecord terms(Terms terms) {
    ApiKeyRecord row = new ApiKeyRecord();
    row.set(API_KEY.SCOPES, terms.scopes().toArray(String[]::new));
    row.set(API_KEY.INTEGRATIONS, TermsColumns.ids(terms));
    row.set(API_KEY.CALLS_PER_MINUTE, terms.callsPerMinute());
    row.set(API_KEY.CALLS_PER_MONTH, terms.callsPerMonth());
    row.set(API_KEY.EXPIRES_AT, TermsColumns.end(terms));
    return row;
  }

  private static KnownKey key(ApiKeyRecord row) {
    UUID request = row.getRequestId();
    return new KnownKey(new ApiKeyId(row.getKeyId()), request == null ? null : new ApiKeyRequestId(request), row.getName(),
        TermsColumns.terms(row.getScopes(), row.getIntegrations(), row.getCallsPerMinute(), row.getCallsPerMonth(),
            row.getExpiresAt()),
        row.getRequireEndUser(), row.getDisabled(), row.getStatus().equals("revoked"), row.getVersion(),
        row.getCreatedAt().toInstant(), row.getReportedAt().toInstant());
  }
}
