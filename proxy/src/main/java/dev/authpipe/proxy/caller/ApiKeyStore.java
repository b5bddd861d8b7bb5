package dev.authpipe.proxy.caller;

import static dev.authpipe.db.vault.Tables.API_KEY;
import static dev.authpipe.db.vault.Tables.API_KEY_USAGE;
import static dev.authpipe.db.vault.Tables.FIND_API_KEY;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

import dev.authpipe.db.vault.tables.records.ApiKeyRecord;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of API keys and their use. Never sees a key, only hashes. */
final class ApiKeyStore {
  private ApiKeyStore() {}

  /** A row with its MAC, not yet believed. */
  record Found(StoredKey key, Mac mac, Instant createdAt) {}

  /** A class of its own, for records compare arrays by identity. */
  static final class Mac {
    private final byte[] bytes;

    Mac(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes.clone();
    }
  }

  static Optional<WorkspaceId> workspaceOf(DSLContext dsl, UUID key) {
    return dsl.select(FIND_API_KEY.WORKSPACE_ID).from(FIND_API_KEY.call(key))
        .fetchOptional(row -> new WorkspaceId(row.value1()));
  }

  static @Nullable Found find(Tx tx, UUID key) {
    ApiKeyRecord row = tx.dsl().selectFrom(API_KEY)
        .where(API_KEY.WORKSPACE_ID.eq(tx.workspace().value()).and(API_KEY.KEY_ID.eq(key))).fetchOne();
    return row == null ? null : found(row);
  }

  static @Nullable Found findForUpdate(Tx tx, UUID key) {
    ApiKeyRecord row = tx.dsl().selectFrom(API_KEY)
        .where(API_KEY.WORKSPACE_ID.eq(tx.workspace().value()).and(API_KEY.KEY_ID.eq(key))).forUpdate().fetchOne();
    return row == null ? null : found(row);
  }

  static List<Found> list(Tx tx) {
    return tx.dsl().selectFrom(API_KEY).where(API_KEY.WORKSPACE_ID.eq(tx.workspace().value()))
        .orderBy(API_KEY.CREATED_AT, API_KEY.KEY_ID).fetch(ApiKeyStore::found);
  }

  static Set<ApiKeyId> ids(Tx tx) {
    return tx.dsl().select(API_KEY.KEY_ID).from(API_KEY).where(API_KEY.WORKSPACE_ID.eq(tx.workspace().value()))
        .fetchSet(row -> new ApiKeyId(row.value1()));
  }

  static Instant insert(Tx tx, StoredKey key, byte[] mac) {
    List<UUID> integrations = key.integrations();
    List<String> ranges = key.ipRanges();
    List<String> certificates = key.certificates();
    OffsetDateTime created = tx.dsl().insertInto(API_KEY).set(API_KEY.WORKSPACE_ID, key.workspace().value())
        .set(API_KEY.KEY_ID, key.id().value()).set(API_KEY.NAME, key.name()).set(API_KEY.HASH, key.hash())
        .set(API_KEY.SCOPES, key.scopes().toArray(new String[0]))
        .set(API_KEY.INTEGRATIONS, integrations == null ? null : integrations.toArray(new UUID[0]))
        .set(API_KEY.IP_RANGES, ranges == null ? null : ranges.toArray(new String[0]))
        .set(API_KEY.CERTIFICATES, certificates == null ? null : certificates.toArray(new String[0]))
        .set(API_KEY.REQUIRE_END_USER, key.requireEndUser()).set(API_KEY.CALLS_PER_MINUTE, key.callsPerMinute())
        .set(API_KEY.CALLS_PER_MONTH, key.callsPerMonth()).set(API_KEY.EXPIRES_AT, at(key.expiresAt()))
        .set(API_KEY.REVOKED_AT, at(key.revokedAt())).set(API_KEY.MAC, mac).returningResult(API_KEY.CREATED_AT)
        .fetchSingle().value1();
    return created.toInstant();
  }

  static void revoke(Tx tx, UUID key, Instant at, byte[] mac) {
    tx.dsl().update(API_KEY).set(API_KEY.REVOKED_AT, at(at)).set(API_KEY.MAC, mac)
        .where(API_KEY.WORKSPACE_ID.eq(tx.workspace().value()).and(API_KEY.KEY_ID.eq(key))).execute();
  }

  static long calls(Tx tx, UUID key, LocalDate month) {
    Long calls = tx.dsl().select(API_KEY_USAGE.CALLS).from(API_KEY_USAGE)
        .where(API_KEY_USAGE.WORKSPACE_ID.eq(tx.workspace().value()).and(API_KEY_USAGE.KEY_ID.eq(key))
            .and(API_KEY_USAGE.MONTH.eq(month)))
        .fetchOne(API_KEY_USAGE.CALLS);
    return calls == null ? 0 : calls;
  }

  /** Adds calls and answers how many there are now, of all replicas. */
  static long addCalls(Tx tx, UUID key, LocalDate month, long calls) {
    return tx.dsl().insertInto(API_KEY_USAGE).set(API_KEY_USAGE.WORKSPACE_ID, tx.workspace().value())
        .set(API_KEY_USAGE.KEY_ID, key).set(API_KEY_USAGE.MONTH, month).set(API_KEY_USAGE.CALLS, calls).onDuplicateKeyUpdate()
        .set(API_KEY_USAGE.CALLS, API_KEY_USAGE.CALLS.plus(calls)).returningResult(API_KEY_USAGE.CALLS)
        .fetchSingle().value1();
  }

  private static Found found(ApiKeyRecord row) {
    StoredKey key = new StoredKey(new WorkspaceId(row.getWorkspaceId()), new ApiKeyId(row.getKeyId()), row.getName(),
        row.getHash(),
        Arrays.asList(row.getScopes()), row.getIntegrations() == null ? null : Arrays.asList(row.getIntegrations()),
        row.getIpRanges() == null ? null : Arrays.asList(row.getIpRanges()),
        row.getCertificates() == null ? null : Arrays.asList(row.getCertificates()), row.getRequireEndUser(),
        row.getCallsPerMinute(),
        row.getCallsPerMonth(), at(row.getExpiresAt()), at(row.getRevokedAt()));
    return new Found(key, new Mac(row.getMac()), row.getCreatedAt().toInstant());
  }

  private static @Nullable OffsetDateTime at(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant at(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(API_KEY_USAGE).where(API_KEY_USAGE.WORKSPACE_ID.eq(tx.workspace().value())).execute()
        + tx.dsl().deleteFrom(API_KEY).where(API_KEY.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }
}
