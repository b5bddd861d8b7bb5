package dev.authpipe.proxy.notify;

import static dev.authpipe.db.vault.Tables.DUE_WEBHOOKS;
import static dev.authpipe.db.vault.Tables.LIST_WEBHOOK_WORKSPACES;
import static dev.authpipe.db.vault.Tables.WEBHOOK_BACKLOG;
import static dev.authpipe.db.vault.Tables.WEBHOOK_DELIVERY;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.db.vault.tables.records.WebhookDeliveryRecord;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.DeliveryId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.MessageId;
import dev.authpipe.wire.WebhookId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of events on their way. Never keeps a person's identifier. */
final class DeliveryStore {
  private static final String PENDING = "pending";
  private static final String DELIVERED = "delivered";
  private static final String DEAD = "dead";

  private DeliveryStore() {}

  /** A delivery that is being tried, under a fence that only rises; tries count since it was written or replayed. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Claimed(DeliveryId id, WebhookId endpoint, Event event, int tries, long fence, Instant expiresAt,
      byte @Nullable [] mac) {}

  /** How much waits and how much is dead. */
  record Backlog(long pending, long dead, @Nullable Instant oldest) {}

  /** Endpoints for which something is due, asked without a workspace (S34). */
  static List<RowKey> due(DSLContext dsl, Instant now, int most) {
    return dsl.selectFrom(DUE_WEBHOOKS.call(Times.stored(now), most))
        .fetch(row -> new RowKey(new WorkspaceId(row.getWorkspaceId()), row.getWebhookId()));
  }

  /** Workspaces with endpoints or deliveries, asked without a workspace (S34). */
  static List<WorkspaceId> workspaces(DSLContext dsl) {
    return dsl.selectFrom(LIST_WEBHOOK_WORKSPACES.call()).fetch(row -> new WorkspaceId(row.getWorkspaceId()));
  }

  static Backlog backlog(DSLContext dsl) {
    return dsl.selectFrom(WEBHOOK_BACKLOG.call())
        .fetchSingle(row -> new Backlog(row.getPending(), row.getDead(), Times.read(row.getOldest())));
  }

  /** Adds a delivery; one that is born dead can be replayed, one without a MAC is never sent. */
  static void add(Tx tx, DeliveryId id, WebhookId endpoint, Event event, byte @Nullable [] mac, Instant expiresAt,
      @Nullable String deadBecause) {
    WebhookDeliveryRecord row = new WebhookDeliveryRecord();
    row.setWorkspaceId(tx.workspace().value());
    row.setDeliveryId(id.value());
    row.setMessageId(event.id().value());
    row.setWebhookId(endpoint.value());
    row.setType(event.type());
    row.setConnectionId(event.connection() == null ? null : event.connection().value());
    row.setIntegrationId(event.integration() == null ? null : event.integration().value());
    row.setEndUserId(event.endUser());
    row.setDetail(event.detail());
    row.setHappenedAt(Times.stored(event.at()));
    row.setMac(mac);
    row.setState(deadBecause == null ? PENDING : DEAD);
    row.setNextAt(Times.stored(event.at()));
    row.setExpiresAt(Times.stored(expiresAt));
    row.setLastOutcome(deadBecause);
    row.setDoneAt(deadBecause == null ? null : Times.stored(event.at()));
    tx.dsl().insertInto(WEBHOOK_DELIVERY).set(row).execute();
  }

  /** Takes due deliveries of an endpoint; others leave them alone until then, or for good once they are marked. */
  static List<Claimed> claim(Tx tx, WebhookId endpoint, Instant now, Instant until, int most) {
    List<UUID> ids = tx.dsl().select(WEBHOOK_DELIVERY.DELIVERY_ID).from(WEBHOOK_DELIVERY)
        .where(of(tx).and(WEBHOOK_DELIVERY.WEBHOOK_ID.eq(endpoint.value())).and(WEBHOOK_DELIVERY.STATE.eq(PENDING))
            .and(WEBHOOK_DELIVERY.NEXT_AT.le(Times.stored(now))))
        .orderBy(WEBHOOK_DELIVERY.NEXT_AT, WEBHOOK_DELIVERY.DELIVERY_ID).limit(most).forUpdate().skipLocked()
        .fetch(Record1::value1);
    return ids.isEmpty()
        ? List.of()
        : tx.dsl().update(WEBHOOK_DELIVERY).set(WEBHOOK_DELIVERY.NEXT_AT, Times.stored(until))
            .set(WEBHOOK_DELIVERY.TRIES, WEBHOOK_DELIVERY.TRIES.plus(1))
            .set(WEBHOOK_DELIVERY.FENCE, WEBHOOK_DELIVERY.FENCE.plus(1)).where(of(tx).and(WEBHOOK_DELIVERY.DELIVERY_ID.in(ids)))
            .returning().fetch(DeliveryStore::claimed);
  }

  /** Takes one delivery that waits, due or not. */
  static Optional<Claimed> claim(Tx tx, DeliveryId id, Instant until) {
    return tx.dsl().update(WEBHOOK_DELIVERY).set(WEBHOOK_DELIVERY.NEXT_AT, Times.stored(until))
        .set(WEBHOOK_DELIVERY.TRIES, WEBHOOK_DELIVERY.TRIES.plus(1))
        .set(WEBHOOK_DELIVERY.FENCE, WEBHOOK_DELIVERY.FENCE.plus(1)).where(one(tx, id).and(WEBHOOK_DELIVERY.STATE.eq(PENDING)))
        .returning().fetchOptional(DeliveryStore::claimed);
  }

  /** Marks as taken; false when another try has begun, or it is gone. */
  static boolean delivered(Tx tx, Claimed claimed, int status, Instant now) {
    return tx.dsl().update(WEBHOOK_DELIVERY).set(WEBHOOK_DELIVERY.STATE, DELIVERED)
        .set(WEBHOOK_DELIVERY.LAST_OUTCOME, DELIVERED).set(WEBHOOK_DELIVERY.LAST_STATUS, Integer.valueOf(status))
        .set(WEBHOOK_DELIVERY.DONE_AT, Times.stored(now)).where(mine(tx, claimed)).execute() == 1;
  }

  /** Marks as failed, to be tried again; false as above. */
  static boolean again(Tx tx, Claimed claimed, String outcome, @Nullable Integer status, Instant next) {
    return tx.dsl().update(WEBHOOK_DELIVERY).set(WEBHOOK_DELIVERY.LAST_OUTCOME, outcome)
        .set(WEBHOOK_DELIVERY.LAST_STATUS, status).set(WEBHOOK_DELIVERY.NEXT_AT, Times.stored(next)).where(mine(tx, claimed))
        .execute() == 1;
  }

  /** Gives a delivery back that could not be tried: it does not count. */
  static void giveBack(Tx tx, Claimed claimed, Instant next) {
    tx.dsl().update(WEBHOOK_DELIVERY).set(WEBHOOK_DELIVERY.TRIES, WEBHOOK_DELIVERY.TRIES.minus(1))
        .set(WEBHOOK_DELIVERY.NEXT_AT, Times.stored(next)).where(mine(tx, claimed)).execute();
  }

  /** Marks as dead; false as above. */
  static boolean dead(Tx tx, Claimed claimed, String outcome, @Nullable Integer status, Instant now) {
    return tx.dsl().update(WEBHOOK_DELIVERY).set(WEBHOOK_DELIVERY.STATE, DEAD).set(WEBHOOK_DELIVERY.LAST_OUTCOME, outcome)
        .set(WEBHOOK_DELIVERY.LAST_STATUS, status).set(WEBHOOK_DELIVERY.DONE_AT, Times.stored(now)).where(mine(tx, claimed))
        .execute() == 1;
  }

  /** Gives up everything that waits for an endpoint; answers how many. */
  static int bury(Tx tx, WebhookId endpoint, String outcome, Instant now) {
    return bury(tx, WEBHOOK_DELIVERY.WEBHOOK_ID.eq(endpoint.value()), outcome, now);
  }

  /** Gives up what waits for an endpoint, is past its end and was not tried any more; answers how many. */
  static int buryExpired(Tx tx, WebhookId endpoint, Instant before, Instant now) {
    return bury(tx, WEBHOOK_DELIVERY.WEBHOOK_ID.eq(endpoint.value()).and(WEBHOOK_DELIVERY.EXPIRES_AT.lt(Times.stored(before))),
        "expired", now);
  }

  /** Lets what is due for an endpoint wait, or what waits for it be due; counts as no try. */
  static int move(Tx tx, WebhookId endpoint, Instant from, Instant to) {
    return tx.dsl().update(WEBHOOK_DELIVERY).set(WEBHOOK_DELIVERY.NEXT_AT, Times.stored(to))
        .where(of(tx).and(WEBHOOK_DELIVERY.WEBHOOK_ID.eq(endpoint.value())).and(WEBHOOK_DELIVERY.STATE.eq(PENDING))
            .and(WEBHOOK_DELIVERY.NEXT_AT.le(Times.stored(from))))
        .execute();
  }

  /** Gives up the oldest of what waits for an endpoint beyond a number; answers how many. */
  static int buryBeyond(Tx tx, WebhookId endpoint, int most, Instant now) {
    return bury(tx, WEBHOOK_DELIVERY.DELIVERY_ID.in(beyond(tx, endpoint, PENDING, most)), "queue_full", now);
  }

  private static int bury(Tx tx, Condition which, String outcome, Instant now) {
    return tx.dsl().update(WEBHOOK_DELIVERY).set(WEBHOOK_DELIVERY.STATE, DEAD).set(WEBHOOK_DELIVERY.LAST_OUTCOME, outcome)
        .set(WEBHOOK_DELIVERY.DONE_AT, Times.stored(now)).where(of(tx).and(WEBHOOK_DELIVERY.STATE.eq(PENDING)).and(which))
        .execute();
  }

  /** Forgets what was delivered or died before, and the oldest dead of an endpoint beyond a number. */
  static int forget(Tx tx, Instant deliveredBefore, Instant deadBefore) {
    return tx.dsl().deleteFrom(WEBHOOK_DELIVERY)
        .where(of(tx).and(WEBHOOK_DELIVERY.STATE.eq(DELIVERED).and(WEBHOOK_DELIVERY.DONE_AT.lt(Times.stored(deliveredBefore)))
            .or(WEBHOOK_DELIVERY.STATE.eq(DEAD).and(WEBHOOK_DELIVERY.DONE_AT.lt(Times.stored(deadBefore))))))
        .execute();
  }

  static int forgetBeyond(Tx tx, WebhookId endpoint, int most) {
    return tx.dsl().deleteFrom(WEBHOOK_DELIVERY)
        .where(of(tx).and(WEBHOOK_DELIVERY.DELIVERY_ID.in(beyond(tx, endpoint, DEAD, most)))).execute();
  }

  private static org.jooq.Select<Record1<UUID>> beyond(Tx tx, WebhookId endpoint, String state, int most) {
    return DSL.select(WEBHOOK_DELIVERY.DELIVERY_ID).from(WEBHOOK_DELIVERY)
        .where(of(tx).and(WEBHOOK_DELIVERY.WEBHOOK_ID.eq(endpoint.value())).and(WEBHOOK_DELIVERY.STATE.eq(state)))
        .orderBy(WEBHOOK_DELIVERY.DELIVERY_ID.desc()).offset(most);
  }

  /** The endpoints that something waits for or died of. */
  static List<WebhookId> endpoints(Tx tx) {
    return tx.dsl().selectDistinct(WEBHOOK_DELIVERY.WEBHOOK_ID).from(WEBHOOK_DELIVERY).where(of(tx))
        .fetch(row -> new WebhookId(row.value1()));
  }

  /** Deletes everything that is about a person, delivered or not. */
  static int erasePerson(Tx tx, UUID endUser) {
    return tx.dsl().deleteFrom(WEBHOOK_DELIVERY).where(of(tx).and(WEBHOOK_DELIVERY.END_USER_ID.eq(endUser))).execute();
  }

  /** Deletes everything that is about a connection. */
  static int eraseConnection(Tx tx, ConnectionId connection) {
    return tx.dsl().deleteFrom(WEBHOOK_DELIVERY).where(of(tx).and(WEBHOOK_DELIVERY.CONNECTION_ID.eq(connection.value())))
        .execute();
  }

  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(WEBHOOK_DELIVERY).where(of(tx)).execute();
  }

  /** Sends once more, as if it had just happened. Whoever tries it now can no longer mark it. False when it does not exist. */
  static boolean replay(Tx tx, DeliveryId id, Instant now, Instant expiresAt) {
    return tx.dsl().update(WEBHOOK_DELIVERY).set(WEBHOOK_DELIVERY.STATE, PENDING).set(WEBHOOK_DELIVERY.TRIES, Integer.valueOf(0))
        .set(WEBHOOK_DELIVERY.FENCE, WEBHOOK_DELIVERY.FENCE.plus(1))
        .set(WEBHOOK_DELIVERY.NEXT_AT, Times.stored(now)).set(WEBHOOK_DELIVERY.EXPIRES_AT, Times.stored(expiresAt))
        .setNull(WEBHOOK_DELIVERY.DONE_AT).where(one(tx, id)).execute() == 1;
  }

  static Optional<Delivery> find(Tx tx, DeliveryId id, Deliveries.Filter filter) {
    return tx.dsl().selectFrom(WEBHOOK_DELIVERY).where(one(tx, id).and(through(filter))).fetchOptional(DeliveryStore::shown);
  }

  /** Newest first. */
  static List<Delivery> list(Tx tx, Deliveries.Filter filter, @Nullable DeliveryId after, int most) {
    Delivery.State state = filter.state();
    return tx.dsl().selectFrom(WEBHOOK_DELIVERY)
        .where(of(tx).and(through(filter))
            .and(state == null ? DSL.noCondition() : WEBHOOK_DELIVERY.STATE.eq(state.name().toLowerCase(Locale.ROOT)))
            .and(after == null ? DSL.noCondition() : WEBHOOK_DELIVERY.DELIVERY_ID.lt(after.value())))
        .orderBy(WEBHOOK_DELIVERY.DELIVERY_ID.desc()).limit(most).fetch(DeliveryStore::shown);
  }

  static int count(Tx tx, WebhookId endpoint, Delivery.State state) {
    return tx.dsl().fetchCount(WEBHOOK_DELIVERY, of(tx).and(WEBHOOK_DELIVERY.WEBHOOK_ID.eq(endpoint.value()))
        .and(WEBHOOK_DELIVERY.STATE.eq(state.name().toLowerCase(Locale.ROOT))));
  }

  private static Condition through(Deliveries.Filter filter) {
    return filter.integrations().isEmpty()
        ? DSL.noCondition()
        : WEBHOOK_DELIVERY.INTEGRATION_ID.in(filter.integrations().stream().map(IntegrationId::value).toList());
  }

  private static Condition of(Tx tx) {
    return WEBHOOK_DELIVERY.WORKSPACE_ID.eq(tx.workspace().value());
  }

  private static Condition one(Tx tx, DeliveryId id) {
    return of(tx).and(WEBHOOK_DELIVERY.DELIVERY_ID.eq(id.value()));
  }

  private static Condition mine(Tx tx, Claimed claimed) {
    return one(tx, claimed.id).and(WEBHOOK_DELIVERY.STATE.eq(PENDING)).and(WEBHOOK_DELIVERY.FENCE.eq(claimed.fence));
  }

  private static Claimed claimed(WebhookDeliveryRecord row) {
    UUID connection = row.getConnectionId();
    UUID integration = row.getIntegrationId();
    Event event = new Event(new MessageId(row.getMessageId()), row.getType(), instant(row.getHappenedAt()),
        connection == null ? null : new ConnectionId(connection), integration == null ? null : new IntegrationId(integration),
        row.getEndUserId(), row.getDetail());
    return new Claimed(new DeliveryId(row.getDeliveryId()), new WebhookId(row.getWebhookId()), event, row.getTries(),
        row.getFence(), instant(row.getExpiresAt()), row.getMac());
  }

  private static Delivery shown(WebhookDeliveryRecord row) {
    UUID connection = row.getConnectionId();
    Delivery.Told told = new Delivery.Told(new MessageId(row.getMessageId()).toString(), row.getType(),
        instant(row.getHappenedAt()), connection == null ? null : new ConnectionId(connection).toString());
    return new Delivery(new DeliveryId(row.getDeliveryId()), new WebhookId(row.getWebhookId()), told,
        Delivery.State.valueOf(row.getState().toUpperCase(Locale.ROOT)), row.getTries(), instant(row.getNextAt()),
        instant(row.getExpiresAt()), row.getLastOutcome(), row.getLastStatus(), Times.read(row.getDoneAt()));
  }

  private static Instant instant(OffsetDateTime stored) {
    return stored.toInstant();
  }
}
