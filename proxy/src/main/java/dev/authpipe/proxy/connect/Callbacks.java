package dev.authpipe.proxy.connect;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.browser.BrowserBinding;
import dev.authpipe.proxy.catalog.AuthorizeProfile;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.HashPurpose;
import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.oauth.RegisteredErrors;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * Takes an authorization answer: one atomic take of the attempt, then every check, then the code is sealed. Never exchanges a code and never
 * asks a provider anything.
 */
@Singleton
final class Callbacks {
  private final VaultDatabase vault;
  private final SessionStore sessions;
  private final AttemptStore attempts;
  private final Configuration configuration;
  private final BrowserBinding binding;
  private final Envelopes envelopes;
  private final DeploymentKeys keys;
  private final Randomness randomness;
  private final ConnectSettings settings;
  private final ConnectAudit audit;
  private final Refusals refusals;

  Callbacks(VaultDatabase vault, SessionStore sessions, AttemptStore attempts, Configuration configuration,
      BrowserBinding binding,
      @Named("vault") Envelopes envelopes, DeploymentKeys keys, Randomness randomness, ConnectSettings settings,
      ConnectAudit audit,
      Refusals refusals) {
    this.vault = vault;
    this.sessions = sessions;
    this.attempts = attempts;
    this.configuration = configuration;
    this.binding = binding;
    this.envelopes = envelopes;
    this.keys = keys;
    this.randomness = randomness;
    this.settings = settings;
    this.audit = audit;
    this.refusals = refusals;
  }

  /**
   * Takes one answer.
   *
   * @param at     the integration of the callback's path
   * @param query  the raw query
   * @param cookie the browser's binding, if it has one
   */
  CallbackOutcome arrive(Integration at, @Nullable String query, Optional<SecretText> cookie, String requestId) {
    Optional<CallbackQuery> answer = CallbackQuery.parse(query);
    Optional<byte[]> stateHash = answer.flatMap(CallbackQuery::state).map(state -> keys.hash(HashPurpose.CONNECT_STATE, state));
    Optional<AttemptStore.Place> place = stateHash.flatMap(attempts::find);
    if (place.isEmpty()) {
      return stranger(at);
    }
    try (Sealer sealer = envelopes.hold(place.get().workspace())) {
      CallbackOutcome outcome = vault.inWorkspace(place.get().workspace(),
          tx -> take(tx, place.get(), at, answer.get(), cookie, sealer, requestId));
      return outcome == null ? stranger(at) : outcome;
    }
  }

  /** A state that is unknown, expired or used: nothing is told about which. */
  private CallbackOutcome stranger(Integration at) {
    refusals.count(at.workspace(), ErrorCode.STATE_INVALID.code(), at.id());
    return new CallbackOutcome.Refused(ErrorCode.STATE_INVALID, null, false);
  }

  private @Nullable CallbackOutcome take(Tx tx, AttemptStore.Place place, Integration at, CallbackQuery answer,
      Optional<SecretText> cookie, Sealer sealer, String requestId) {
    Optional<ConnectSession> locked = sessions.lockOf(tx, place.attempt());
    Optional<ConnectAttempt> taken = locked.flatMap(session -> attempts.take(tx, place.attempt()));
    if (locked.isEmpty() || taken.isEmpty()) {
      return null;
    }
    ConnectSession session = locked.get();
    ConnectAttempt attempt = taken.get();
    AuthorizeProfile profile = at.provider().authorize();
    ErrorCode refusal = refusal(session, attempt, at, answer, cookie);
    Optional<SecretText> code = profile == null ? Optional.empty() : answer.code(profile.codeParameter());
    Map<String, String> kept = new HashMap<>();
    if (refusal == null && (code.isEmpty() || profile == null || !keep(profile, answer, kept))) {
      refusal = ErrorCode.PROVIDER_ANSWER_INVALID;
    }
    if (refusal != null || code.isEmpty()) {
      return refuse(tx, session, attempt, refusal == null ? ErrorCode.PROVIDER_ANSWER_INVALID : refusal, answer, requestId);
    }
    SecretText finishCode = randomness.base64url256();
    try (SecretBytes plain = code.get().toBytes()) {
      RecordContext sealedTo = attempt.place(at.provider().slug(), RecordKind.CONNECT_CODE, session.endUserId());
      attempts.authorized(tx, attempt.id(), sealer.seal(sealedTo, plain), kept);
    }
    sessions.authorized(tx, session.id(), attempt.id(), keys.hash(HashPurpose.FINISH_CODE, finishCode));
    audit.authorized(tx, session, attempt, at, requestId);
    return new CallbackOutcome.Authorized(Sessions.returnAddress(session, finishCode));
  }

  /** The checks, in their order; the first that fails names the refusal. */
  private @Nullable ErrorCode refusal(ConnectSession session, ConnectAttempt attempt, Integration at, CallbackQuery answer,
      Optional<SecretText> cookie) {
    if (!attempt.integration().equals(at.id()) || !attempt.workspace().equals(at.workspace())) {
      return ErrorCode.INTEGRATION_MISMATCH;
    }
    if (!binding.matches(cookie, attempt.browserHash())) {
      return ErrorCode.BROWSER_MISMATCH;
    }
    String expected = attempt.expectedIssuer();
    String issuer = answer.issuer();
    if (expected != null && (issuer == null ? attempt.issuerRequired() : !issuer.equals(expected))) {
      return ErrorCode.ISSUER_MISMATCH;
    }
    if (!session.open()) {
      return ErrorCode.SESSION_INVALID;
    }
    String error = answer.error();
    if (error != null) {
      return RegisteredErrors.reduce(error, Map.of()).equals("access_denied")
          ? ErrorCode.ACCESS_DENIED
          : ErrorCode.PROVIDER_REFUSED;
    }
    return null;
  }

  /** Keeps what the profile names; a value of another form is refused. */
  private static boolean keep(AuthorizeProfile profile, CallbackQuery answer, Map<String, String> kept) {
    for (AuthorizeProfile.CallbackParameter parameter : profile.callbackParameters()) {
      String value = answer.other(parameter.name());
      if (value != null && !parameter.pattern().matches(value)) {
        return false;
      }
      if (value != null) {
        kept.put(parameter.name(), value);
      }
    }
    return true;
  }

  private CallbackOutcome refuse(Tx tx, ConnectSession session, ConnectAttempt attempt, ErrorCode refusal, CallbackQuery answer,
      String requestId) {
    String error = answer.error();
    boolean ofProvider = refusal == ErrorCode.ACCESS_DENIED || refusal == ErrorCode.PROVIDER_REFUSED;
    String reason = ofProvider && error != null ? RegisteredErrors.reduce(error, Map.of()) : refusal.code();
    attempts.ended(tx, attempt.id(), AttemptState.FAILED, reason);
    sessions.note(tx, session.id(), refusal.code());
    AuditActor actor = refusal == ErrorCode.BROWSER_MISMATCH ? AuditActor.stranger() : AuditActor.endUser(session.endUserId());
    if (ofProvider) {
      audit.failed(tx, session, attempt, actor, reason, 0, requestId);
    } else {
      audit.refused(tx, session, attempt, actor, reason, requestId);
    }
    boolean theirs = refusal != ErrorCode.BROWSER_MISMATCH && refusal != ErrorCode.INTEGRATION_MISMATCH;
    return new CallbackOutcome.Refused(refusal, theirs ? Sessions.returnAddress(session, refusal.code()) : null,
        theirs && session.open() && session.attempts() < settings.attemptsMost());
  }

  /** The integration of a callback path; only globally unique ids lead anywhere here. */
  Optional<Integration> integration(String path) {
    try {
      return configuration.integration(dev.authpipe.wire.IntegrationId.parse(path));
    } catch (IllegalArgumentException slug) {
      return Optional.empty();
    }
  }
}
