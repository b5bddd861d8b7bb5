package dev.authpipe.proxy.connect;

import static dev.authpipe.db.vault.Tables.CONNECT_ATTEMPT;
import static dev.authpipe.db.vault.Tables.CONNECT_SESSION;
import static dev.authpipe.db.vault.Tables.DUE_CONNECT_SESSIONS;
import static dev.authpipe.db.vault.Tables.FIND_CONNECT_SESSION;

import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import jakarta.inject.Singleton;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectSessionId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of connect sessions. All times are the database's, so that replicas with bad clocks agree. */
@Singleton
final class SessionStore {
  /** Which session, in which workspace. */
  record Place(WorkspaceId workspace, ConnectSessionId session) {}

  private static final Field<Long> LEFT = DSL
      .field("floor(extract(epoch from {0} - now()) * 1000)::bigint", SQLDataType.BIGINT, CONNECT_SESSION.EXPIRES_AT).as("left");
  private static final Field<Long> AUTHORIZED_AGO = DSL
      .field("(extract(epoch from now() - {0}) * 1000)::bigint", SQLDataType.BIGINT,
          CONNECT_SESSION.AUTHORIZED_AT)
      .as("authorized_ago");
  private static final List<Field<?>> SELECTED = Stream
      .concat(Arrays.stream(CONNECT_SESSION.fields()), Stream.of(LEFT, AUTHORIZED_AGO))
      .toList();
  private final VaultDatabase vault;
  private final JsonText json;
  private final KnownPlaces<Place> places = new KnownPlaces<>();

  SessionStore(VaultDatabase vault, JsonText json) {
    this.vault = vault;
    this.json = json;
  }

  static Field<OffsetDateTime> now() {
    return DSL.field("now()", SQLDataType.TIMESTAMPWITHTIMEZONE);
  }

  static Field<OffsetDateTime> ago(Duration age) {
    return DSL.field("now() - {0} * interval '1 second'", OffsetDateTime.class, DSL.inline(age.toSeconds()));
  }

  static Field<OffsetDateTime> ahead(Duration time) {
    return DSL.field("now() + {0} * interval '1 second'", OffsetDateTime.class, DSL.inline(time.toSeconds()));
  }

  /** Inserts a pending session; returns it as it stands there. */
  ConnectSession insert(Tx tx, SessionDraft draft, ConnectSessionId id, byte[] tokenHash, UUID endUser, Duration lifetime) {
    tx.afterCommit(() -> places.remember(tokenHash, new Place(tx.workspace(), id)));
    return tx.dsl().insertInto(CONNECT_SESSION).set(CONNECT_SESSION.WORKSPACE_ID, tx.workspace().value())
        .set(CONNECT_SESSION.SESSION_ID, id.value()).set(CONNECT_SESSION.TOKEN_HASH, tokenHash)
        .set(CONNECT_SESSION.END_USER_ID, endUser).set(CONNECT_SESSION.CREATED_BY, draft.createdBy().value())
        .set(CONNECT_SESSION.INTEGRATIONS, draft.integrations().stream().map(i -> i.id().value()).toArray(UUID[]::new))
        .set(CONNECT_SESSION.RETURN_URL, draft.returnUrl().toString()).set(CONNECT_SESSION.CODE_CHALLENGE, draft.codeChallenge())
        .set(CONNECT_SESSION.SCOPES, draft.scopes().toArray(String[]::new))
        .set(CONNECT_SESSION.PARAMS, json.write(draft.params()))
        .set(CONNECT_SESSION.CONNECTION_ID, draft.reconnects() == null ? null : draft.reconnects().value())
        .set(CONNECT_SESSION.ALLOW_ACCOUNT_CHANGE, draft.accountMayChange())
        .set(CONNECT_SESSION.STATE, SessionState.PENDING.word()).set(CONNECT_SESSION.EXPIRES_AT, ahead(lifetime))
        .returningResult(SELECTED).fetchSingle().map(this::session);
  }

  /** Which session a token's hash opens, whatever its state. */
  Optional<Place> find(byte[] tokenHash) {
    return places.find(tokenHash,
        hash -> vault.findAnywhere(dsl -> dsl.selectFrom(FIND_CONNECT_SESSION.call(hash)).fetchOptional(row -> new Place(
            new WorkspaceId(Objects.requireNonNull(row.getWorkspaceId())),
            new ConnectSessionId(Objects.requireNonNull(row.getSessionId()))))));
  }

  /** The session; with {@code lock} nobody else changes it until the transaction ends. */
  Optional<ConnectSession> read(Tx tx, ConnectSessionId id, boolean lock) {
    SelectConditionStep<Record> select = tx.dsl().select(SELECTED).from(CONNECT_SESSION).where(at(tx, id));
    return (lock ? select.forUpdate().fetchOptional() : select.fetchOptional()).map(this::session);
  }

  /** The session of an attempt; nobody else changes it until the transaction ends. */
  Optional<ConnectSession> lockOf(Tx tx, UUID attempt) {
    return tx.dsl().select(SELECTED).from(CONNECT_SESSION).where(CONNECT_SESSION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CONNECT_SESSION.SESSION_ID.eq(DSL.select(CONNECT_ATTEMPT.SESSION_ID).from(CONNECT_ATTEMPT)
            .where(CONNECT_ATTEMPT.WORKSPACE_ID.eq(tx.workspace().value())).and(CONNECT_ATTEMPT.ATTEMPT_ID.eq(attempt))))
        .forUpdate().of(CONNECT_SESSION).fetchOptional().map(this::session);
  }

  /** Counts one more attempt. */
  void countAttempt(Tx tx, ConnectSessionId id) {
    tx.dsl().update(CONNECT_SESSION).set(CONNECT_SESSION.ATTEMPTS, CONNECT_SESSION.ATTEMPTS.plus(1)).where(at(tx, id)).execute();
  }

  /** Counts one more entered key. */
  void countEntry(Tx tx, ConnectSessionId id) {
    tx.dsl().update(CONNECT_SESSION).set(CONNECT_SESSION.ENTRIES, CONNECT_SESSION.ENTRIES.plus(1)).where(at(tx, id)).execute();
  }

  /** A code or key is sealed; only finish may follow. False when the session is not open any more. */
  boolean authorized(Tx tx, ConnectSessionId id, UUID attempt, byte[] finishCodeHash) {
    return tx.dsl().update(CONNECT_SESSION).set(CONNECT_SESSION.STATE, SessionState.AUTHORIZED.word())
        .setNull(CONNECT_SESSION.REASON).set(CONNECT_SESSION.AUTHORIZED_ATTEMPT_ID, attempt)
        .set(CONNECT_SESSION.FINISH_CODE_HASH, finishCodeHash).set(CONNECT_SESSION.AUTHORIZED_AT, now())
        .where(at(tx, id).and(CONNECT_SESSION.STATE.eq(SessionState.PENDING.word())).and(CONNECT_SESSION.EXPIRES_AT.gt(now())))
        .execute() == 1;
  }

  /** Notes why the last attempt came to nothing; the session stays open. */
  void note(Tx tx, ConnectSessionId id, String reason) {
    tx.dsl().update(CONNECT_SESSION).set(CONNECT_SESSION.REASON, reason)
        .where(at(tx, id).and(CONNECT_SESSION.STATE.eq(SessionState.PENDING.word()))).execute();
  }

  /** What was authorized is of no use; the session is as before, for another try. */
  void reopened(Tx tx, ConnectSessionId id, String reason) {
    tx.dsl().update(CONNECT_SESSION).set(CONNECT_SESSION.STATE, SessionState.PENDING.word()).set(CONNECT_SESSION.REASON, reason)
        .setNull(CONNECT_SESSION.FINISH_CODE_HASH).setNull(CONNECT_SESSION.FINISH_HASH).setNull(CONNECT_SESSION.AUTHORIZED_AT)
        .setNull(CONNECT_SESSION.AUTHORIZED_ATTEMPT_ID).where(at(tx, id)).execute();
  }

  /** Notes which finish request was accepted. */
  void accept(Tx tx, ConnectSessionId id, byte[] finishHash) {
    tx.dsl().update(CONNECT_SESSION).set(CONNECT_SESSION.FINISH_HASH, finishHash).where(at(tx, id)).execute();
  }

  /** There is a connection. */
  void finished(Tx tx, ConnectSessionId id, ConnectionId connection) {
    tx.dsl().update(CONNECT_SESSION).set(CONNECT_SESSION.STATE, SessionState.FINISHED.word()).setNull(CONNECT_SESSION.REASON)
        .set(CONNECT_SESSION.RESULT_CONNECTION_ID, connection.value()).set(CONNECT_SESSION.FINISHED_AT, now()).where(at(tx, id))
        .execute();
  }

  /** Ended without a connection. */
  void ended(Tx tx, ConnectSessionId id, SessionState state, String reason) {
    tx.dsl().update(CONNECT_SESSION).set(CONNECT_SESSION.STATE, state.word()).set(CONNECT_SESSION.REASON, reason)
        .where(at(tx, id))
        .execute();
  }

  /** Ends every session of the database that was not over. */
  static void endEvery(Tx tx) {
    tx.dsl().update(CONNECT_SESSION).set(CONNECT_SESSION.STATE, SessionState.EXPIRED.word())
        .set(CONNECT_SESSION.REASON, "restored")
        .where(CONNECT_SESSION.STATE.in(SessionState.PENDING.word(), SessionState.AUTHORIZED.word())).execute();
  }

  /** Sessions that ran out or have been over for a day. */
  List<Place> due(int most) {
    return vault.listReachable(dsl -> dsl.selectFrom(DUE_CONNECT_SESSIONS.call(most)).fetch(row -> new Place(
        new WorkspaceId(Objects.requireNonNull(row.getWorkspaceId())),
        new ConnectSessionId(Objects.requireNonNull(row.getSessionId())))));
  }

  /** Deletes a session that ran out more than a day ago, with its attempts; false when it is younger. */
  boolean deleteOld(Tx tx, ConnectSessionId id) {
    return tx.dsl().deleteFrom(CONNECT_SESSION).where(at(tx, id).and(CONNECT_SESSION.EXPIRES_AT.lt(ago(Duration.ofDays(1)))))
        .execute() == 1;
  }

  private static Condition at(Tx tx, ConnectSessionId id) {
    return CONNECT_SESSION.WORKSPACE_ID.eq(tx.workspace().value()).and(CONNECT_SESSION.SESSION_ID.eq(id.value()));
  }

  private ConnectSession session(Record row) {
    Long ago = row.get(AUTHORIZED_AGO);
    return new ConnectSession(new WorkspaceId(present(row, CONNECT_SESSION.WORKSPACE_ID)),
        new ConnectSessionId(present(row, CONNECT_SESSION.SESSION_ID)), present(row, CONNECT_SESSION.END_USER_ID),
        new ApiKeyId(present(row, CONNECT_SESSION.CREATED_BY)),
        Arrays.stream(present(row, CONNECT_SESSION.INTEGRATIONS)).map(IntegrationId::new).toList(),
        URI.create(present(row, CONNECT_SESSION.RETURN_URL)), present(row, CONNECT_SESSION.CODE_CHALLENGE),
        List.of(present(row, CONNECT_SESSION.SCOPES)), json.read(present(row, CONNECT_SESSION.PARAMS)),
        connection(row.get(CONNECT_SESSION.CONNECTION_ID)), present(row, CONNECT_SESSION.ALLOW_ACCOUNT_CHANGE),
        SessionState.of(present(row, CONNECT_SESSION.STATE)), row.get(CONNECT_SESSION.REASON),
        present(row, CONNECT_SESSION.ATTEMPTS),
        present(row, CONNECT_SESSION.ENTRIES), row.get(CONNECT_SESSION.FINISH_CODE_HASH),
        row.get(CONNECT_SESSION.AUTHORIZED_ATTEMPT_ID), row.get(CONNECT_SESSION.FINISH_HASH),
        connection(row.get(CONNECT_SESSION.RESULT_CONNECTION_ID)), present(row, CONNECT_SESSION.EXPIRES_AT).toInstant(),
        Duration.ofMillis(present(row, LEFT)), ago == null ? null : Duration.ofMillis(ago));
  }

  private static @Nullable ConnectionId connection(@Nullable UUID id) {
    return id == null ? null : new ConnectionId(id);
  }

  static <T> T present(Record row, Field<T> field) {
    return Objects.requireNonNull(row.get(field));
  }

  /** A new id. */
  static ConnectSessionId newId(Randomness randomness) {
    return new ConnectSessionId(randomness.uuidV7());
  }
}
