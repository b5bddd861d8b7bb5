package dev.authpipe.proxy.clientsecret;

import static dev.authpipe.db.clientsecrets.Tables.CLIENT_SECRET_ENTRY;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.impl.DSL;

import dev.authpipe.proxy.clientsecret.EntryRow.State;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ClientSecretEntryId;
import dev.authpipe.wire.IntegrationId;

/** SQL of {@code client_secret_entry}; sees hashes of links only. */
final class EntryStore {
  private EntryStore() {}

  static void add(Tx tx, EntryRow row) {
    tx.dsl().insertInto(CLIENT_SECRET_ENTRY).set(CLIENT_SECRET_ENTRY.WORKSPACE_ID, tx.workspace().value())
        .set(CLIENT_SECRET_ENTRY.INTEGRATION_ID, row.integration().value()).set(CLIENT_SECRET_ENTRY.ENTRY_ID, row.id().value())
        .set(CLIENT_SECRET_ENTRY.LINK_HASH, row.linkHash()).set(CLIENT_SECRET_ENTRY.TOKEN_ORIGIN, row.tokenOrigin())
        .set(CLIENT_SECRET_ENTRY.PREVIOUS_VALID_SECONDS, row.keepPrevious().toSeconds())
        .set(CLIENT_SECRET_ENTRY.STATE, row.state().word()).set(CLIENT_SECRET_ENTRY.CREATED_AT, stored(row.createdAt()))
        .set(CLIENT_SECRET_ENTRY.EXPIRES_AT, stored(row.expiresAt())).execute();
  }

  /** Until the transaction ends nobody else makes one for this integration. */
  static void makeAlone(Tx tx, IntegrationId integration) {
    tx.dsl().execute("select pg_advisory_xact_lock(hashtextextended('authpipe.entry.' || {0}, 0))",
        DSL.val(integration.value().toString()));
  }

  /** Those of an integration that can still be used, the oldest first. */
  static List<EntryRow> open(Tx tx, IntegrationId integration, Instant now) {
    return tx.dsl().selectFrom(CLIENT_SECRET_ENTRY).where(of(tx, integration))
        .and(CLIENT_SECRET_ENTRY.STATE.eq(State.OPEN.word())).and(CLIENT_SECRET_ENTRY.EXPIRES_AT.gt(stored(now)))
        .orderBy(CLIENT_SECRET_ENTRY.CREATED_AT, CLIENT_SECRET_ENTRY.ENTRY_ID).fetch(EntryStore::row);
  }

  /** Ends one that can still be used; false when it cannot. */
  static boolean end(Tx tx, IntegrationId integration, ClientSecretEntryId id, State state, Instant now) {
    return tx.dsl().update(CLIENT_SECRET_ENTRY).set(CLIENT_SECRET_ENTRY.STATE, state.word()).where(of(tx, integration))
        .and(CLIENT_SECRET_ENTRY.ENTRY_ID.eq(id.value())).and(CLIENT_SECRET_ENTRY.STATE.eq(State.OPEN.word()))
        .and(CLIENT_SECRET_ENTRY.EXPIRES_AT.gt(stored(now))).execute() == 1;
  }

  /** Withdraws every one that is open, of all workspaces, where the schema has them at all: for a store that comes back from a backup. */
  static void withdrawEvery(Tx tx) {
    boolean there = tx.dsl()
        .fetchExists(DSL.selectOne().where(DSL.condition("to_regclass('public.client_secret_entry') is not null")));
    if (there) {
      tx.dsl().update(CLIENT_SECRET_ENTRY).set(CLIENT_SECRET_ENTRY.STATE, State.WITHDRAWN.word())
          .where(CLIENT_SECRET_ENTRY.STATE.eq(State.OPEN.word())).execute();
    }
  }

  /** Deletes those of the transaction's workspace that ran out before then. */
  static int purge(Tx tx, Instant before) {
    return tx.dsl().deleteFrom(CLIENT_SECRET_ENTRY).where(CLIENT_SECRET_ENTRY.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CLIENT_SECRET_ENTRY.EXPIRES_AT.lt(stored(before))).execute();
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(CLIENT_SECRET_ENTRY).where(CLIENT_SECRET_ENTRY.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  private static Condition of(Tx tx, IntegrationId integration) {
    return CLIENT_SECRET_ENTRY.WORKSPACE_ID.eq(tx.workspace().value())
        .and(CLIENT_SECRET_ENTRY.INTEGRATION_ID.eq(integration.value()));
  }

  private static EntryRow row(Record row) {
    return new EntryRow(new IntegrationId(row.get(CLIENT_SECRET_ENTRY.INTEGRATION_ID)),
        new ClientSecretEntryId(row.get(CLIENT_SECRET_ENTRY.ENTRY_ID)), row.get(CLIENT_SECRET_ENTRY.LINK_HASH),
        row.get(CLIENT_SECRET_ENTRY.TOKEN_ORIGIN), Duration.ofSeconds(row.get(CLIENT_SECRET_ENTRY.PREVIOUS_VALID_SECONDS)),
        State.of(row.get(CLIENT_SECRET_ENTRY.STATE)), row.get(CLIENT_SECRET_ENTRY.CREATED_AT).toInstant(),
        row.get(CLIENT_SECRET_ENTRY.EXPIRES_AT).toInstant());
  }

  private static OffsetDateTime stored(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
