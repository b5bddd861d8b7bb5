package dev.authpipe.proxy.clientsecret;

import static dev.authpipe.db.clientsecrets.Tables.CLIENT_KEY;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.jooq.Condition;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.IntegrationId;

/** SQL of {@code client_key}; sees ciphertext and public keys only. */
final class ClientKeyStore {
  private static final int PAGE = 200;

  private ClientKeyStore() {}

  /** The keys of an integration, the oldest first. */
  static List<ClientKeyRow> of(Tx tx, IntegrationId integration) {
    return tx.dsl().selectFrom(CLIENT_KEY).where(is(tx, integration)).orderBy(CLIENT_KEY.VERSION).fetch(ClientKeyStore::row);
  }

  /** As {@link #of}, locked. */
  static List<ClientKeyRow> lock(Tx tx, IntegrationId integration) {
    return tx.dsl().selectFrom(CLIENT_KEY).where(is(tx, integration)).orderBy(CLIENT_KEY.VERSION).forUpdate()
        .fetch(ClientKeyStore::row);
  }

  /** False when another process made that version first. */
  static boolean add(Tx tx, ClientKeyRow row) {
    return tx.dsl().insertInto(CLIENT_KEY).set(CLIENT_KEY.WORKSPACE_ID, tx.workspace().value())
        .set(CLIENT_KEY.INTEGRATION_ID, row.integration().value()).set(CLIENT_KEY.VERSION, row.version())
        .set(CLIENT_KEY.KEY_ID, row.keyId()).set(CLIENT_KEY.PUBLIC_KEY, row.publicKey()).set(CLIENT_KEY.SEALED, row.sealed())
        .set(CLIENT_KEY.TOKEN_ORIGIN, row.tokenOrigin()).set(CLIENT_KEY.SIGNS_FROM, stored(row.signsFrom()))
        .set(CLIENT_KEY.CREATED_AT, stored(row.createdAt())).set(CLIENT_KEY.MAC, row.mac()).onConflictDoNothing().execute() == 1;
  }

  /** Writes the times of a key and the MAC over them. */
  static void times(Tx tx, ClientKeyRow row) {
    Instant signsUntil = row.signsUntil();
    Instant goneAt = row.goneAt();
    tx.dsl().update(CLIENT_KEY).set(CLIENT_KEY.SIGNS_FROM, stored(row.signsFrom()))
        .set(CLIENT_KEY.SIGNS_UNTIL, signsUntil == null ? null : stored(signsUntil))
        .set(CLIENT_KEY.GONE_AT, goneAt == null ? null : stored(goneAt)).set(CLIENT_KEY.MAC, row.mac())
        .where(is(tx, row)).execute();
  }

  /** Destroys a key. */
  static void delete(Tx tx, ClientKeyRow row) {
    tx.dsl().deleteFrom(CLIENT_KEY).where(is(tx, row)).execute();
  }

  /** Keys of the transaction's workspace that are over, locked. */
  static List<ClientKeyRow> ended(Tx tx, Instant now) {
    return tx.dsl().selectFrom(CLIENT_KEY)
        .where(CLIENT_KEY.WORKSPACE_ID.eq(tx.workspace().value()).and(CLIENT_KEY.GONE_AT.le(stored(now)))).limit(PAGE).forUpdate()
        .skipLocked().fetch(ClientKeyStore::row);
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(CLIENT_KEY).where(CLIENT_KEY.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  /** How many sealed records name which key. */
  static Map<KeyId, Long> counts(Tx tx) {
    return KeyId.counts(tx, CLIENT_KEY, CLIENT_KEY.WORKSPACE_ID, CLIENT_KEY.SEALED);
  }

  static long sealedOtherwise(Tx tx, KeyId present) {
    return tx.dsl().fetchCount(CLIENT_KEY, otherwise(tx, present));
  }

  static List<ClientKeyRow> rowsSealedOtherwise(Tx tx, KeyId present) {
    return tx.dsl().selectFrom(CLIENT_KEY).where(otherwise(tx, present)).limit(PAGE).fetch(ClientKeyStore::row);
  }

  /** Shows every key of the transaction's workspace. */
  static void each(Tx tx, SealedVisitor visitor) {
    tx.dsl().selectFrom(CLIENT_KEY).where(CLIENT_KEY.WORKSPACE_ID.eq(tx.workspace().value())).fetch(ClientKeyStore::row)
        .forEach(row -> visitor.visit(
            ClientKeyRow.context(tx.workspace(), row.integration(), row.version(), row.tokenOrigin()), row.sealed()));
  }

  /** Replaces sealed bytes that are still those that were read. */
  static int reseal(Tx tx, ClientKeyRow row, byte[] after) {
    return tx.dsl().update(CLIENT_KEY).set(CLIENT_KEY.SEALED, after).where(is(tx, row)).and(CLIENT_KEY.SEALED.eq(row.sealed()))
        .execute();
  }

  private static Condition otherwise(Tx tx, KeyId present) {
    return CLIENT_KEY.WORKSPACE_ID.eq(tx.workspace().value()).and(present.differs(CLIENT_KEY.SEALED));
  }

  private static Condition is(Tx tx, IntegrationId integration) {
    return CLIENT_KEY.WORKSPACE_ID.eq(tx.workspace().value()).and(CLIENT_KEY.INTEGRATION_ID.eq(integration.value()));
  }

  private static Condition is(Tx tx, ClientKeyRow row) {
    return is(tx, row.integration()).and(CLIENT_KEY.VERSION.eq(row.version()));
  }

  private static ClientKeyRow row(Record row) {
    return new ClientKeyRow(new IntegrationId(row.get(CLIENT_KEY.INTEGRATION_ID)), row.get(CLIENT_KEY.VERSION),
        row.get(CLIENT_KEY.KEY_ID), row.get(CLIENT_KEY.PUBLIC_KEY), row.get(CLIENT_KEY.SEALED), row.get(CLIENT_KEY.TOKEN_ORIGIN),
        row.get(CLIENT_KEY.SIGNS_FROM).toInstant(), instant(row.get(CLIENT_KEY.SIGNS_UNTIL)),
        instant(row.get(CLIENT_KEY.GONE_AT)), row.get(CLIENT_KEY.CREATED_AT).toInstant(), row.get(CLIENT_KEY.MAC));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static OffsetDateTime stored(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
