package dev.authpipe.proxy.clientsecret;

import static dev.authpipe.db.clientsecrets.Tables.CLIENT_SECRET;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.IntegrationId;

/** SQL of {@code client_secret}; sees ciphertext only. */
final class ClientSecretStore {
  private static final String KIND = "client_secret";
  private static final int PAGE = 200;

  /** The present one with the one before it. */
  Optional<ClientSecretRow> find(Tx tx, IntegrationId integration) {
    return find(tx, integration, false);
  }

  /** As {@link #find}; with {@code locked} nobody else changes either until the end of the transaction. */
  Optional<ClientSecretRow> find(Tx tx, IntegrationId integration, boolean locked) {
    var select = tx.dsl()
        .select(CLIENT_SECRET.VERSION, CLIENT_SECRET.SEALED, CLIENT_SECRET.TOKEN_ORIGIN, CLIENT_SECRET.MASKED_PREFIX,
            CLIENT_SECRET.FINGERPRINT, CLIENT_SECRET.CREATED_AT, CLIENT_SECRET.EXPIRES_AT)
        .from(CLIENT_SECRET).where(is(tx, integration));
    return (locked ? select.forNoKeyUpdate().fetchOptional() : select.fetchOptional())
        .map(row -> new ClientSecretRow(row.value1(), row.value2(), row.value3(), row.value4(), row.value5(),
            row.value6().toInstant(), instant(row.value7()), PreviousSecretStore.find(tx, integration).orElse(null)));
  }

  /** The fingerprint of the file's content as it was last sealed, or else of what is sealed; empty when none is. */
  static Optional<byte[]> fileFingerprint(Tx tx, IntegrationId integration) {
    return tx.dsl().select(DSL.coalesce(CLIENT_SECRET.FILE_FINGERPRINT, CLIENT_SECRET.FINGERPRINT)).from(CLIENT_SECRET)
        .where(is(tx, integration)).fetchOptional(row -> row.value1());
  }

  /** As {@link #find}, without the secret, holding off others until the end of the transaction. */
  Optional<ClientSecretView> lock(Tx tx, IntegrationId integration) {
    return tx.dsl()
        .select(CLIENT_SECRET.MASKED_PREFIX, CLIENT_SECRET.CREATED_AT, CLIENT_SECRET.TOKEN_ORIGIN, CLIENT_SECRET.VERSION,
            CLIENT_SECRET.EXPIRES_AT)
        .from(CLIENT_SECRET).where(is(tx, integration)).forNoKeyUpdate()
        .fetchOptional(row -> new ClientSecretView(row.value1(), row.value2().toInstant(), row.value3(), row.value4(),
            instant(row.value5()), null));
  }

  /** Of every integration of the transaction's workspace, without the secrets. */
  Map<IntegrationId, ClientSecretView> views(Tx tx) {
    return tx.dsl()
        .select(CLIENT_SECRET.MASKED_PREFIX, CLIENT_SECRET.CREATED_AT, CLIENT_SECRET.TOKEN_ORIGIN, CLIENT_SECRET.VERSION,
            CLIENT_SECRET.EXPIRES_AT, CLIENT_SECRET.INTEGRATION_ID)
        .from(CLIENT_SECRET).where(CLIENT_SECRET.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CLIENT_SECRET.KIND.eq(KIND))
        .fetchMap(row -> new IntegrationId(row.value6()), row -> new ClientSecretView(row.value1(), row.value2().toInstant(),
            row.value3(), row.value4(), instant(row.value5()), null));
  }

  static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  /** Writes version n + 1 over version n, or the first; false when another replica was faster. */
  boolean put(Tx tx, IntegrationId integration, long version, byte[] sealed, String tokenOrigin, String maskedPrefix,
      byte[] fingerprint, @Nullable Instant expiresAt, boolean fromFile) {
    if (version == 1) {
      return tx.dsl().insertInto(CLIENT_SECRET).set(CLIENT_SECRET.WORKSPACE_ID, tx.workspace().value())
          .set(CLIENT_SECRET.INTEGRATION_ID, integration.value()).set(CLIENT_SECRET.KIND, KIND)
          .set(CLIENT_SECRET.VERSION, version)
          .set(CLIENT_SECRET.SEALED, sealed).set(CLIENT_SECRET.TOKEN_ORIGIN, tokenOrigin)
          .set(CLIENT_SECRET.MASKED_PREFIX, maskedPrefix).set(CLIENT_SECRET.FINGERPRINT, fingerprint)
          .set(CLIENT_SECRET.EXPIRES_AT, time(expiresAt))
          .set(CLIENT_SECRET.FILE_FINGERPRINT, fromFile ? fingerprint : null).onConflictDoNothing()
          .execute() == 1;
    }
    return tx.dsl().update(CLIENT_SECRET).set(CLIENT_SECRET.VERSION, version).set(CLIENT_SECRET.SEALED, sealed)
        .set(CLIENT_SECRET.TOKEN_ORIGIN, tokenOrigin).set(CLIENT_SECRET.MASKED_PREFIX, maskedPrefix)
        .set(CLIENT_SECRET.FINGERPRINT, fingerprint).set(CLIENT_SECRET.EXPIRES_AT, time(expiresAt))
        .set(CLIENT_SECRET.FILE_FINGERPRINT,
            fromFile ? DSL.val(fingerprint, CLIENT_SECRET.FILE_FINGERPRINT) : CLIENT_SECRET.FILE_FINGERPRINT)
        .set(CLIENT_SECRET.CREATED_AT, DSL.currentOffsetDateTime())
        .where(is(tx, integration)).and(CLIENT_SECRET.VERSION.eq(version - 1)).execute() == 1;
  }

  private static Condition is(Tx tx, IntegrationId integration) {
    return CLIENT_SECRET.WORKSPACE_ID.eq(tx.workspace().value()).and(CLIENT_SECRET.INTEGRATION_ID.eq(integration.value()))
        .and(CLIENT_SECRET.KIND.eq(KIND));
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(CLIENT_SECRET).where(CLIENT_SECRET.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  /** How many sealed records name which key. */
  static Map<KeyId, Long> counts(Tx tx) {
    return KeyId.counts(tx, CLIENT_SECRET, CLIENT_SECRET.WORKSPACE_ID, CLIENT_SECRET.SEALED);
  }

  static long sealedOtherwise(Tx tx, KeyId present) {
    return tx.dsl().fetchCount(CLIENT_SECRET, otherwise(tx, present));
  }

  /** Secrets of the transaction's workspace that name another key. */
  static Map<IntegrationId, ClientSecretRow> rowsSealedOtherwise(Tx tx, KeyId present) {
    return rows(tx, otherwise(tx, present), PAGE);
  }

  /** Shows every secret of the transaction's workspace. */
  static void each(Tx tx, SealedVisitor visitor) {
    rows(tx, CLIENT_SECRET.WORKSPACE_ID.eq(tx.workspace().value()), Integer.MAX_VALUE).forEach((integration, row) -> visitor
        .visit(ClientSecretRow.context(tx.workspace(), integration, row.version(), row.tokenOrigin()), row.sealed()));
  }

  private static Map<IntegrationId, ClientSecretRow> rows(Tx tx, Condition which, int most) {
    Map<IntegrationId, ClientSecretRow> rows = new LinkedHashMap<>();
    tx.dsl()
        .select(CLIENT_SECRET.VERSION, CLIENT_SECRET.SEALED, CLIENT_SECRET.TOKEN_ORIGIN, CLIENT_SECRET.MASKED_PREFIX,
            CLIENT_SECRET.FINGERPRINT, CLIENT_SECRET.CREATED_AT, CLIENT_SECRET.INTEGRATION_ID, CLIENT_SECRET.EXPIRES_AT)
        .from(CLIENT_SECRET).where(which).limit(most)
        .forEach(row -> rows.put(new IntegrationId(row.value7()), new ClientSecretRow(row.value1(), row.value2(), row.value3(),
            row.value4(), row.value5(), row.value6().toInstant(), instant(row.value8()), null)));
    return rows;
  }

  /** Replaces sealed bytes that are still those that were read. */
  static int reseal(Tx tx, IntegrationId integration, byte[] before, byte[] after) {
    return tx.dsl().update(CLIENT_SECRET).set(CLIENT_SECRET.SEALED, after).where(is(tx, integration))
        .and(CLIENT_SECRET.SEALED.eq(before)).execute();
  }

  private static Condition otherwise(Tx tx, KeyId present) {
    return CLIENT_SECRET.WORKSPACE_ID.eq(tx.workspace().value()).and(present.differs(CLIENT_SECRET.SEALED));
  }
}
