package dev.authpipe.proxy.clientsecret;

import static dev.authpipe.db.clientsecrets.Tables.CLIENT_SECRET_PREVIOUS;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.jooq.Condition;
import org.jooq.Record;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.IntegrationId;

/** SQL of {@code client_secret_previous}; sees ciphertext only. */
final class PreviousSecretStore {
  private static final int PAGE = 200;

  private PreviousSecretStore() {}

  static Optional<PreviousRow> find(Tx tx, IntegrationId integration) {
    return tx.dsl().selectFrom(CLIENT_SECRET_PREVIOUS).where(is(tx, integration)).fetchOptional(PreviousSecretStore::row);
  }

  /** Keeps a secret as the one before, over whatever was kept. */
  static void put(Tx tx, IntegrationId integration, PreviousRow row) {
    delete(tx, integration);
    tx.dsl().insertInto(CLIENT_SECRET_PREVIOUS).set(CLIENT_SECRET_PREVIOUS.WORKSPACE_ID, tx.workspace().value())
        .set(CLIENT_SECRET_PREVIOUS.INTEGRATION_ID, integration.value()).set(CLIENT_SECRET_PREVIOUS.VERSION, row.version())
        .set(CLIENT_SECRET_PREVIOUS.SEALED, row.sealed()).set(CLIENT_SECRET_PREVIOUS.TOKEN_ORIGIN, row.tokenOrigin())
        .set(CLIENT_SECRET_PREVIOUS.MASKED_PREFIX, row.maskedPrefix())
        .set(CLIENT_SECRET_PREVIOUS.FINGERPRINT, row.fingerprint())
        .set(CLIENT_SECRET_PREVIOUS.CREATED_AT, row.since().atOffset(ZoneOffset.UTC))
        .set(CLIENT_SECRET_PREVIOUS.VALID_UNTIL, row.validUntil().atOffset(ZoneOffset.UTC))
        .set(CLIENT_SECRET_PREVIOUS.NEEDED_AT, ClientSecretStore.time(row.neededAt())).execute();
  }

  /** Erases it; false when there is none. */
  static boolean delete(Tx tx, IntegrationId integration) {
    return tx.dsl().deleteFrom(CLIENT_SECRET_PREVIOUS).where(is(tx, integration)).execute() == 1;
  }

  /** Notes that this version was needed; false when that was noted within this time, or the version is gone. */
  static boolean needed(Tx tx, IntegrationId integration, long version, Instant now, Duration within) {
    return tx.dsl().update(CLIENT_SECRET_PREVIOUS).set(CLIENT_SECRET_PREVIOUS.NEEDED_AT, now.atOffset(ZoneOffset.UTC))
        .where(is(tx, integration)).and(CLIENT_SECRET_PREVIOUS.VERSION.eq(version))
        .and(CLIENT_SECRET_PREVIOUS.NEEDED_AT.isNull()
            .or(CLIENT_SECRET_PREVIOUS.NEEDED_AT.le(now.minus(within).atOffset(ZoneOffset.UTC))))
        .execute() == 1;
  }

  /** Those of the transaction's workspace whose time is over, locked, by integration. */
  static Map<IntegrationId, PreviousRow> ended(Tx tx, Instant now) {
    return fetched(tx.dsl().selectFrom(CLIENT_SECRET_PREVIOUS)
        .where(CLIENT_SECRET_PREVIOUS.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CLIENT_SECRET_PREVIOUS.VALID_UNTIL.le(now.atOffset(ZoneOffset.UTC))).limit(PAGE).forUpdate().skipLocked().fetch());
  }

  /** How many sealed records name which key. */
  static Map<KeyId, Long> counts(Tx tx) {
    return KeyId.counts(tx, CLIENT_SECRET_PREVIOUS, CLIENT_SECRET_PREVIOUS.WORKSPACE_ID, CLIENT_SECRET_PREVIOUS.SEALED);
  }

  static long sealedOtherwise(Tx tx, KeyId present) {
    return tx.dsl().fetchCount(CLIENT_SECRET_PREVIOUS, otherwise(tx, present));
  }

  static Map<IntegrationId, PreviousRow> rowsSealedOtherwise(Tx tx, KeyId present) {
    return fetched(tx.dsl().selectFrom(CLIENT_SECRET_PREVIOUS).where(otherwise(tx, present)).limit(PAGE).fetch());
  }

  /** Shows every one of the transaction's workspace. */
  static void each(Tx tx, SealedVisitor visitor) {
    fetched(tx.dsl().selectFrom(CLIENT_SECRET_PREVIOUS)
        .where(CLIENT_SECRET_PREVIOUS.WORKSPACE_ID.eq(tx.workspace().value())).fetch())
        .forEach((integration, row) -> visitor.visit(
            ClientSecretRow.context(tx.workspace(), integration, row.version(), row.tokenOrigin()), row.sealed()));
  }

  /** Replaces sealed bytes that are still those that were read. */
  static int reseal(Tx tx, IntegrationId integration, byte[] before, byte[] after) {
    return tx.dsl().update(CLIENT_SECRET_PREVIOUS).set(CLIENT_SECRET_PREVIOUS.SEALED, after).where(is(tx, integration))
        .and(CLIENT_SECRET_PREVIOUS.SEALED.eq(before)).execute();
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(CLIENT_SECRET_PREVIOUS).where(CLIENT_SECRET_PREVIOUS.WORKSPACE_ID.eq(tx.workspace().value()))
        .execute();
  }

  private static Condition otherwise(Tx tx, KeyId present) {
    return CLIENT_SECRET_PREVIOUS.WORKSPACE_ID.eq(tx.workspace().value()).and(present.differs(CLIENT_SECRET_PREVIOUS.SEALED));
  }

  private static Condition is(Tx tx, IntegrationId integration) {
    return CLIENT_SECRET_PREVIOUS.WORKSPACE_ID.eq(tx.workspace().value())
        .and(CLIENT_SECRET_PREVIOUS.INTEGRATION_ID.eq(integration.value()));
  }

  private static Map<IntegrationId, PreviousRow> fetched(Iterable<? extends Record> records) {
    Map<IntegrationId, PreviousRow> rows = new LinkedHashMap<>();
    records.forEach(record -> rows.put(new IntegrationId(record.get(CLIENT_SECRET_PREVIOUS.INTEGRATION_ID)), row(record)));
    return rows;
  }

  private static PreviousRow row(Record row) {
    return new PreviousRow(row.get(CLIENT_SECRET_PREVIOUS.VERSION), row.get(CLIENT_SECRET_PREVIOUS.SEALED),
        row.get(CLIENT_SECRET_PREVIOUS.TOKEN_ORIGIN), row.get(CLIENT_SECRET_PREVIOUS.MASKED_PREFIX),
        row.get(CLIENT_SECRET_PREVIOUS.FINGERPRINT), row.get(CLIENT_SECRET_PREVIOUS.CREATED_AT).toInstant(),
        row.get(CLIENT_SECRET_PREVIOUS.VALID_UNTIL).toInstant(),
        ClientSecretStore.instant(row.get(CLIENT_SECRET_PREVIOUS.NEEDED_AT)));
  }
}
