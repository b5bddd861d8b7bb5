package dev.authpipe.control.member;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.wire.WorkspaceId;

/**
 * Sessions on the server (S80): 256 random bits in a cookie, their hash in the store, 30 minutes without use and 12 hours in all. Every use is
 * confirmed by the store, so that one that ended is dead at once. Never extends the 12 hours. Thread-safe.
 */
@Singleton
final class Sessions {
  static final Duration IDLE = Duration.ofMinutes(30);
  static final Duration ABSOLUTE = Duration.ofHours(12);
  private static final Duration TOUCHED_EVERY = Duration.ofMinutes(1);

  private final Database database;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  Sessions(Database database, AuditLog audit, Randomness randomness, Clock clock) {
    this.database = database;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /**
   * Begins a session; the one that the browser had before ends.
   *
   * @param plane bound to the plane
   * @return what the cookie has to hold
   */
  SecretText open(Tx plane, UUID person, String factor, @Nullable Session before, String requestId) {
    Instant now = clock.instant();
    if (before != null) {
      SessionStore.delete(plane, before.id());
    }
    boolean first = PersonStore.signedIn(plane, person, now);
    SecretText secret = randomness.base64url256();
    UUID id = randomness.uuidV4();
    SessionStore.insert(plane, new SessionStore.Row(id, person, first, now, now), SecretHash.of(secret));
    audit.append(plane, AuditEntry.of(AuditType.SIGNED_IN, AuditActor.person(person), AuditObject.person(person))
        .detail(AuditDetail.SESSION, id).detail(AuditDetail.FACTOR, factor).requestId(requestId).build());
    return secret;
  }

  /** The session of a cookie, if it is alive. */
  Optional<Session> find(SecretText secret) {
    Instant now = clock.instant();
    return database.inWorkspace(Database.PLANE,
        tx -> SessionStore.find(tx, SecretHash.of(secret), now.minus(ABSOLUTE), now.minus(IDLE))
            .map(row -> session(tx, row, secret, now)));
  }

  private static Session session(Tx tx, SessionStore.Row row, SecretText secret, Instant now) {
    if (row.lastUsedAt().isBefore(now.minus(TOUCHED_EVERY))) {
      SessionStore.touch(tx, row.id(), now);
    }
    Map<WorkspaceId, Role> roles = MemberStore.rolesOf(tx, row.person());
    boolean owes = !row.first() && roles.values().stream().anyMatch(SecondFactors::isNeededAs)
        && !PersonStore.find(tx, row.person()).map(Person::hasSecondFactor).orElse(Boolean.FALSE);
    return new Session(row.id(), row.person(), owes ? Map.of() : roles, csrfToken(secret), owes);
  }

  /** Gives a session another id, as at every change of what it may do (S83: fixation). */
  SecretText replace(Tx plane, Session session) {
    SecretText secret = randomness.base64url256();
    if (!SessionStore.replace(plane, session.id(), randomness.uuidV4(), SecretHash.of(secret))) {
      throw new ProblemException(ErrorCode.UNAUTHENTICATED);
    }
    return secret;
  }

  /** Ends a session at the wish of its person. */
  void end(Tx plane, Session session, String requestId) {
    int ended = SessionStore.delete(plane, session.id());
    audit.append(plane, signedOut(AuditActor.of(session), session.person(), ended).detail(AuditDetail.SESSION, session.id())
        .requestId(requestId).build());
  }

  /** Ends all sessions of a person, or all but one; answers how many. */
  int endAll(Tx plane, UUID person, @Nullable UUID but) {
    return SessionStore.deleteOfPerson(plane, person, but);
  }

  /** As {@link #endAll}, with an event of its own. */
  void endAllBy(Tx plane, AuditActor actor, UUID person, @Nullable UUID but, String requestId) {
    audit.append(plane, signedOut(actor, person, endAll(plane, person, but)).requestId(requestId).build());
  }

  /** Sessions that are alive. */
  List<SessionStore.Row> ofPerson(Tx plane, UUID person) {
    Instant now = clock.instant();
    return SessionStore.ofPerson(plane, person, now.minus(ABSOLUTE), now.minus(IDLE));
  }

  void deleteExpired(Tx plane) {
    Instant now = clock.instant();
    SessionStore.deleteExpired(plane, now.minus(ABSOLUTE), now.minus(IDLE), now);
  }

  private static AuditEntry.Builder signedOut(AuditActor actor, UUID person, int ended) {
    return AuditEntry.of(AuditType.SIGNED_OUT, actor, AuditObject.person(person)).detail(AuditDetail.SESSIONS, ended);
  }

  /** Derived from the cookie's secret: bound to the session, new with each id, and nothing to store. */
  private static SecretText csrfToken(SecretText secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.exposeUtf8(), "HmacSHA256"));
      byte[] bytes = mac.doFinal("csrf".getBytes(StandardCharsets.US_ASCII));
      return SecretText.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
