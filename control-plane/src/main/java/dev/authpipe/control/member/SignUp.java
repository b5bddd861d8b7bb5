package dev.authpipe.control.member;

import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

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
import dev.authpipe.control.http.Session;
import dev.authpipe.control.member.password.PasswordHashes;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;

/**
 * Makes accounts, always by invitation. A code that went by mail proves the address; after any other the address has to be verified, with the
 * password, before anything else. Never joins a new account with one that is there. Thread-safe.
 */
@Singleton
final class SignUp {
  private final Database database;
  private final Invitations invitations;
  private final PasswordHashes passwords;
  private final SignIn signIn;
  private final MailCodes codes;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  SignUp(Database database, Invitations invitations, PasswordHashes passwords, SignIn signIn, MailCodes codes, AuditLog audit,
      Randomness randomness, Clock clock) {
    this.database = database;
    this.invitations = invitations;
    this.passwords = passwords;
    this.signIn = signIn;
    this.codes = codes;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** Registers with a password; empty: the address has to be verified first. */
  Optional<SignInOutcome> withPassword(SecretText invitationCode, String displayName, SecretText password,
      @Nullable Session before, String requestId) {
    InvitationStore.Row open = invitations.read(invitationCode);
    PasswordRules.check(password, open.email());
    String passwordHash = passwords.hash(password);
    Person made = database.inWorkspace(Database.PLANE, tx -> {
      Invitations.Used used = invitations.use(tx, SecretHash.of(invitationCode));
      return register(tx, used, displayName, passwordHash, used.row().mailed(), requestId);
    });
    if (!made.isVerified()) {
      codes.sendVerification(made);
      return Optional.empty();
    }
    return Optional.of(database.inWorkspace(Database.PLANE, tx -> signIn.proceed(tx, made, SignIn.PASSWORD, before, requestId)));
  }

  /**
   * Makes the person of an invitation and their membership.
   *
   * @param passwordHash null: they sign in otherwise
   * @param proved       whether the address is proved already
   */
  Person register(Tx plane, Invitations.Used used, String displayName, @Nullable String passwordHash, boolean proved,
      String requestId) {
    InvitationStore.Row invitation = used.row();
    if (PersonStore.findVerified(plane, invitation.email()).isPresent()) {
      throw new ProblemException(ErrorCode.CONFLICT,
          "There is an account with this address: sign in, then accept the invitation.");
    }
    UUID id = randomness.uuidV4();
    Person person = new Person(id, invitation.email(), displayName, proved ? clock.instant() : null, passwordHash, null,
        clock.instant(), null);
    PersonStore.insert(plane, person);
    audit.append(plane, AuditEntry.of(AuditType.PERSON_CREATED, AuditActor.person(id), AuditObject.person(id))
        .detail(AuditDetail.FACTOR, passwordHash == null ? SignIn.OIDC : SignIn.PASSWORD).requestId(requestId).build());
    if (proved) {
      verified(plane, id, requestId);
    }
    invitations.join(plane, used, id, requestId);
    return person;
  }

  /**
   * Proves an address with the code that was sent there and the password of the account: who gets a code for an account of somebody else
   * cannot help them into it.
   */
  SignInOutcome verify(SecretText code, SecretText password, @Nullable Session before, String requestId) {
    Person claimed = database.inWorkspace(Database.PLANE,
        tx -> MailCodeStore.find(tx, SecretHash.of(code), MailCodeStore.Purpose.VERIFY, clock.instant())
            .flatMap(id -> PersonStore.find(tx, id)))
        .orElseThrow(() -> new ProblemException(ErrorCode.CODE_INVALID));
    signIn.authenticate(claimed, password, requestId);
    return database.inWorkspace(Database.PLANE, tx -> {
      UUID id = MailCodeStore.use(tx, SecretHash.of(code), MailCodeStore.Purpose.VERIFY, clock.instant())
          .orElseThrow(() -> new ProblemException(ErrorCode.CODE_INVALID));
      PersonStore.verify(tx, id, clock.instant());
      verified(tx, id, requestId);
      Person person = PersonStore.find(tx, id).orElseThrow(() -> new ProblemException(ErrorCode.CODE_INVALID));
      return signIn.proceed(tx, person, SignIn.PASSWORD, before, requestId);
    });
  }

  private void verified(Tx plane, UUID id, String requestId) {
    audit.append(plane,
        AuditEntry.of(AuditType.PERSON_VERIFIED, AuditActor.person(id), AuditObject.person(id)).requestId(requestId).build());
  }
}
