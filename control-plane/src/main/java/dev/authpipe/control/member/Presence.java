package dev.authpipe.control.member;

import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.secret.SecretText;

/**
 * Makes sure that it is the person themselves, and not somebody at their open browser, before what cannot be taken back: by the password, or
 * a code where there is no password, or a session younger than ten minutes where there is neither.
 */
@Singleton
final class Presence {
  private static final Duration FRESH = Duration.ofMinutes(10);

  private final Database database;
  private final SignIn signIn;
  private final SecondFactors factors;
  private final Pauses pauses;
  private final Sessions sessions;
  private final Clock clock;

  Presence(Database database, SignIn signIn, SecondFactors factors, Pauses pauses, Sessions sessions, Clock clock) {
    this.database = database;
    this.signIn = signIn;
    this.factors = factors;
    this.pauses = pauses;
    this.sessions = sessions;
    this.clock = clock;
  }

  /**
   * The person of a session, present.
   *
   * @throws ProblemException {@code sign_in_failed}, {@code sign_in_paused}
   */
  Person prove(Session session, @Nullable SecretText password, @Nullable SecretText code, String requestId) {
    Person person = person(session);
    if (person.passwordHash() != null) {
      return signIn.authenticate(person, needed(password), requestId);
    }
    if (person.hasSecondFactor()) {
      proveFactor(person, needed(code), requestId);
      return person;
    }
    UUID id = session.id();
    boolean fresh = database.inWorkspace(Database.PLANE, tx -> sessions.ofPerson(tx, person.id()).stream()
        .anyMatch(row -> row.id().equals(id) && row.createdAt().isAfter(clock.instant().minus(FRESH))));
    if (!fresh) {
      throw new ProblemException(ErrorCode.SIGN_IN_FAILED, "Sign in again first.");
    }
    return person;
  }

  /** As the name says, with the second factor. */
  void proveFactor(Person person, SecretText code, String requestId) {
    pauses.take(Pauses.Kind.SECOND_FACTOR, person.id().toString());
    SecondFactors.Check check = database.inWorkspace(Database.PLANE, tx -> {
      SecondFactors.Check found = factors.check(tx, person.id(), code, requestId);
      if (found != SecondFactors.Check.WRONG) {
        pauses.clear(tx, Pauses.Kind.SECOND_FACTOR, person.id().toString());
      }
      return found;
    });
    if (check == SecondFactors.Check.WRONG) {
      throw new ProblemException(ErrorCode.SIGN_IN_FAILED);
    }
  }

  /** The person of a session. */
  Person person(Session session) {
    return database.inWorkspace(Database.PLANE, tx -> PersonStore.find(tx, session.person()))
        .orElseThrow(() -> new ProblemException(ErrorCode.UNAUTHENTICATED));
  }

  private static SecretText needed(@Nullable SecretText proof) {
    if (proof == null) {
      throw new ProblemException(ErrorCode.SIGN_IN_FAILED);
    }
    return proof;
  }
}
