package dev.authpipe.proxy.journal;

import static dev.authpipe.db.vault.Tables.RESCUE_JOURNAL;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;

/** SQL of {@code rescue_journal}; all times are the database's. */
final class RescueJournalStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  private RescueJournalStore() {}

  static Instant now(Tx tx) {
    return tx.dsl().select(NOW).fetchSingle().value1().toInstant();
  }

  static void declare(Tx tx, JournalClaim claim) {
    Integer[] keys = claim.keys().stream().map(KeyId::value).toArray(Integer[]::new);
    OffsetDateTime at = claim.declaredAt().atOffset(ZoneOffset.UTC);
    tx.dsl().insertInto(RESCUE_JOURNAL).set(RESCUE_JOURNAL.JOURNAL_ID, claim.journal()).set(RESCUE_JOURNAL.KEY_IDS, keys)
        .set(RESCUE_JOURNAL.BEYOND, claim.beyond()).set(RESCUE_JOURNAL.DECLARED_AT, at)
        .onConflict(RESCUE_JOURNAL.JOURNAL_ID).doUpdate().set(RESCUE_JOURNAL.KEY_IDS, keys)
        .set(RESCUE_JOURNAL.BEYOND, claim.beyond()).set(RESCUE_JOURNAL.DECLARED_AT, at).execute();
  }

  /** Those that were declared within such a time. */
  static List<JournalClaim> all(Tx tx, Duration within) {
    return tx.dsl().selectFrom(RESCUE_JOURNAL).where(RESCUE_JOURNAL.DECLARED_AT.gt(NOW.minus(DayToSecond.valueOf(within))))
        .orderBy(RESCUE_JOURNAL.JOURNAL_ID)
        .fetch(row -> new JournalClaim(row.getJournalId(), keys(Arrays.asList(row.getKeyIds())), row.getBeyond(),
            row.getDeclaredAt().toInstant()));
  }

  private static Set<KeyId> keys(Collection<Integer> ids) {
    return ids.stream().map(KeyId::new).collect(Collectors.toUnmodifiableSet());
  }

  static boolean forget(Tx tx, UUID journal) {
    return tx.dsl().deleteFrom(RESCUE_JOURNAL).where(RESCUE_JOURNAL.JOURNAL_ID.eq(journal)).execute() == 1;
  }
}
