package dev.authpipe.proxy.connect;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.AuthorizeProfile;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.HashPurpose;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.People;

/**
 * Decides, under the session's lock, whether a request may finish it, and writes the intent in the same transaction. Never lets a second
 * request exchange.
 */
@Singleton
final class FinishClaims {
  /** Longer than a token endpoint and the commit after it can take: whoever began then is gone. */
  static final Duration LONGEST_EXCHANGE = Duration.ofSeconds(90);
  private final SessionStore sessions;
  private final AttemptStore attempts;
  private final People people;
  private final Configuration configuration;
  private final DeploymentKeys keys;
  private final ConnectSettings settings;
  private final ConnectAudit audit;

  FinishClaims(SessionStore sessions, AttemptStore attempts, People people, Configuration configuration, DeploymentKeys keys,
      ConnectSettings settings, ConnectAudit audit) {
    this.sessions = sessions;
    this.attempts = attempts;
    this.people = people;
    this.configuration = configuration;
    this.keys = keys;
    this.settings = settings;
    this.audit = audit;
  }

  FinishClaim claim(Tx tx, FinishAttempt asked) {
    Optional<ConnectSession> found = sessions.read(tx, asked.session(), true)
        .filter(session -> Sessions.visible(asked.caller(), session));
    if (found.isEmpty()) {
      return new FinishClaim.Refused(ErrorCode.NOT_FOUND);
    }
    ConnectSession session = found.get();
    boolean same = session.finishHash() != null && MessageDigest.isEqual(session.finishHash(), asked.hash());
    return switch (session.state()) {
      case FINISHED -> same
          ? new FinishClaim.Done(Objects.requireNonNull(session.result()))
          : refuse(tx, session, null, asked, ErrorCode.FINISH_CHANGED);
      case FAILED -> same
          ? new FinishClaim.Refused(
              Optional.ofNullable(session.reason()).flatMap(ErrorCode::of).orElse(ErrorCode.FINISH_CODE_INVALID))
          : refuse(tx, session, null, asked, ErrorCode.FINISH_CODE_INVALID);
      case PENDING, EXPIRED -> refuse(tx, session, null, asked, ErrorCode.FINISH_CODE_INVALID);
      case AUTHORIZED -> authorized(tx, session, asked);
    };
  }

  private FinishClaim authorized(Tx tx, ConnectSession session, FinishAttempt asked) {
    ConnectAttempt attempt = attempts.read(tx, Objects.requireNonNull(session.authorizedAttempt())).orElseThrow();
    byte[] expected = Objects.requireNonNull(session.finishCodeHash());
    if (!MessageDigest.isEqual(expected, keys.hash(HashPurpose.FINISH_CODE, asked.finishCode()))) {
      return refuse(tx, session, attempt, asked, ErrorCode.FINISH_CODE_INVALID);
    }
    if (!challengeHolds(session.codeChallenge(), asked.codeVerifier())) {
      return end(tx, session, attempt, asked, ErrorCode.VERIFIER_MISMATCH);
    }
    Optional<EndUser> person = people.find(tx, session.endUserId());
    if (person.isEmpty() || !person.get().identifier().equals(asked.endUserIdentifier())) {
      return end(tx, session, attempt, asked, ErrorCode.END_USER_MISMATCH);
    }
    if (attempt.state() == AttemptState.EXCHANGING) {
      return attempts.exchangeAbandoned(tx, attempt.id(), LONGEST_EXCHANGE)
          ? interrupted(tx, session, attempt, asked)
          : new FinishClaim.UnderWay();
    }
    if (!session.authorizedWithin(finishWithin(attempt))) {
      attempts.endAll(tx, session.id(), AttemptState.FAILED, "not_finished");
      sessions.ended(tx, session.id(), SessionState.EXPIRED, "not_finished");
      return refuse(tx, session, attempt, asked, ErrorCode.FINISH_CODE_INVALID);
    }
    attempts.exchanging(tx, attempt.id());
    sessions.accept(tx, session.id(), asked.hash());
    return new FinishClaim.Granted(session, attempt, person.get());
  }

  /** Two minutes, or less where the provider's codes live shorter. */
  private Duration finishWithin(ConnectAttempt attempt) {
    AuthorizeProfile profile = configuration.integration(attempt.integration()).map(found -> found.provider().authorize())
        .orElse(null);
    boolean shorter = profile != null && profile.codeLifetime().compareTo(settings.finishWithin()) < 0;
    return shorter && profile != null ? profile.codeLifetime() : settings.finishWithin();
  }

  /** S256 of the verifier equals the session's challenge, compared in constant time (RFC 7636 section 4.6). */
  private static boolean challengeHolds(String codeChallenge, SecretText codeVerifier) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(codeVerifier.exposeUtf8());
      byte[] made = Base64.getUrlEncoder().withoutPadding().encode(digest);
      return MessageDigest.isEqual(made, codeChallenge.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /** Another process sent the code and never came back: nobody knows what the provider did, so the code is not sent again. */
  private FinishClaim interrupted(Tx tx, ConnectSession session, ConnectAttempt attempt, FinishAttempt asked) {
    attempts.ended(tx, attempt.id(), AttemptState.FAILED, "exchange_interrupted");
    sessions.ended(tx, session.id(), SessionState.FAILED, ErrorCode.PROVIDER_TIMEOUT.code());
    audit.failed(tx, session, attempt, asked.caller().actor(), "exchange_interrupted", 1, asked.requestId());
    return new FinishClaim.Refused(ErrorCode.PROVIDER_TIMEOUT);
  }

  private FinishClaim refuse(Tx tx, ConnectSession session, @Nullable ConnectAttempt attempt, FinishAttempt asked,
      ErrorCode code) {
    audit.refused(tx, session, attempt, asked.caller().actor(), code.code(), asked.requestId());
    return new FinishClaim.Refused(code);
  }

  /** The finish code is right and the rest is not: somebody else's return was used, so nobody may use it any more. */
  private FinishClaim end(Tx tx, ConnectSession session, ConnectAttempt attempt, FinishAttempt asked, ErrorCode code) {
    attempts.endAll(tx, session.id(), AttemptState.FAILED, code.code());
    sessions.ended(tx, session.id(), SessionState.FAILED, code.code());
    return refuse(tx, session, attempt, asked, code);
  }
}
