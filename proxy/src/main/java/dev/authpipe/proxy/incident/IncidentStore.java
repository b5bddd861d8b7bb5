package dev.authpipe.proxy.incident;

import static dev.authpipe.db.vault.Tables.INCIDENT;
import static dev.authpipe.db.vault.Tables.INCIDENT_REPORT;
import static dev.authpipe.db.vault.Tables.INCIDENT_STEP;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.currentOffsetDateTime;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.when;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jooq.Condition;
import org.jooq.types.DayToSecond;
import org.jspecify.annotations.Nullable;

import dev.authpipe.db.vault.tables.records.IncidentRecord;
import dev.authpipe.db.vault.tables.records.IncidentStepRecord;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** Incidents, their steps and their reports; all times are the database's. Never says whose a connection is. */
@Singleton
final class IncidentStore {
  private static final UUID ALL = new UUID(0, 0);

  /** @param requestedBy null: the operator */
  record Row(UUID id, IncidentKind kind, @Nullable IntegrationId integration, boolean collecting, @Nullable ApiKeyId requestedBy,
      @Nullable ConnectionId collectedTo, Instant requestedAt, @Nullable Instant completedAt) {}

  /** A step that is due. */
  record Due(ConnectionId connection, String provider) {}

  /** @param doneAt null: not done */
  record Line(ConnectionId connection, IntegrationId integration, String provider, String outcome, @Nullable Instant doneAt) {}

  /** Begins one; false: one like it is under way. */
  boolean add(Tx tx, UUID id, IncidentKind kind, @Nullable IntegrationId integration, @Nullable ApiKeyId requestedBy) {
    return tx.dsl().insertInto(INCIDENT).set(INCIDENT.WORKSPACE_ID, tx.workspace().value()).set(INCIDENT.INCIDENT_ID, id)
        .set(INCIDENT.KIND, kind.word()).set(INCIDENT.INTEGRATION_ID, integration == null ? null : integration.value())
        .set(INCIDENT.STATE, "collecting").set(INCIDENT.REQUESTED_BY, requestedBy == null ? null : requestedBy.value())
        .onConflictDoNothing().execute() == 1;
  }

  /** The one under way of this kind and reach. */
  Optional<UUID> underWay(Tx tx, IncidentKind kind, @Nullable IntegrationId integration) {
    return tx.dsl().select(INCIDENT.INCIDENT_ID).from(INCIDENT).where(INCIDENT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(INCIDENT.KIND.eq(kind.word())).and(INCIDENT.STATE.ne("completed"))
        .and(coalesce(INCIDENT.INTEGRATION_ID, inline(ALL)).eq(integration == null ? ALL : integration.value()))
        .fetchOptional(INCIDENT.INCIDENT_ID);
  }

  /** All under way, oldest first. */
  List<Row> underWay(Tx tx) {
    return tx.dsl().selectFrom(INCIDENT).where(INCIDENT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(INCIDENT.STATE.ne("completed")).orderBy(INCIDENT.REQUESTED_AT).limit(100).fetch(IncidentStore::row);
  }

  Optional<Row> find(Tx tx, UUID id) {
    return tx.dsl().selectFrom(INCIDENT).where(one(tx, id)).fetchOptional(IncidentStore::row);
  }

  /** As {@link #find}, keeping others off until the end of the transaction. */
  Optional<Row> lock(Tx tx, UUID id) {
    return tx.dsl().selectFrom(INCIDENT).where(one(tx, id)).forUpdate().fetchOptional(IncidentStore::row);
  }

  /** The newest, of any kind or of one. */
  Optional<UUID> newest(Tx tx, IncidentKind kind) {
    return tx.dsl().select(INCIDENT.INCIDENT_ID).from(INCIDENT).where(INCIDENT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(INCIDENT.KIND.eq(kind.word())).orderBy(INCIDENT.REQUESTED_AT.desc()).limit(1).fetchOptional(INCIDENT.INCIDENT_ID);
  }

  /**
   * Takes connections up and remembers how far that is.
   *
   * @return how many of them were not taken up before
   */
  int collect(Tx tx, UUID id, List<ConnectionRow> connections, ConnectionId to, String outcome) {
    var insert = tx.dsl().insertInto(INCIDENT_STEP, INCIDENT_STEP.WORKSPACE_ID, INCIDENT_STEP.INCIDENT_ID,
        INCIDENT_STEP.CONNECTION_ID, INCIDENT_STEP.INTEGRATION_ID, INCIDENT_STEP.PROVIDER, INCIDENT_STEP.OUTCOME);
    for (ConnectionRow row : connections) {
      insert = insert.values(tx.workspace().value(), id, row.id().value(), row.integration().value(), row.provider(), outcome);
    }
    int fresh = connections.isEmpty() ? 0 : insert.onConflictDoNothing().execute();
    tx.dsl().update(INCIDENT).set(INCIDENT.COLLECTED_TO, to.value()).where(one(tx, id)).execute();
    return fresh;
  }

  /** Whether so much time has passed since an incident was asked for. */
  boolean isOlder(Tx tx, UUID id, Duration age) {
    return tx.dsl().fetchExists(INCIDENT,
        one(tx, id).and(INCIDENT.REQUESTED_AT.lt(currentOffsetDateTime().sub(inline(DayToSecond.valueOf(age))))));
  }

  /** Every connection is taken up. */
  void collected(Tx tx, UUID id) {
    tx.dsl().update(INCIDENT).set(INCIDENT.STATE, "working").where(one(tx, id)).and(INCIDENT.STATE.eq("collecting")).execute();
  }

  /** Steps that are due, so many of each provider. */
  List<Due> due(Tx tx, UUID id, int perProvider) {
    var number = rowNumber().over().partitionBy(INCIDENT_STEP.PROVIDER).orderBy(INCIDENT_STEP.NEXT_AT).as("number");
    var some = tx.dsl().select(INCIDENT_STEP.CONNECTION_ID, INCIDENT_STEP.PROVIDER, number).from(INCIDENT_STEP)
        .where(ofIncident(tx, id))
        .and(INCIDENT_STEP.DONE_AT.isNull()).and(INCIDENT_STEP.NEXT_AT.le(currentOffsetDateTime())).asTable("some");
    return tx.dsl().select(some.field(INCIDENT_STEP.CONNECTION_ID), some.field(INCIDENT_STEP.PROVIDER)).from(some)
        .where(Objects.requireNonNull(some.field(number)).le(perProvider))
        .fetch(row -> new Due(new ConnectionId(row.value1()), row.value2()));
  }

  /** Leaves what is due of a provider alone for a while. */
  void pause(Tx tx, UUID id, String provider, Duration pause) {
    tx.dsl().update(INCIDENT_STEP).set(INCIDENT_STEP.NEXT_AT, currentOffsetDateTime().add(inline(DayToSecond.valueOf(pause))))
        .where(ofIncident(tx, id)).and(INCIDENT_STEP.PROVIDER.eq(provider)).and(INCIDENT_STEP.DONE_AT.isNull())
        .and(INCIDENT_STEP.NEXT_AT.le(currentOffsetDateTime())).execute();
  }

  /** Takes one up: others leave it alone for that long. Empty when it is done or somebody else has it. */
  Optional<Step> claim(Tx tx, UUID id, ConnectionId connection, Duration length) {
    return tx.dsl().update(INCIDENT_STEP).set(INCIDENT_STEP.TRIES, INCIDENT_STEP.TRIES.plus(1))
        .set(INCIDENT_STEP.NEXT_AT, currentOffsetDateTime().add(inline(DayToSecond.valueOf(length))))
        .where(step(tx, id, connection))
        .and(INCIDENT_STEP.DONE_AT.isNull()).and(INCIDENT_STEP.NEXT_AT.le(currentOffsetDateTime())).returning()
        .fetchOptional(IncidentStore::step);
  }

  /** Remembers what a renewal began with, before anything leaves. */
  void begun(Tx tx, Step step, long generation, @Nullable UUID revocation) {
    tx.dsl().update(INCIDENT_STEP).set(INCIDENT_STEP.BASE_GENERATION, generation).set(INCIDENT_STEP.REVOCATION_ID, revocation)
        .where(step(tx, step.incident(), step.connection())).execute();
  }

  void ended(Tx tx, Step step, StepOutcome outcome, Duration pause) {
    tx.dsl().update(INCIDENT_STEP).set(INCIDENT_STEP.OUTCOME, outcome.word())
        .set(INCIDENT_STEP.NEXT_AT, currentOffsetDateTime().add(inline(DayToSecond.valueOf(pause))))
        .set(INCIDENT_STEP.DONE_AT, outcome.done() ? currentOffsetDateTime() : null)
        .where(step(tx, step.incident(), step.connection())).execute();
  }

  /** When the last step was done; before the first: when the incident was asked for. */
  Instant lastDone(Tx tx, Row row) {
    OffsetDateTime last = tx.dsl().select(max(INCIDENT_STEP.DONE_AT)).from(INCIDENT_STEP).where(ofIncident(tx, row.id()))
        .fetchSingle().value1();
    return last == null ? row.requestedAt() : last.toInstant();
  }

  boolean isDone(Tx tx, UUID id) {
    return !tx.dsl().fetchExists(INCIDENT_STEP, ofIncident(tx, id).and(INCIDENT_STEP.DONE_AT.isNull()));
  }

  /** What came of the steps: the count of each outcome, and of those that are done. */
  record Counts(int connections, int done, SortedMap<String, Integer> outcomes) {}

  Counts counts(Tx tx, UUID id) {
    SortedMap<String, Integer> outcomes = new TreeMap<>();
    int all = 0;
    int done = 0;
    var finished = count(when(INCIDENT_STEP.DONE_AT.isNotNull(), 1));
    for (var row : tx.dsl().select(INCIDENT_STEP.OUTCOME, count(), finished).from(INCIDENT_STEP).where(ofIncident(tx, id))
        .groupBy(INCIDENT_STEP.OUTCOME).fetch()) {
      outcomes.put(row.value1(), row.value2());
      all += row.value2();
      done += row.value3();
    }
    return new Counts(all, done, outcomes);
  }

  /** What became of the connections, in the order of their ids. */
  List<Line> lines(Tx tx, UUID id, @Nullable ConnectionId after, int most) {
    return tx.dsl().selectFrom(INCIDENT_STEP).where(ofIncident(tx, id))
        .and(INCIDENT_STEP.CONNECTION_ID.gt(after == null ? ALL : after.value())).orderBy(INCIDENT_STEP.CONNECTION_ID).limit(most)
        .fetch(row -> new Line(new ConnectionId(row.getConnectionId()), new IntegrationId(row.getIntegrationId()),
            row.getProvider(), row.getOutcome(), row.getDoneAt() == null ? null : row.getDoneAt().toInstant()));
  }

  /** Ends an incident; false: it has ended before. */
  boolean complete(Tx tx, UUID id, Instant at) {
    return tx.dsl().update(INCIDENT).set(INCIDENT.STATE, "completed").set(INCIDENT.COMPLETED_AT, at.atOffset(ZoneOffset.UTC))
        .where(one(tx, id)).and(INCIDENT.STATE.eq("working")).execute() == 1;
  }

  void report(Tx tx, UUID id, int part, String note) {
    tx.dsl().insertInto(INCIDENT_REPORT).set(INCIDENT_REPORT.WORKSPACE_ID, tx.workspace().value())
        .set(INCIDENT_REPORT.INCIDENT_ID, id).set(INCIDENT_REPORT.PART, part).set(INCIDENT_REPORT.NOTE, note)
        .onConflict(INCIDENT_REPORT.WORKSPACE_ID, INCIDENT_REPORT.INCIDENT_ID, INCIDENT_REPORT.PART).doUpdate()
        .set(INCIDENT_REPORT.NOTE, note).execute();
  }

  Optional<String> report(Tx tx, UUID id, int part) {
    return tx.dsl().select(INCIDENT_REPORT.NOTE).from(INCIDENT_REPORT)
        .where(INCIDENT_REPORT.WORKSPACE_ID.eq(tx.workspace().value())).and(INCIDENT_REPORT.INCIDENT_ID.eq(id))
        .and(INCIDENT_REPORT.PART.eq(part)).fetchOptional(INCIDENT_REPORT.NOTE);
  }

  int reportParts(Tx tx, UUID id) {
    return tx.dsl().fetchCount(INCIDENT_REPORT,
        INCIDENT_REPORT.WORKSPACE_ID.eq(tx.workspace().value()).and(INCIDENT_REPORT.INCIDENT_ID.eq(id)));
  }

  /** Those that ended longer ago, oldest first. */
  List<UUID> endedBefore(Tx tx, Duration age, int most) {
    return tx.dsl().select(INCIDENT.INCIDENT_ID).from(INCIDENT).where(INCIDENT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(INCIDENT.COMPLETED_AT.lt(currentOffsetDateTime().sub(inline(DayToSecond.valueOf(age)))))
        .orderBy(INCIDENT.COMPLETED_AT).limit(most).fetch(INCIDENT.INCIDENT_ID);
  }

  /** Deletes one with its steps and its report. */
  void forget(Tx tx, UUID id) {
    tx.dsl().deleteFrom(INCIDENT_REPORT).where(INCIDENT_REPORT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(INCIDENT_REPORT.INCIDENT_ID.eq(id)).execute();
    tx.dsl().deleteFrom(INCIDENT_STEP).where(ofIncident(tx, id)).execute();
    tx.dsl().deleteFrom(INCIDENT).where(one(tx, id)).execute();
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    UUID workspace = tx.workspace().value();
    return tx.dsl().deleteFrom(INCIDENT_REPORT).where(INCIDENT_REPORT.WORKSPACE_ID.eq(workspace)).execute()
        + tx.dsl().deleteFrom(INCIDENT_STEP).where(INCIDENT_STEP.WORKSPACE_ID.eq(workspace)).execute()
        + tx.dsl().deleteFrom(INCIDENT).where(INCIDENT.WORKSPACE_ID.eq(workspace)).execute();
  }

  private static Condition one(Tx tx, UUID id) {
    return INCIDENT.WORKSPACE_ID.eq(tx.workspace().value()).and(INCIDENT.INCIDENT_ID.eq(id));
  }

  private static Condition ofIncident(Tx tx, UUID id) {
    return INCIDENT_STEP.WORKSPACE_ID.eq(tx.workspace().value()).and(INCIDENT_STEP.INCIDENT_ID.eq(id));
  }

  private static Condition step(Tx tx, UUID id, ConnectionId connection) {
    return ofIncident(tx, id).and(INCIDENT_STEP.CONNECTION_ID.eq(connection.value()));
  }

  private static Row row(IncidentRecord row) {
    UUID integration = row.getIntegrationId();
    UUID by = row.getRequestedBy();
    UUID to = row.getCollectedTo();
    return new Row(row.getIncidentId(), IncidentKind.of(row.getKind()),
        integration == null ? null : new IntegrationId(integration),
        row.getState().equals("collecting"), by == null ? null : new ApiKeyId(by), to == null ? null : new ConnectionId(to),
        row.getRequestedAt().toInstant(), row.getCompletedAt() == null ? null : row.getCompletedAt().toInstant());
  }

  private static Step step(IncidentStepRecord row) {
    return new Step(row.getIncidentId(), new ConnectionId(row.getConnectionId()), new IntegrationId(row.getIntegrationId()),
        row.getProvider(), row.getBaseGeneration(), row.getRevocationId(), row.getOutcome(), row.getTries());
  }
}
