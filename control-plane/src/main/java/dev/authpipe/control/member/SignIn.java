package dev.authpipe.control.member;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditOutcome;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.member.password.PasswordHashes;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;

/**
 * Signs people in, step by step. Never tells an unknown address from a wrong password: not by the answer, the pauses or the work (S83).
 * Thread-safe.
 */
@Singleton
final class SignIn {
  static final Duration SECOND_STEP_AWAITED = Duration.ofMinutes(10);
  /** The word of events and rows for the first factor. */
  static final String PASSWORD = "password";
  static final String OIDC = "oidc";

  private final Database database;
  private final PasswordHashes passwords;
  private final Pauses pauses;
  private final Sessions sessions;
  private final SecondFactors factors;
  private final MailCodes codes;
  private final StrangerRefusals strangers;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  SignIn(Database database, PasswordHashes passwords, Pauses pauses, Sessions sessions, SecondFactors factors, MailCodes codes,
      StrangerRefusals strangers, AuditLog audit, Randomness randomness, Clock clock) {
    this.database = database;
    this.passwords = passwords;
    this.pauses = pauses;
    this.sessions = sessions;
    this.factors = factors;
    this.codes = codes;
    this.strangers = strangers;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /**
   * Signs in by password.
   *
   * @param before the session that the browser has now
   * @throws ProblemException {@code sign_in_failed}, {@code sign_in_paused}, {@code address_unverified}
   */
  SignInOutcome withPassword(EmailAddress email, SecretText password, @Nullable Session before, String requestId) {
    Person person = authenticate(email, password, requestId);
    if (!person.isVerified()) {
      codes.sendVerification(person);
      throw new ProblemException(ErrorCode.ADDRESS_UNVERIFIED);
    }
    return database.inWorkspace(Database.PLANE, tx -> proceed(tx, person, PASSWORD, before, requestId));
  }

  private Person authenticate(EmailAddress email, SecretText password, String requestId) {
    int failures = pauses.take(Pauses.Kind.PASSWORD, email.key());
    Optional<Person> found = database.inWorkspace(Database.PLANE, tx -> PersonStore.findByEmail(tx, email));
    return compare(email, found, password, failures, requestId);
  }

  /** Checks the password of somebody in particular. */
  Person authenticate(Person person, SecretText password, String requestId) {
    int failures = pauses.take(Pauses.Kind.PASSWORD, person.email().key());
    return compare(person.email(), Optional.of(person), password, failures, requestId);
  }

  /** Compares, whoever it is; a hash of another cost is made anew. */
  private Person compare(EmailAddress email, Optional<Person> found, SecretText password, int failures, String requestId) {
    String stored = found.map(Person::passwordHash).orElse(null);
    boolean matches = passwords.matches(stored, password);
    if (!matches || stored == null || found.isEmpty()) {
      database.run(Database.PLANE, tx -> found.ifPresentOrElse(
          person -> failed(tx, person, PASSWORD, failures, requestId), () -> strangers.refused(tx)));
      throw new ProblemException(ErrorCode.SIGN_IN_FAILED);
    }
    String renewed = passwords.isOutdated(stored) ? passwords.hash(password) : null;
    database.run(Database.PLANE, tx -> {
      pauses.clear(tx, Pauses.Kind.PASSWORD, email.key());
      if (renewed != null) {
        PersonStore.setPasswordHash(tx, found.get().id(), renewed);
      }
    });
    return found.get();
  }

  /** Goes on once the first factor was right: to the second, if the person has one, else into a session. */
  SignInOutcome proceed(Tx plane, Person person, String factor, @Nullable Session before, String requestId) {
    if (!person.hasSecondFactor()) {
      return new SignInOutcome.SignedIn(sessions.open(plane, person.id(), factor, before, requestId));
    }
    SecretText secret = randomness.base64url256();
    SessionStore.insertStep(plane, SecretHash.of(secret), new SessionStore.Step(person.id(), factor),
        clock.instant().plus(SECOND_STEP_AWAITED));
    return new SignInOutcome.SecondStepAwaited(secret);
  }

  /**
   * Completes a sign-in with a code of the authenticator or a recovery code.
   *
   * @param awaited what the cookie of the step holds
   */
  SecretText secondStep(SecretText awaited, SecretText code, @Nullable Session before, String requestId) {
    SessionStore.Step step = database
        .inWorkspace(Database.PLANE, tx -> SessionStore.findStep(tx, SecretHash.of(awaited), clock.instant()))
        .orElseThrow(() -> new ProblemException(ErrorCode.SIGN_IN_FAILED));
    int failures = pauses.take(Pauses.Kind.SECOND_FACTOR, step.person().toString());
    SecretText opened = database.inWorkspace(Database.PLANE, tx -> {
      Person person = PersonStore.find(tx, step.person()).orElseThrow(() -> new ProblemException(ErrorCode.SIGN_IN_FAILED));
      SecondFactors.Check check = factors.check(tx, person.id(), code, requestId);
      if (check == SecondFactors.Check.WRONG) {
        failed(tx, person, "totp", failures, requestId);
        return null;
      }
      if (!SessionStore.deleteStep(tx, SecretHash.of(awaited))) {
        throw new ProblemException(ErrorCode.SIGN_IN_FAILED);
      }
      pauses.clear(tx, Pauses.Kind.SECOND_FACTOR, person.id().toString());
      return sessions.open(tx, person.id(), check.word(), before, requestId);
    });
    if (opened == null) {
      throw new ProblemException(ErrorCode.SIGN_IN_FAILED);
    }
    return opened;
  }

  private void failed(Tx plane, Person person, String factor, int failures, String requestId) {
    audit.append(plane, AuditEntry.of(AuditType.SIGN_IN_FAILED, AuditActor.stranger(), AuditObject.person(person.id()))
        .detail(AuditDetail.FACTOR, factor).detail(AuditDetail.FAILURES, failures).outcome(AuditOutcome.REFUSED)
        .reason("wrong_" + factor).requestId(requestId).build());
    Duration pause = Pauses.pause(failures);
    if (pause.isPositive()) {
      audit.append(plane, AuditEntry.of(AuditType.SIGN_IN_LOCKED, AuditActor.system("member"), AuditObject.person(person.id()))
          .detail(AuditDetail.FAILURES, failures).detail(AuditDetail.EXPIRES_AT, clock.instant().plus(pause))
          .requestId(requestId).build());
    }
  }
}
