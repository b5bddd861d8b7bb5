package dev.authpipe.proxy.connect;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.AuthType;
import dev.authpipe.proxy.catalog.ClientAuthentication;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.IssuerProfile;
import dev.authpipe.proxy.catalog.PkceLevel;
import dev.authpipe.proxy.catalog.ProviderParameter;
import dev.authpipe.proxy.clientsecret.ClientProofs;
import dev.authpipe.proxy.clientsecret.TokenOriginChangedException;
import dev.authpipe.proxy.clientsecret.TriedProofs;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.HashPurpose;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.oauth.AuthorizationOutcome;
import dev.authpipe.proxy.oauth.OAuthClient;
import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * Starts a trip to an authorization endpoint: state, PKCE verifier, expected issuer and browser binding are fixed here, before the browser
 * leaves. Never lets two attempts of a session be open.
 */
@Singleton
final class Attempts {
  private final VaultDatabase vault;
  private final SessionStore sessions;
  private final AttemptStore attempts;
  private final Configuration configuration;
  private final ClientProofs clientProofs;
  private final OAuthClient oauth;
  private final Envelopes envelopes;
  private final DeploymentKeys keys;
  private final Randomness randomness;
  private final ConnectSettings settings;
  private final ConnectAudit audit;

  Attempts(VaultDatabase vault, SessionStore sessions, AttemptStore attempts, Configuration configuration,
      ClientProofs clientProofs,
      OAuthClient oauth, @Named("vault") Envelopes envelopes, DeploymentKeys keys, Randomness randomness,
      ConnectSettings settings,
      ConnectAudit audit) {
    this.vault = vault;
    this.sessions = sessions;
    this.attempts = attempts;
    this.configuration = configuration;
    this.clientProofs = clientProofs;
    this.oauth = oauth;
    this.envelopes = envelopes;
    this.keys = keys;
    this.randomness = randomness;
    this.settings = settings;
    this.audit = audit;
  }

  /**
   * Starts an attempt.
   *
   * @param browserHash of the browser that asks
   * @param fields      provider parameters entered on the hosted page
   * @return where the browser goes
   */
  URI start(ConnectSession seen, String integrationId, Map<String, String> fields, byte[] browserHash, String requestId) {
    Integration integration = chosen(seen, integrationId);
    if (integration.provider().authType() != AuthType.OAUTH2) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "This provider takes a key.");
    }
    Map<String, String> params = parameters(integration, seen, fields);
    List<String> scopes = seen.scopes().isEmpty() ? integration.scopes() : seen.scopes();
    SecretText state = randomness.base64url256();
    SecretText verifier = integration.provider().pkce() == PkceLevel.S256 ? randomness.base64url256() : null;
    try (TriedProofs proofs = pushProof(integration)) {
      ConnectAttempt attempt = open(seen, integration, params, scopes, browserHash, verifier);
      record(seen, integration, attempt, state, requestId);
      URI back = Objects.requireNonNull(attempt.redirectUri());
      return switch (proofs.ask(proof -> oauth.authorize(integration, params, scopes, state, verifier, back, proof))) {
        case AuthorizationOutcome.Ready ready -> ready.address();
        case AuthorizationOutcome.Refused(String code, int status) ->
          throw failed(seen, attempt, code, ErrorCode.PROVIDER_REFUSED, requestId);
        case AuthorizationOutcome.Unavailable(String reason) ->
          throw failed(seen, attempt, reason, ErrorCode.PROVIDER_UNREACHABLE, requestId);
      };
    }
  }

  private void record(ConnectSession seen, Integration integration, ConnectAttempt attempt, SecretText state, String requestId) {
    vault.run(seen.workspace(), tx -> {
      ConnectSession session = sessions.read(tx, seen.id(), true).filter(ConnectSession::open)
          .orElseThrow(() -> new ProblemException(ErrorCode.SESSION_INVALID));
      if (session.attempts() >= settings.attemptsMost()) {
        throw new ProblemException(ErrorCode.ATTEMPT_LIMIT);
      }
      attempts.endAll(tx, session.id(), AttemptState.SUPERSEDED, null);
      attempts.insert(tx, attempt, keys.hash(HashPurpose.CONNECT_STATE, state), settings.sessionLifetime());
      sessions.countAttempt(tx, session.id());
      audit.started(tx, session, attempt, integration, requestId);
    });
  }

  /** The integration that the end user chose: one of the session's, by its {@code int_} id. */
  Integration chosen(ConnectSession session, String integrationId) {
    return session.integrations().stream().filter(id -> id.toString().equals(integrationId)).findFirst()
        .flatMap(configuration::integration).filter(found -> found.workspace().equals(session.workspace()))
        .orElseThrow(() -> new ProblemException(ErrorCode.INVALID_REQUEST, "The integration is not one of this session."));
  }

  /** The session's parameters with those of the hosted page; every one matched, every required one there, every address still whole. */
  Map<String, String> parameters(Integration integration, ConnectSession session, Map<String, String> fields) {
    Map<String, String> params = new HashMap<>(session.params());
    params.forEach((name, value) -> {
      if (!integration.mayBeSet(name, value, false)) { // the configuration or the row changed since
        throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID);
      }
    });
    fields.forEach((name, value) -> {
      if (params.containsKey(name) || !integration.mayBeSet(name, value, true)) {
        throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID);
      }
    });
    params.putAll(fields);
    Map<String, String> values = integration.templateValues(params);
    for (ProviderParameter parameter : integration.provider().parameters()) {
      if (parameter.required() && !values.containsKey(parameter.name())) {
        throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID);
      }
    }
    try {
      integration.apiBase(params);
      if (integration.provider().token() != null) {
        integration.tokenEndpoint(params);
      }
      if (integration.provider().authorize() != null) {
        integration.provider().requireAuthorize().endpoint().resolve(values);
      }
    } catch (IllegalArgumentException escaped) {
      throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID);
    }
    return Map.copyOf(params);
  }

  private ConnectAttempt open(ConnectSession session, Integration integration, Map<String, String> params, List<String> scopes,
      byte[] browserHash, @Nullable SecretText verifier) {
    UUID id = randomness.uuidV7();
    IssuerProfile issuer = integration.provider().issuer();
    String tokenEndpoint = integration.tokenEndpoint(params).toString();
    byte[] sealed = null;
    if (verifier != null) {
      try (SecretBytes plain = verifier.toBytes()) {
        sealed = envelopes.seal(
            ConnectAttempt.place(integration, id, session, RecordKind.CONNECT_VERIFIER, tokenEndpoint, params),
            plain);
      }
    }
    return new ConnectAttempt(session.workspace(), id, session.id(), integration.id(), browserHash,
        issuer == null ? null : issuer.issuer().resolve(integration.templateValues(params)).toString(),
        issuer != null && issuer.inAnswer(), URI.create(settings.origin() + "/callback/" + integration.id()),
        tokenEndpoint, params, scopes, sealed, null, Map.of(), AttemptState.OPEN);
  }

  /** A pushed request is authenticated, so a missing client secret or key shows before the browser leaves. */
  private TriedProofs pushProof(Integration integration) {
    if (integration.provider().requireAuthorize().pushedRequestEndpoint() == null) {
      return TriedProofs.only(ClientProof.NONE);
    }
    ClientAuthentication how = integration.provider().requireToken().clientAuthentication();
    try {
      return clientProofs
          .open(integration.workspace(), integration.id(), integration.clientSecretOrigin(), how.needsSecret(), how.needsKey())
          .orElseThrow(() -> new ProblemException(ErrorCode.INTEGRATION_MISCONFIGURED));
    } catch (TokenOriginChangedException changed) {
      throw new ProblemException(ErrorCode.TOKEN_ORIGIN_CHANGED);
    }
  }

  private ProblemException failed(ConnectSession session, ConnectAttempt attempt, String reason, ErrorCode code,
      String requestId) {
    vault.run(session.workspace(), tx -> {
      attempts.ended(tx, attempt.id(), AttemptState.FAILED, reason);
      sessions.note(tx, session.id(), code.code());
      audit.failed(tx, session, attempt, AuditActor.endUser(session.endUserId()), reason, 0, requestId);
    });
    return new ProblemException(code);
  }
}
