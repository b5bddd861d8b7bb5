package dev.authpipe.control.member;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.egress.Outbound;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ListenerSettings;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.member.oidc.OidcAnswer;
import dev.authpipe.control.member.oidc.OidcClient;
import dev.authpipe.control.member.oidc.OidcException;
import dev.authpipe.control.member.oidc.OidcSettings;
import dev.authpipe.control.member.oidc.OidcTransaction;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;

/**
 * Sign-in at the OpenID provider. An identity leads to the person it is linked to and to nobody else: a matching address links nothing. It is
 * linked when it registers by invitation, or when a person of the same address, verified on both sides, signs in otherwise and wants it.
 * Thread-safe.
 */
@Singleton
final class OidcSignIn {
  static final Duration AWAY = Duration.ofMinutes(10);
  private static final int LONGEST_NAME = 100;

  private final @Nullable OidcClient client;
  private final Database database;
  private final SignIn signIn;
  private final SignUp signUp;
  private final Invitations invitations;
  private final Sessions sessions;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  OidcSignIn(PeopleSettings settings, ListenerSettings listeners, Outbound outbound, Ticker ticker, Database database,
      SignIn signIn,
      SignUp signUp, Invitations invitations, Sessions sessions, AuditLog audit, Randomness randomness, Clock clock) {
    OidcSettings oidc = settings.oidc();
    this.client = oidc == null ? null : new OidcClient(oidc, listeners.publicUrl(), outbound, ticker);
    this.database = database;
    this.signIn = signIn;
    this.signUp = signUp;
    this.invitations = invitations;
    this.sessions = sessions;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** Where the browser goes, and what its cookie has to hold until it is back. */
  record Departure(URI location, SecretText secret) {}

  /** What became of a trip. */
  sealed interface Return {
    /** The identity is somebody's. */
    record Known(SignInOutcome outcome) implements Return {}

    /** The identity is nobody's yet; the secret is for the cookie with which a person may link it. */
    record Offered(SecretText secret) implements Return {}
  }

  /** What the button says; empty: there is no provider. */
  Optional<String> name() {
    return Optional.ofNullable(client).map(OidcClient::name);
  }

  /** Begins a trip. */
  Departure depart(@Nullable SecretText invitationCode) {
    SecretText secret = randomness.base64url256();
    URI location = at().authorize(new OidcTransaction(secret));
    database.run(Database.PLANE, tx -> IdentityStore.begin(tx, SecretHash.of(secret),
        invitationCode == null ? null : SecretHash.of(invitationCode), clock.instant().plus(AWAY)));
    return new Departure(location, secret);
  }

  /**
   * Ends a trip, once.
   *
   * @throws OidcException    if the provider, or what the browser brought, is not to be believed
   * @throws ProblemException if there is nobody to sign in
   */
  Return arrive(SecretText secret, Map<String, List<String>> query, String requestId) {
    IdentityStore.Transaction transaction = database
        .inWorkspace(Database.PLANE, tx -> IdentityStore.use(tx, SecretHash.of(secret), clock.instant()))
        .orElseThrow(() -> new ProblemException(ErrorCode.SIGN_IN_FAILED));
    OidcAnswer answer = at().finish(new OidcTransaction(secret), query);
    return database.inWorkspace(Database.PLANE, tx -> arrived(tx, answer, transaction.invitationHash(), requestId));
  }

  private Return arrived(Tx tx, OidcAnswer answer, byte @Nullable [] invitationHash, String requestId) {
    IdentityStore.Identity identity = new IdentityStore.Identity(answer.issuer(), answer.subject());
    Optional<Person> known = IdentityStore.person(tx, identity).flatMap(id -> PersonStore.find(tx, id));
    if (known.isPresent()) {
      return new Return.Known(signIn.proceed(tx, known.get(), SignIn.OIDC, null, requestId));
    }
    String text = answer.email();
    EmailAddress email = text == null ? null : EmailAddress.of(text).orElse(null);
    if (email == null) {
      throw new ProblemException(ErrorCode.SIGN_IN_FAILED);
    }
    if (invitationHash != null && PersonStore.findVerified(tx, email).isEmpty()) {
      Invitations.Used used = invitations.use(tx, invitationHash);
      if (!used.row().email().key().equals(email.key())) {
        throw new ProblemException(ErrorCode.CODE_INVALID);
      }
      Person made = signUp.register(tx, used, displayName(answer, email), null, true, requestId);
      link(tx, identity, made, requestId);
      return new Return.Known(signIn.proceed(tx, made, SignIn.OIDC, null, requestId));
    }
    SecretText offer = randomness.base64url256();
    IdentityStore.offer(tx, SecretHash.of(offer), new IdentityStore.Offer(identity, email.key()), clock.instant().plus(AWAY));
    return new Return.Offered(offer);
  }

  /** Links the identity of an offer to who is signed in; answers the secret of the session's new id. */
  SecretText link(Session session, SecretText offer, String requestId) {
    return database.inWorkspace(Database.PLANE, tx -> {
      IdentityStore.Offer taken = IdentityStore.takeOffer(tx, SecretHash.of(offer), clock.instant())
          .orElseThrow(() -> new ProblemException(ErrorCode.CODE_INVALID));
      Person person = PersonStore.find(tx, session.person())
          .filter(found -> found.isVerified() && found.email().key().equals(taken.emailKey()))
          .orElseThrow(() -> new ProblemException(ErrorCode.IDENTITY_NOT_LINKABLE));
      link(tx, taken.identity(), person, requestId);
      return sessions.replace(tx, session);
    });
  }

  private void link(Tx tx, IdentityStore.Identity identity, Person person, String requestId) {
    if (!IdentityStore.link(tx, identity, person.id(), clock.instant())) {
      throw new ProblemException(ErrorCode.IDENTITY_NOT_LINKABLE);
    }
    audit.append(tx, AuditEntry.of(AuditType.IDENTITY_LINKED, AuditActor.person(person.id()), AuditObject.person(person.id()))
        .requestId(requestId).build());
  }

  private OidcClient at() {
    if (client == null) {
      throw new ProblemException(ErrorCode.CONFLICT, "There is no OpenID provider to sign in with.");
    }
    return client;
  }

  private static String displayName(OidcAnswer answer, EmailAddress email) {
    String name = answer.displayName();
    return name != null && Fields.isName(name)
        ? name
        : email.text().substring(0, Math.min(LONGEST_NAME, email.text().indexOf('@')));
  }
}
