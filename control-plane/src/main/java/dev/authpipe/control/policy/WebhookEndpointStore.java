package dev.authpipe.control.policy;

import static dev.authpipe.db.control.Tables.WEBHOOK_ENDPOINT;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.db.control.tables.records.WebhookEndpointRecord;
import dev.authpipe.wire.WebhookId;

/** SQL of webhook endpoints. Never sees more than the workspace of the transaction. */
final class WebhookEndpointStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  private WebhookEndpointStore() {}

  static WebhookEndpoint insert(Tx tx, WebhookId id, WebhookEndpoint.Wanted wanted) {
    return endpoint(tx.dsl().insertInto(WEBHOOK_ENDPOINT).set(WEBHOOK_ENDPOINT.WORKSPACE_ID, tx.workspace().value())
        .set(WEBHOOK_ENDPOINT.WEBHOOK_ID, id.value()).set(changing(wanted)).returning().fetchSingle());
  }

  static WebhookEndpoint update(Tx tx, WebhookId id, WebhookEndpoint.Wanted wanted) {
    return endpoint(
        tx.dsl().update(WEBHOOK_ENDPOINT).set(changing(wanted)).set(WEBHOOK_ENDPOINT.VERSION, WEBHOOK_ENDPOINT.VERSION.plus(1))
            .set(WEBHOOK_ENDPOINT.UPDATED_AT, NOW).where(row(tx, id)).returning().fetchSingle());
  }

  static void delete(Tx tx, WebhookId id) {
    tx.dsl().deleteFrom(WEBHOOK_ENDPOINT).where(row(tx, id)).execute();
  }

  static Optional<WebhookEndpoint> find(Tx tx, WebhookId id) {
    return tx.dsl().selectFrom(WEBHOOK_ENDPOINT).where(row(tx, id)).fetchOptional().map(WebhookEndpointStore::endpoint);
  }

  /** In the order of their ids. */
  static List<WebhookEndpoint> list(Tx tx, @Nullable UUID after, int most) {
    Condition page = after == null ? DSL.noCondition() : WEBHOOK_ENDPOINT.WEBHOOK_ID.gt(after);
    return tx.dsl().selectFrom(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.WORKSPACE_ID.eq(tx.workspace().value())).and(page)
        .orderBy(WEBHOOK_ENDPOINT.WEBHOOK_ID).limit(most).fetch(WebhookEndpointStore::endpoint);
  }

  static int count(Tx tx) {
    return tx.dsl().fetchCount(WEBHOOK_ENDPOINT, WEBHOOK_ENDPOINT.WORKSPACE_ID.eq(tx.workspace().value()));
  }

  private static Condition row(Tx tx, WebhookId id) {
    return WEBHOOK_ENDPOINT.WORKSPACE_ID.eq(tx.workspace().value()).and(WEBHOOK_ENDPOINT.WEBHOOK_ID.eq(id.value()));
  }

  private static WebhookEndpointRecord changing(WebhookEndpoint.Wanted wanted) {
    WebhookEndpointRecord row = new WebhookEndpointRecord();
    row.setUrl(wanted.url());
    row.setEvents(wanted.events().toArray(String[]::new));
    row.setDescription(wanted.description());
    row.setDisabled(wanted.disabled());
    return row;
  }

  private static WebhookEndpoint endpoint(WebhookEndpointRecord row) {
    return new WebhookEndpoint(new WebhookId(row.getWebhookId()),
        new WebhookEndpoint.Wanted(row.getUrl(), List.of(row.getEvents()), row.getDescription(), row.getDisabled()),
        row.getVersion(),
        row.getCreatedAt().toInstant(), row.getUpdatedAt().toInstant());
  }
}
