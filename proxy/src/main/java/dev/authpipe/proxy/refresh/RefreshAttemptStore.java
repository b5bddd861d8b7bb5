package dev.authpipe.proxy.refresh;

import static dev.authpipe.db.vault.Tables.REFRESH_ATTEMPT;
import static org.jooq.impl.DSL.boolOr;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.countDistinct;
import static org.jooq.impl.DSL.currentOffsetDateTime;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.when;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;
import org.jspecify.annotations.Nullable;

import dev.authpipe.db.vault.tables.records.RefreshAttemptRecord;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.journal.JournalPlace;
import dev.authpipe.proxy.oauth.RegisteredErrors;
import dev.authpipe.proxy.refresh.RefreshAttempt.State;
import dev.authpipe.proxy.vault.Lease;
import dev.authpipe.wire.ConnectionId;

/** The intents and results of trips to token endpoints. Uses the database's clock only, never a replica's. */
@Singleton
final class RefreshAttemptStore {
  private static final int SERVER_ERRORS = 500;
  private static final List<Integer> COME_BACK = List.of(408, 425, 429);
  private static final List<String> WITHOUT_ANSWER = List.of(State.FAILED_TRANSIENT.name(), State.UNKNOWN.name());

  /** Ends what an earlier holder of the lease left behind: it may have sent its request, so nobody knows. */
  void settle(Tx tx, Lease lease) {
    tx.dsl().update(REFRESH_ATTEMPT).set(REFRESH_ATTEMPT.STATE, State.UNKNOWN.name())
        .set(REFRESH_ATTEMPT.DONE_AT, currentOffsetDateTime()).set(REFRESH_ATTEMPT.OUTCOME, "interrupted")
        .where(of(tx, lease.connection())).and(REFRESH_ATTEMPT.STATE.eq(State.SENT.name()))
        .and(REFRESH_ATTEMPT.FENCE.lt(lease.fence())).execute();
  }

  /** What is recorded of these trips, by their ids. */
  Map<UUID, RecordedAttempt> recorded(Tx tx, Collection<UUID> ids) {
    return tx.dsl().selectFrom(REFRESH_ATTEMPT).where(REFRESH_ATTEMPT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(REFRESH_ATTEMPT.ATTEMPT_ID.in(ids)).fetchMap(REFRESH_ATTEMPT.ATTEMPT_ID, RefreshAttemptStore::recorded);
  }

  /** The lease of a trip has lapsed while it was under way: nobody knows what became of it. */
  void interrupted(Tx tx, UUID attempt) {
    tx.dsl().update(REFRESH_ATTEMPT).set(REFRESH_ATTEMPT.STATE, State.UNKNOWN.name())
        .set(REFRESH_ATTEMPT.DONE_AT, currentOffsetDateTime()).set(REFRESH_ATTEMPT.OUTCOME, "interrupted")
        .where(REFRESH_ATTEMPT.WORKSPACE_ID.eq(tx.workspace().value())).and(REFRESH_ATTEMPT.ATTEMPT_ID.eq(attempt))
        .and(REFRESH_ATTEMPT.STATE.eq(State.SENT.name())).execute();
  }

  /** Ends every trip of the database that was under way. */
  static void interruptAll(Tx tx) {
    tx.dsl().update(REFRESH_ATTEMPT).set(REFRESH_ATTEMPT.STATE, State.UNKNOWN.name())
        .set(REFRESH_ATTEMPT.DONE_AT, currentOffsetDateTime()).set(REFRESH_ATTEMPT.OUTCOME, "restored")
        .where(REFRESH_ATTEMPT.STATE.in("CLAIMED", State.SENT.name())).execute();
    tx.dsl().update(REFRESH_ATTEMPT).setNull(REFRESH_ATTEMPT.RETRY_AT).where(REFRESH_ATTEMPT.RETRY_AT.isNotNull()).execute();
  }

  /** The result of a trip whose answer was found in the journal; also of one that the store has lost. */
  void recovered(Tx tx, JournalPlace place, State state, String outcome) {
    tx.dsl().insertInto(REFRESH_ATTEMPT).set(REFRESH_ATTEMPT.WORKSPACE_ID, tx.workspace().value())
        .set(REFRESH_ATTEMPT.ATTEMPT_ID, place.attempt()).set(REFRESH_ATTEMPT.CONNECTION_ID, place.connection().value())
        .set(REFRESH_ATTEMPT.BASE_GENERATION, place.generation()).set(REFRESH_ATTEMPT.FENCE, place.fence())
        .set(REFRESH_ATTEMPT.CAUSE, RefreshCause.DUE.word()).set(REFRESH_ATTEMPT.STATE, state.name())
        .set(REFRESH_ATTEMPT.SENT_AT, currentOffsetDateTime()).set(REFRESH_ATTEMPT.DONE_AT, currentOffsetDateTime())
        .set(REFRESH_ATTEMPT.OUTCOME, outcome).onConflict(REFRESH_ATTEMPT.WORKSPACE_ID, REFRESH_ATTEMPT.ATTEMPT_ID).doUpdate()
        .set(REFRESH_ATTEMPT.STATE, state.name()).set(REFRESH_ATTEMPT.DONE_AT, currentOffsetDateTime())
        .set(REFRESH_ATTEMPT.OUTCOME, outcome)
        .setNull(REFRESH_ATTEMPT.RETRY_AT).execute();
  }

  private static RecordedAttempt recorded(RefreshAttemptRecord row) {
    return new RecordedAttempt(row.getAttemptId(), new ConnectionId(row.getConnectionId()), row.getBaseGeneration(),
        row.getFence(), State.valueOf(row.getState()), row.getClaimedAt().toInstant());
  }

  /** What was tried with this generation. */
  AttemptHistory history(Tx tx, ConnectionId connection, long generation) {
    Condition one = of(tx, connection);
    Condition here = REFRESH_ATTEMPT.BASE_GENERATION.eq(generation).and(REFRESH_ATTEMPT.STATE.ne(State.ABANDONED.name()));
    Condition failed = here.and(REFRESH_ATTEMPT.STATE.in(WITHOUT_ANSWER));
    Field<OffsetDateTime> sent = REFRESH_ATTEMPT.SENT_AT;
    Field<OffsetDateTime> none = inline((OffsetDateTime) null, SQLDataType.TIMESTAMPWITHTIMEZONE);
    Field<Integer> failures = count(when(failed, inline(1)));
    Field<OffsetDateTime> failingSince = min(
        when(failed.and(not(ofTheIntegration(REFRESH_ATTEMPT))).and(isAfterRefusals(tx, connection, generation)), sent)
            .otherwise(none));
    Field<OffsetDateTime> unknownAt = min(
        when(here.and(REFRESH_ATTEMPT.STATE.eq(State.UNKNOWN.name())), sent).otherwise(none));
    Field<Boolean> repeated = boolOr(here.and(REFRESH_ATTEMPT.CAUSE.eq(RefreshCause.REPEAT.word())));
    Condition invalidToken = REFRESH_ATTEMPT.CAUSE.eq(RefreshCause.INVALID_TOKEN.word())
        .and(REFRESH_ATTEMPT.STATE.ne(State.ABANDONED.name()));
    Field<OffsetDateTime> invalidTokenAt = max(when(invalidToken, sent).otherwise(none));
    Field<Boolean> invalidTokenHad = boolOr(invalidToken.and(here));
    Field<OffsetDateTime> now = currentOffsetDateTime();
    Record row = Objects.requireNonNull(tx.dsl()
        .select(now, failures, failingSince, unknownAt, repeated, invalidTokenAt, invalidTokenHad).from(REFRESH_ATTEMPT)
        .where(one)
        .fetchOne());
    return new AttemptHistory(Objects.requireNonNull(row.get(now)).toInstant(), latest(tx, one.and(here)), row.get(failures),
        instant(row.get(failingSince)), instant(row.get(unknownAt)), Boolean.TRUE.equals(row.get(repeated)),
        instant(row.get(invalidTokenAt)), Boolean.TRUE.equals(row.get(invalidTokenHad)));
  }

  /** What the provider refuses because of the integration's settings says nothing about a grant: the budget of its failures begins anew. */
  private static Condition isAfterRefusals(Tx tx, ConnectionId connection, long generation) {
    dev.authpipe.db.vault.tables.RefreshAttempt other = REFRESH_ATTEMPT.as("other");
    return notExists(selectOne().from(other).where(other.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(other.CONNECTION_ID.eq(connection.value())).and(other.BASE_GENERATION.eq(generation))
        .and(other.SENT_AT.gt(REFRESH_ATTEMPT.SENT_AT)).and(ofTheIntegration(other)));
  }

  private static Condition ofTheIntegration(dev.authpipe.db.vault.tables.RefreshAttempt row) {
    return row.OUTCOME.isNotNull().and(row.OUTCOME.in(RegisteredErrors.OF_THE_INTEGRATION)).and(row.HTTP_STATUS.isNotNull())
        .and(row.HTTP_STATUS.lt(SERVER_ERRORS)).and(row.HTTP_STATUS.notIn(COME_BACK));
  }

  private static @Nullable RefreshAttempt latest(Tx tx, Condition condition) {
    return tx.dsl().selectFrom(REFRESH_ATTEMPT).where(condition).orderBy(REFRESH_ATTEMPT.FENCE.desc()).limit(1)
        .fetchOne(row -> new RefreshAttempt(row.getAttemptId(), State.valueOf(row.getState()), row.getCause(),
            row.getSentAt().toInstant(), instant(row.getRetryAt())));
  }

  /** Step 4: the intent. Must be committed before the first byte leaves; a second time changes nothing. */
  void sent(Tx tx, Lease lease, long generation, RefreshCause cause) {
    tx.dsl().insertInto(REFRESH_ATTEMPT).set(REFRESH_ATTEMPT.WORKSPACE_ID, tx.workspace().value())
        .set(REFRESH_ATTEMPT.ATTEMPT_ID, lease.attempt()).set(REFRESH_ATTEMPT.CONNECTION_ID, lease.connection().value())
        .set(REFRESH_ATTEMPT.BASE_GENERATION, generation).set(REFRESH_ATTEMPT.FENCE, lease.fence())
        .set(REFRESH_ATTEMPT.CAUSE, cause.word()).set(REFRESH_ATTEMPT.STATE, State.SENT.name())
        .set(REFRESH_ATTEMPT.SENT_AT, currentOffsetDateTime()).onConflictDoNothing().execute();
  }

  /**
   * The result of a trip.
   *
   * @param outcome    a registered or own code, never provider text; null: nothing to add
   * @param httpStatus 0: there was no answer
   * @param retryIn    before when no other trip should be made; null: nothing to say
   */
  void done(Tx tx, UUID attempt, State state, @Nullable String outcome, int httpStatus, @Nullable Duration retryIn) {
    Field<OffsetDateTime> retryAt = retryIn == null
        ? inline((OffsetDateTime) null, SQLDataType.TIMESTAMPWITHTIMEZONE)
        : currentOffsetDateTime().add(inline(DayToSecond.valueOf(retryIn)));
    tx.dsl().update(REFRESH_ATTEMPT).set(REFRESH_ATTEMPT.STATE, state.name())
        .set(REFRESH_ATTEMPT.DONE_AT, currentOffsetDateTime()).set(REFRESH_ATTEMPT.OUTCOME, outcome)
        .set(REFRESH_ATTEMPT.HTTP_STATUS, httpStatus == 0 ? null : httpStatus).set(REFRESH_ATTEMPT.RETRY_AT, retryAt)
        .where(REFRESH_ATTEMPT.WORKSPACE_ID.eq(tx.workspace().value())).and(REFRESH_ATTEMPT.ATTEMPT_ID.eq(attempt)).execute();
  }

  /**
   * Whether every step from one generation to another was a refresh. If not, somebody replaced the credential in between, and an answer to the
   * older generation belongs to another grant.
   */
  boolean sameGrant(Tx tx, ConnectionId connection, long from, long to) {
    int refreshed = tx.dsl().select(countDistinct(REFRESH_ATTEMPT.BASE_GENERATION)).from(REFRESH_ATTEMPT)
        .where(of(tx, connection)).and(REFRESH_ATTEMPT.STATE.eq(State.COMMITTED.name()))
        .and(REFRESH_ATTEMPT.BASE_GENERATION.ge(from)).and(REFRESH_ATTEMPT.BASE_GENERATION.lt(to)).fetchSingle().value1();
    return refreshed == to - from;
  }

  /** Forgets what is older than needed. */
  void prune(Tx tx, ConnectionId connection, Duration kept) {
    tx.dsl().deleteFrom(REFRESH_ATTEMPT).where(of(tx, connection)).and(REFRESH_ATTEMPT.CLAIMED_AT
        .lt(currentOffsetDateTime().sub(inline(DayToSecond.valueOf(kept))))).execute();
  }

  private static Condition of(Tx tx, ConnectionId connection) {
    return REFRESH_ATTEMPT.WORKSPACE_ID.eq(tx.workspace().value()).and(REFRESH_ATTEMPT.CONNECTION_ID.eq(connection.value()));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.withOffsetSameInstant(ZoneOffset.UTC).toInstant();
  }
}
