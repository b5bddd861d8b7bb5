package dev.authpipe.proxy.notify;

import static dev.authpipe.db.vault.Tables.WEBHOOK_ENDPOINT;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jooq.Condition;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.WebhookId;

/** SQL of what is remembered of endpoints. Never their address: that stands in the configuration only. */
final class EndpointStore {
  private EndpointStore() {}

  /** Hashes of the settings of those that were not removed, by id. */
  static Map<WebhookId, byte[]> known(Tx tx) {
    Map<WebhookId, byte[]> known = new HashMap<>();
    tx.dsl().select(WEBHOOK_ENDPOINT.WEBHOOK_ID, WEBHOOK_ENDPOINT.SETTINGS_HASH).from(WEBHOOK_ENDPOINT)
        .where(of(tx).and(WEBHOOK_ENDPOINT.REMOVED_AT.isNull()))
        .forEach(row -> known.put(new WebhookId(row.value1()), row.value2()));
    return known;
  }

  /** Remembers the settings of an endpoint that is there; false when another replica did so first. */
  static boolean put(Tx tx, WebhookId id, byte[] settingsHash) {
    return tx.dsl().insertInto(WEBHOOK_ENDPOINT).set(WEBHOOK_ENDPOINT.WORKSPACE_ID, tx.workspace().value())
        .set(WEBHOOK_ENDPOINT.WEBHOOK_ID, id.value()).set(WEBHOOK_ENDPOINT.SETTINGS_HASH, settingsHash)
        .onConflict(WEBHOOK_ENDPOINT.WORKSPACE_ID, WEBHOOK_ENDPOINT.WEBHOOK_ID).doUpdate()
        .set(WEBHOOK_ENDPOINT.SETTINGS_HASH, settingsHash).setNull(WEBHOOK_ENDPOINT.REMOVED_AT)
        .where(WEBHOOK_ENDPOINT.SETTINGS_HASH.ne(settingsHash).or(WEBHOOK_ENDPOINT.REMOVED_AT.isNotNull())).execute() == 1;
  }

  static boolean remove(Tx tx, WebhookId id, Instant now) {
    return tx.dsl().update(WEBHOOK_ENDPOINT).set(WEBHOOK_ENDPOINT.REMOVED_AT, Times.stored(now))
        .where(one(tx, id).and(WEBHOOK_ENDPOINT.REMOVED_AT.isNull())).execute() == 1;
  }

  static Set<WebhookId> disabled(Tx tx) {
    List<WebhookId> ids = tx.dsl().select(WEBHOOK_ENDPOINT.WEBHOOK_ID).from(WEBHOOK_ENDPOINT)
        .where(of(tx).and(WEBHOOK_ENDPOINT.DISABLED_AT.isNotNull())).fetch(row -> new WebhookId(row.value1()));
    return new HashSet<>(ids);
  }

  /** Until the transaction ends nobody else disables it. */
  static void lock(Tx tx, WebhookId id) {
    tx.dsl().selectOne().from(WEBHOOK_ENDPOINT).where(one(tx, id)).forUpdate().fetch();
  }

  /** False when it was disabled before. */
  static boolean disable(Tx tx, WebhookId id, String reason, Instant now) {
    return tx.dsl().update(WEBHOOK_ENDPOINT).set(WEBHOOK_ENDPOINT.DISABLED_AT, Times.stored(now))
        .set(WEBHOOK_ENDPOINT.DISABLED_REASON, reason).where(one(tx, id).and(WEBHOOK_ENDPOINT.DISABLED_AT.isNull()))
        .execute() == 1;
  }

  /** False when it was not disabled. */
  static boolean enable(Tx tx, WebhookId id) {
    return tx.dsl().update(WEBHOOK_ENDPOINT).setNull(WEBHOOK_ENDPOINT.DISABLED_AT).setNull(WEBHOOK_ENDPOINT.DISABLED_REASON)
        .where(one(tx, id).and(WEBHOOK_ENDPOINT.DISABLED_AT.isNotNull())).execute() == 1;
  }

  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(WEBHOOK_ENDPOINT).where(of(tx)).execute();
  }

  private static Condition of(Tx tx) {
    return WEBHOOK_ENDPOINT.WORKSPACE_ID.eq(tx.workspace().value());
  }

  private static Condition one(Tx tx, WebhookId id) {
    return of(tx).and(WEBHOOK_ENDPOINT.WEBHOOK_ID.eq(id.value()));
  }
}
