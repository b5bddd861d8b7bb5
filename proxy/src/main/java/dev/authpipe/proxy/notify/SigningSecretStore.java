package dev.authpipe.proxy.notify;

import static dev.authpipe.db.vault.Tables.WEBHOOK_SECRET;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jooq.Condition;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.WebhookId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of signing secrets. Never opens one. */
final class SigningSecretStore {
  private SigningSecretStore() {}

  /** A sealed secret and where it belongs. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Row(WebhookId endpoint, int version, byte[] sealed) {
    RecordContext context(WorkspaceId workspace) {
      return SigningSecretStore.context(workspace, endpoint, version);
    }
  }

  static RecordContext context(WorkspaceId workspace, WebhookId endpoint, int version) {
    return new RecordContext(workspace, RecordKind.WEBHOOK_SIGNING_SECRET, endpoint.value(), null, "", version, "");
  }

  /** The secrets of an endpoint that are in force, newest first. */
  static List<Row> live(Tx tx, WebhookId endpoint, Instant now) {
    return tx.dsl().select(WEBHOOK_SECRET.WEBHOOK_ID, WEBHOOK_SECRET.VERSION, WEBHOOK_SECRET.SEALED).from(WEBHOOK_SECRET)
        .where(of(tx, endpoint).and(WEBHOOK_SECRET.ENDS_AT.isNull().or(WEBHOOK_SECRET.ENDS_AT.gt(Times.stored(now)))))
        .orderBy(WEBHOOK_SECRET.VERSION.desc()).fetch(row -> new Row(new WebhookId(row.value1()), row.value2(), row.value3()));
  }

  /** The number of the newest secret, locked; 0: there is none. */
  static int latest(Tx tx, WebhookId endpoint) {
    return tx.dsl().select(WEBHOOK_SECRET.VERSION).from(WEBHOOK_SECRET).where(of(tx, endpoint))
        .orderBy(WEBHOOK_SECRET.VERSION.desc()).limit(1).forUpdate().fetchOptional(row -> row.value1()).orElse(0);
  }

  /** False when another process made that version first. */
  static boolean add(Tx tx, WebhookId endpoint, int version, byte[] sealed, Instant now) {
    return tx.dsl().insertInto(WEBHOOK_SECRET).set(WEBHOOK_SECRET.WORKSPACE_ID, tx.workspace().value())
        .set(WEBHOOK_SECRET.WEBHOOK_ID, endpoint.value()).set(WEBHOOK_SECRET.VERSION, version)
        .set(WEBHOOK_SECRET.SEALED, sealed).set(WEBHOOK_SECRET.CREATED_AT, Times.stored(now)).onConflictDoNothing()
        .execute() == 1;
  }

  /** Lets the one before a version end then; those before that are gone at once. */
  static void endBefore(Tx tx, WebhookId endpoint, int version, Instant end) {
    tx.dsl().deleteFrom(WEBHOOK_SECRET).where(of(tx, endpoint).and(WEBHOOK_SECRET.VERSION.lt(version - 1))).execute();
    tx.dsl().update(WEBHOOK_SECRET).set(WEBHOOK_SECRET.ENDS_AT, Times.stored(end))
        .where(of(tx, endpoint).and(WEBHOOK_SECRET.VERSION.eq(version - 1))).execute();
  }

  /** Deletes those that ended. */
  static int forget(Tx tx, Instant now) {
    return tx.dsl().deleteFrom(WEBHOOK_SECRET).where(of(tx).and(WEBHOOK_SECRET.ENDS_AT.le(Times.stored(now)))).execute();
  }

  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(WEBHOOK_SECRET).where(of(tx)).execute();
  }

  /** How many sealed records name which key. */
  static Map<KeyId, Long> counts(Tx tx) {
    return KeyId.counts(tx, WEBHOOK_SECRET, WEBHOOK_SECRET.WORKSPACE_ID, WEBHOOK_SECRET.SEALED);
  }

  static long sealedOtherwise(Tx tx, KeyId present) {
    return tx.dsl().fetchCount(WEBHOOK_SECRET, of(tx).and(present.differs(WEBHOOK_SECRET.SEALED)));
  }

  static List<Row> rowsSealedOtherwise(Tx tx, KeyId present, int most) {
    return tx.dsl().select(WEBHOOK_SECRET.WEBHOOK_ID, WEBHOOK_SECRET.VERSION, WEBHOOK_SECRET.SEALED).from(WEBHOOK_SECRET)
        .where(of(tx).and(present.differs(WEBHOOK_SECRET.SEALED))).limit(most)
        .fetch(row -> new Row(new WebhookId(row.value1()), row.value2(), row.value3()));
  }

  static int reseal(Tx tx, Row row, byte[] after) {
    return tx.dsl().update(WEBHOOK_SECRET).set(WEBHOOK_SECRET.SEALED, after)
        .where(of(tx, row.endpoint).and(WEBHOOK_SECRET.VERSION.eq(row.version)).and(WEBHOOK_SECRET.SEALED.eq(row.sealed)))
        .execute();
  }

  static void each(Tx tx, SealedVisitor visitor) {
    tx.dsl().select(WEBHOOK_SECRET.WEBHOOK_ID, WEBHOOK_SECRET.VERSION, WEBHOOK_SECRET.SEALED).from(WEBHOOK_SECRET).where(of(tx))
        .forEach(row -> visitor.visit(context(tx.workspace(), new WebhookId(row.value1()), row.value2()), row.value3()));
  }

  private static Condition of(Tx tx) {
    return WEBHOOK_SECRET.WORKSPACE_ID.eq(tx.workspace().value());
  }

  private static Condition of(Tx tx, WebhookId endpoint) {
    return of(tx).and(WEBHOOK_SECRET.WEBHOOK_ID.eq(endpoint.value()));
  }
}
