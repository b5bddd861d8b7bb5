package dev.authpipe.proxy.connect;

import static dev.authpipe.db.vault.Tables.CONNECT_ATTEMPT;
import static dev.authpipe.db.vault.Tables.CONNECT_SESSION;
import static dev.authpipe.db.vault.Tables.FIND_CONNECT_ATTEMPT;
import static dev.authpipe.proxy.connect.SessionStore.present;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

import jakarta.inject.Singleton;
import org.jooq.Condition;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.wire.ConnectSessionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of connect attempts. A state leads to its attempt once: taking is one statement. */
@Singleton
final class AttemptStore {
  private static final int PAGE = 100;

  /** Which attempt, in which workspace. */
  record Place(WorkspaceId workspace, UUID attempt) {}

  private final VaultDatabase vault;
  private final JsonText json;
  private final KnownPlaces<Place> places = new KnownPlaces<>();

  AttemptStore(VaultDatabase vault, JsonText json) {
    this.vault = vault;
    this.json = json;
  }

  /** Inserts an attempt; {@code stateHash} is null for a key, which has no callback. */
  void insert(Tx tx, ConnectAttempt attempt, byte @Nullable [] stateHash, Duration lifetime) {
    if (stateHash != null) {
      tx.afterCommit(() -> places.remember(stateHash, new Place(tx.workspace(), attempt.id())));
    }
    tx.dsl().insertInto(CONNECT_ATTEMPT).set(CONNECT_ATTEMPT.WORKSPACE_ID, tx.workspace().value())
        .set(CONNECT_ATTEMPT.ATTEMPT_ID, attempt.id()).set(CONNECT_ATTEMPT.SESSION_ID, attempt.session().value())
        .set(CONNECT_ATTEMPT.INTEGRATION_ID, attempt.integration().value()).set(CONNECT_ATTEMPT.STATE_HASH, stateHash)
        .set(CONNECT_ATTEMPT.BROWSER_HASH, attempt.browserHash()).set(CONNECT_ATTEMPT.EXPECTED_ISSUER, attempt.expectedIssuer())
        .set(CONNECT_ATTEMPT.ISSUER_REQUIRED, attempt.issuerRequired())
        .set(CONNECT_ATTEMPT.REDIRECT_URI, attempt.redirectUri() == null ? null : attempt.redirectUri().toString())
        .set(CONNECT_ATTEMPT.TOKEN_ENDPOINT, attempt.tokenEndpoint()).set(CONNECT_ATTEMPT.PARAMS, json.write(attempt.params()))
        .set(CONNECT_ATTEMPT.SCOPES, attempt.scopes().toArray(String[]::new))
        .set(CONNECT_ATTEMPT.SEALED_VERIFIER, attempt.sealedVerifier()).set(CONNECT_ATTEMPT.SEALED_CODE, attempt.sealedCode())
        .set(CONNECT_ATTEMPT.STATE, attempt.state().word()).set(CONNECT_ATTEMPT.EXPIRES_AT, SessionStore.ahead(lifetime))
        .execute();
  }

  /** Ends every attempt of the database that was not over, and erases what was sealed for it. */
  static void endEvery(Tx tx) {
    tx.dsl().update(CONNECT_ATTEMPT).set(CONNECT_ATTEMPT.STATE, AttemptState.FAILED.word())
        .set(CONNECT_ATTEMPT.REASON, "restored")
        .setNull(CONNECT_ATTEMPT.SEALED_CODE).setNull(CONNECT_ATTEMPT.SEALED_VERIFIER)
        .where(CONNECT_ATTEMPT.STATE.in(AttemptState.OPEN.word(), AttemptState.TAKEN.word(), AttemptState.AUTHORIZED.word(),
            AttemptState.EXCHANGING.word()))
        .execute();
  }

  /** Which attempt a state's hash belongs to, whether or not it was used. */
  Optional<Place> find(byte[] stateHash) {
    return places.find(stateHash,
        hash -> vault.findAnywhere(dsl -> dsl.selectFrom(FIND_CONNECT_ATTEMPT.call(hash)).fetchOptional(
            row -> new Place(new WorkspaceId(Objects.requireNonNull(row.getWorkspaceId())),
                Objects.requireNonNull(row.getAttemptId())))));
  }

  /** Takes an open attempt that has not run out; empty for everybody but the first. */
  Optional<ConnectAttempt> take(Tx tx, UUID attempt) {
    return tx.dsl().update(CONNECT_ATTEMPT).set(CONNECT_ATTEMPT.STATE, AttemptState.TAKEN.word())
        .set(CONNECT_ATTEMPT.TAKEN_AT, SessionStore.now())
        .where(at(tx, attempt).and(CONNECT_ATTEMPT.STATE.eq(AttemptState.OPEN.word()))
            .and(CONNECT_ATTEMPT.EXPIRES_AT.gt(SessionStore.now())))
        .returningResult(CONNECT_ATTEMPT.fields()).fetchOptional().map(this::attempt);
  }

  /** The attempt. */
  Optional<ConnectAttempt> read(Tx tx, UUID attempt) {
    return tx.dsl().select(CONNECT_ATTEMPT.fields()).from(CONNECT_ATTEMPT).where(at(tx, attempt)).fetchOptional()
        .map(this::attempt);
  }

  /** Keeps the sealed code and what else the callback brought. */
  void authorized(Tx tx, UUID attempt, byte[] sealedCode, Map<String, String> callbackParams) {
    tx.dsl().update(CONNECT_ATTEMPT).set(CONNECT_ATTEMPT.STATE, AttemptState.AUTHORIZED.word())
        .set(CONNECT_ATTEMPT.SEALED_CODE, sealedCode).set(CONNECT_ATTEMPT.CALLBACK_PARAMS, json.write(callbackParams))
        .where(at(tx, attempt)).execute();
  }

  /** The intent: from here on a token endpoint may have been asked. */
  void exchanging(Tx tx, UUID attempt) {
    tx.dsl().update(CONNECT_ATTEMPT).set(CONNECT_ATTEMPT.STATE, AttemptState.EXCHANGING.word())
        .set(CONNECT_ATTEMPT.SENT_AT, SessionStore.now()).where(at(tx, attempt)).execute();
  }

  /** Takes the intent back: the code was certainly not used. */
  void authorizedAgain(Tx tx, UUID attempt) {
    tx.dsl().update(CONNECT_ATTEMPT).set(CONNECT_ATTEMPT.STATE, AttemptState.AUTHORIZED.word()).setNull(CONNECT_ATTEMPT.SENT_AT)
        .where(at(tx, attempt)).execute();
  }

  /** Whether the exchange of an attempt began longer ago than it can take: its process is gone. */
  boolean exchangeAbandoned(Tx tx, UUID attempt, Duration longest) {
    return tx.dsl().fetchExists(CONNECT_ATTEMPT, at(tx, attempt).and(CONNECT_ATTEMPT.STATE.eq(AttemptState.EXCHANGING.word()))
        .and(CONNECT_ATTEMPT.SENT_AT.lt(SessionStore.ago(longest))));
  }

  /** Ends an attempt; its sealed secrets go. */
  void ended(Tx tx, UUID attempt, AttemptState state, @Nullable String reason) {
    tx.dsl().update(CONNECT_ATTEMPT).set(CONNECT_ATTEMPT.STATE, state.word()).set(CONNECT_ATTEMPT.REASON, reason)
        .setNull(CONNECT_ATTEMPT.SEALED_CODE).setNull(CONNECT_ATTEMPT.SEALED_VERIFIER).where(at(tx, attempt)).execute();
  }

  /** Ends every attempt of a session that is not over; their sealed secrets go. */
  void endAll(Tx tx, ConnectSessionId session, AttemptState state, @Nullable String reason) {
    tx.dsl().update(CONNECT_ATTEMPT).set(CONNECT_ATTEMPT.STATE, state.word()).set(CONNECT_ATTEMPT.REASON, reason)
        .setNull(CONNECT_ATTEMPT.SEALED_CODE).setNull(CONNECT_ATTEMPT.SEALED_VERIFIER)
        .where(CONNECT_ATTEMPT.WORKSPACE_ID.eq(tx.workspace().value()).and(CONNECT_ATTEMPT.SESSION_ID.eq(session.value()))
            .and(CONNECT_ATTEMPT.STATE.in(AttemptState.OPEN.word(), AttemptState.TAKEN.word(), AttemptState.AUTHORIZED.word(),
                AttemptState.EXCHANGING.word())))
        .execute();
  }

  private static Condition at(Tx tx, UUID attempt) {
    return CONNECT_ATTEMPT.WORKSPACE_ID.eq(tx.workspace().value()).and(CONNECT_ATTEMPT.ATTEMPT_ID.eq(attempt));
  }

  private ConnectAttempt attempt(Record row) {
    String redirect = row.get(CONNECT_ATTEMPT.REDIRECT_URI);
    return new ConnectAttempt(new WorkspaceId(present(row, CONNECT_ATTEMPT.WORKSPACE_ID)),
        present(row, CONNECT_ATTEMPT.ATTEMPT_ID),
        new ConnectSessionId(present(row, CONNECT_ATTEMPT.SESSION_ID)),
        new IntegrationId(present(row, CONNECT_ATTEMPT.INTEGRATION_ID)),
        present(row, CONNECT_ATTEMPT.BROWSER_HASH), row.get(CONNECT_ATTEMPT.EXPECTED_ISSUER),
        present(row, CONNECT_ATTEMPT.ISSUER_REQUIRED), redirect == null ? null : URI.create(redirect),
        row.get(CONNECT_ATTEMPT.TOKEN_ENDPOINT), json.read(present(row, CONNECT_ATTEMPT.PARAMS)),
        List.of(present(row, CONNECT_ATTEMPT.SCOPES)), row.get(CONNECT_ATTEMPT.SEALED_VERIFIER),
        row.get(CONNECT_ATTEMPT.SEALED_CODE),
        json.read(present(row, CONNECT_ATTEMPT.CALLBACK_PARAMS)), AttemptState.of(present(row, CONNECT_ATTEMPT.STATE)));
  }

  /** Shows every attempt of the transaction's workspace that has sealed bytes, with the person of its session. */
  void each(Tx tx, BiConsumer<ConnectAttempt, UUID> visitor) {
    var attempts = tx.dsl().select(CONNECT_ATTEMPT.fields()).select(CONNECT_SESSION.END_USER_ID).from(CONNECT_ATTEMPT)
        .join(CONNECT_SESSION).on(CONNECT_SESSION.WORKSPACE_ID.eq(CONNECT_ATTEMPT.WORKSPACE_ID),
            CONNECT_SESSION.SESSION_ID.eq(CONNECT_ATTEMPT.SESSION_ID))
        .where(CONNECT_ATTEMPT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CONNECT_ATTEMPT.SEALED_VERIFIER.isNotNull().or(CONNECT_ATTEMPT.SEALED_CODE.isNotNull()));
    try (var rows = attempts.fetchSize(PAGE).fetchLazy()) {
      rows.forEach(row -> visitor.accept(attempt(row), present(row, CONNECT_SESSION.END_USER_ID)));
    }
  }

  /** How many sealed records name which key. */
  static Map<KeyId, Long> counts(Tx tx) {
    return KeyId.sum(KeyId.counts(tx, CONNECT_ATTEMPT, CONNECT_ATTEMPT.WORKSPACE_ID, CONNECT_ATTEMPT.SEALED_VERIFIER),
        KeyId.counts(tx, CONNECT_ATTEMPT, CONNECT_ATTEMPT.WORKSPACE_ID, CONNECT_ATTEMPT.SEALED_CODE));
  }

  /** How many records of the transaction's workspace name another key. */
  static long sealedOtherwise(Tx tx, KeyId present) {
    return tx.dsl().fetchCount(CONNECT_ATTEMPT, CONNECT_ATTEMPT.WORKSPACE_ID.eq(tx.workspace().value())
        .and(present.differs(CONNECT_ATTEMPT.SEALED_VERIFIER).or(present.differs(CONNECT_ATTEMPT.SEALED_CODE))));
  }
}
