package dev.authpipe.proxy.envelope;

import static dev.authpipe.db.clientsecrets.Tables.CLIENT_KEYSET;
import static dev.authpipe.db.vault.Tables.KEK_ROTATION;
import static dev.authpipe.db.vault.Tables.WORKSPACE_KEYSET;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.WorkspaceId;

/** SQL of what is known of keysets beside their bytes, the same in both stores, and of rotations of KEKs. Reads no wrapped key. */
final class KeysetHistoryStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);
  private static final Field<UUID> WORKSPACE = DSL.field(DSL.name("workspace_id"), UUID.class);
  private static final Field<Integer> VERSION = DSL.field(DSL.name("keyset_version"), Integer.class);
  private static final Field<String> STATE = DSL.field(DSL.name("state"), String.class);
  private static final Field<String> KEK = DSL.field(DSL.name("kek_name"), String.class);
  private static final Field<OffsetDateTime> CREATED = time("created_at");
  private static final Field<OffsetDateTime> ACTIVATED = time("activated_at");
  private static final Field<OffsetDateTime> UNUSED = time("unused_since");
  private static final Field<OffsetDateTime> COUNTED = time("counted_at");
  private static final Field<UUID> COMMAND = DSL.field(DSL.name("command_id"), UUID.class);
  private static final Field<Long> RECORDS = DSL.field(DSL.name("records"), Long.class);
  private static final Field<UUID> REWRAP = DSL.field(DSL.name("rewrap_id"), UUID.class);
  private static final Condition USABLE = STATE.in("opens_only", "active", "decrypt_only");
  private static final Condition HERE = DSL
      .condition("not exists (select from moved_workspace m where m.workspace_id = {0})", WORKSPACE);

  /** As the vault's {@code summarize_keysets}. */
  private static final String CLIENT_TOTALS = """
      select k.state, count(*) as keysets, coalesce(sum(k.records), 0)::bigint as records,
        min(case k.state when 'active' then coalesce(k.activated_at, k.created_at)
          when 'decrypt_only' then (select a.activated_at from client_keyset a where a.workspace_id = k.workspace_id and a.state = 'active')
          else k.created_at end) as oldest
      from client_keyset k where k.state in ('opens_only', 'active', 'decrypt_only')
        and not exists (select from moved_workspace m where m.workspace_id = k.workspace_id) group by 1""";

  private KeysetHistoryStore() {}

  private static Field<OffsetDateTime> time(String name) {
    return DSL.field(DSL.name(name), SQLDataType.TIMESTAMPWITHTIMEZONE);
  }

  private static boolean isVault(Tx tx) {
    return tx.store().equals("vault");
  }

  private static Table<?> table(Tx tx) {
    return isVault(tx) ? WORKSPACE_KEYSET : CLIENT_KEYSET;
  }

  private static Condition mine(Tx tx) {
    return WORKSPACE.eq(tx.workspace().value()).and(USABLE);
  }

  static List<KeysetView> all(Tx tx) {
    Field<String> asked = isVault(tx) ? WORKSPACE_KEYSET.ASKED_BY : DSL.field("null::text", String.class);
    return tx.dsl().select(VERSION, STATE, KEK, CREATED, ACTIVATED, COMMAND, asked, UNUSED, RECORDS, NOW.as("now"))
        .from(table(tx))
        .where(mine(tx)).orderBy(VERSION)
        .fetch(row -> new KeysetView(row.value1(), row.value2(), row.value3(), row.value4().toInstant(), at(row.value5()),
            row.value6(), row.value7(), at(row.value8()), row.value9(), row.value10().toInstant()));
  }

  static void asked(Tx tx, int version, String by) {
    tx.dsl().update(WORKSPACE_KEYSET).set(WORKSPACE_KEYSET.ASKED_BY, by)
        .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(tx.workspace().value())).and(WORKSPACE_KEYSET.KEYSET_VERSION.eq(version))
        .execute();
  }

  static void used(Tx tx) {
    tx.dsl().update(table(tx)).setNull(UNUSED).where(mine(tx)).and(UNUSED.isNotNull()).execute();
  }

  /** Whether nothing has named a decrypt-only keyset for so long, of which the first time is noted. */
  static boolean unused(Tx tx, Duration life) {
    tx.dsl().update(table(tx)).set(UNUSED, NOW).where(mine(tx)).and(STATE.eq("decrypt_only")).and(UNUSED.isNull()).execute();
    return !tx.dsl().fetchExists(tx.dsl().selectOne().from(table(tx)).where(mine(tx)).and(STATE.eq("decrypt_only"))
        .and(UNUSED.ge(NOW.minus(DayToSecond.valueOf(life)))));
  }

  static void tried(Tx tx) {
    tx.dsl().update(table(tx)).set(COUNTED, NOW).where(mine(tx)).execute();
  }

  static void counted(Tx tx, int version, long records) {
    tx.dsl().update(table(tx)).set(RECORDS, records).set(COUNTED, NOW).where(mine(tx)).and(VERSION.eq(version)).execute();
  }

  static List<Integer> renewed(Tx tx, UUID rotation) {
    return tx.dsl().select(VERSION).from(table(tx)).where(mine(tx)).and(REWRAP.eq(rotation)).fetch(VERSION);
  }

  static void renewed(Tx tx, int version, UUID rotation) {
    tx.dsl().update(table(tx)).set(REWRAP, rotation).where(mine(tx)).and(VERSION.eq(version)).execute();
  }

  static List<KeysetTotals> totals(Tx tx) {
    return tx.dsl().fetch(isVault(tx) ? "select state, keysets, records, oldest from summarize_keysets()" : CLIENT_TOTALS)
        .map(KeysetHistoryStore::total);
  }

  private static KeysetTotals total(Record row) {
    return new KeysetTotals(Objects.requireNonNull(row.get("state", String.class)),
        Objects.requireNonNull(row.get("keysets", Long.class)),
        Objects.requireNonNull(row.get("records", Long.class)), at(row.get("oldest", OffsetDateTime.class)));
  }

  /** Workspaces of this database with a usable keyset under a KEK that was not wrapped anew in this rotation; one for each keyset. */
  static List<WorkspaceId> under(Tx tx, String kekName, @Nullable UUID exceptIn) {
    if (isVault(tx)) {
      return tx.dsl()
          .fetch("select workspace_id from list_keysets_under({0}, {1})", DSL.val(kekName), DSL.val(exceptIn, SQLDataType.UUID))
          .map(row -> new WorkspaceId(Objects.requireNonNull(row.get(0, UUID.class))));
    }
    return tx.dsl().select(WORKSPACE).from(CLIENT_KEYSET).where(USABLE).and(HERE).and(KEK.eq(kekName))
        .and(exceptIn == null ? DSL.noCondition() : REWRAP.isDistinctFrom(exceptIn)).orderBy(WORKSPACE, VERSION)
        .fetch(row -> new WorkspaceId(row.value1()));
  }

  /** Workspaces with any keyset in this database of the client-secrets store. */
  static Set<WorkspaceId> present(Tx tx) {
    return tx.dsl().selectDistinct(WORKSPACE).from(CLIENT_KEYSET).fetchSet(row -> new WorkspaceId(row.value1()));
  }

  static List<WorkspaceId> rotating(DSLContext dsl) {
    return workspaces(dsl, "list_keyset_rotations()");
  }

  static List<WorkspaceId> aged(DSLContext dsl, Duration age) {
    return workspaces(dsl, "list_aged_keysets(interval '" + age.toSeconds() + " seconds')");
  }

  static List<WorkspaceId> uncounted(DSLContext dsl, Duration age) {
    return workspaces(dsl, "list_uncounted_keysets(interval '" + age.toSeconds() + " seconds')");
  }

  private static List<WorkspaceId> workspaces(DSLContext dsl, String function) {
    return dsl.fetch("select workspace_id from " + function)
        .map(row -> new WorkspaceId(Objects.requireNonNull(row.get(0, UUID.class))));
  }

  static Optional<KekRotationRun> run(DSLContext dsl, String kekName) {
    return dsl.selectFrom(KEK_ROTATION).where(KEK_ROTATION.KEK_NAME.eq(kekName)).fetchOptional(
        row -> new KekRotationRun(row.getRotationId(), row.getStartedAt().toInstant(), at(row.getCompletedAt())));
  }

  /** The one that is under way and not older than that, or a new one. */
  static KekRotationRun begin(DSLContext dsl, String kekName, UUID rotation, Duration life) {
    dsl.insertInto(KEK_ROTATION).set(KEK_ROTATION.KEK_NAME, kekName).set(KEK_ROTATION.ROTATION_ID, rotation)
        .onConflict(KEK_ROTATION.KEK_NAME).doUpdate().set(KEK_ROTATION.ROTATION_ID, rotation)
        .set(KEK_ROTATION.STARTED_AT, NOW).setNull(KEK_ROTATION.COMPLETED_AT)
        .where(KEK_ROTATION.COMPLETED_AT.isNotNull().or(KEK_ROTATION.STARTED_AT.lt(NOW.minus(DayToSecond.valueOf(life)))))
        .execute();
    return run(dsl, kekName).orElseThrow();
  }

  static void complete(DSLContext dsl, String kekName, UUID rotation) {
    dsl.update(KEK_ROTATION).set(KEK_ROTATION.COMPLETED_AT, NOW).where(KEK_ROTATION.KEK_NAME.eq(kekName))
        .and(KEK_ROTATION.ROTATION_ID.eq(rotation)).execute();
  }

  private static @Nullable Instant at(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
