package dev.authpipe.proxy.connect;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.AuthType;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.KeyProfile;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.HashPurpose;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * Takes a key entered on the hosted page and keeps it sealed until finish. Never asks the provider whether it is good: that would tell a
 * stranger which keys work.
 */
@Singleton
final class KeyEntry {
  private final VaultDatabase vault;
  private final SessionStore sessions;
  private final AttemptStore attempts;
  private final Attempts choices;
  private final Envelopes envelopes;
  private final DeploymentKeys keys;
  private final Randomness randomness;
  private final ConnectSettings settings;
  private final ConnectAudit audit;

  KeyEntry(VaultDatabase vault, SessionStore sessions, AttemptStore attempts, Attempts choices,
      @Named("vault") Envelopes envelopes,
      DeploymentKeys keys, Randomness randomness, ConnectSettings settings, ConnectAudit audit) {
    this.vault = vault;
    this.sessions = sessions;
    this.attempts = attempts;
    this.choices = choices;
    this.envelopes = envelopes;
    this.keys = keys;
    this.randomness = randomness;
    this.settings = settings;
    this.audit = audit;
  }

  /**
   * Keeps a key.
   *
   * @param username for providers that take a name with it
   * @param fields   provider parameters entered on the hosted page
   * @return where the browser goes
   */
  URI enter(ConnectSession seen, String integrationId, @Nullable String username, SecretText key, Map<String, String> fields,
      byte[] browserHash, String requestId) {
    Integration integration = choices.chosen(seen, integrationId);
    KeyProfile profile = integration.provider().key();
    if (profile == null || !integration.provider().endUsersMayConnect()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "This provider takes no key.");
    }
    countEntry(seen);
    boolean client = integration.provider().connectionsHaveClients();
    boolean named = client ? profile.usernameLabel() != null : integration.provider().authType() == AuthType.BASIC;
    if (!profile.pattern().matches(key.expose()) || named != (username != null)
        || (username != null && !(client ? isClientId(username) : fits(username)))
        || (client && !named && !isClientId(key.expose()))) {
      throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID);
    }
    Map<String, String> params = choices.parameters(integration, seen, fields);
    String tokenEndpoint = client ? integration.tokenEndpoint(params).toString() : null;
    List<String> asked = seen.scopes().isEmpty() ? integration.scopes() : seen.scopes();
    UUID id = randomness.uuidV7();
    byte[] sealed;
    try (SecretBytes plain = new PendingKey(username, key).write()) {
      sealed = envelopes.seal(ConnectAttempt.place(integration, id, seen, RecordKind.PENDING_KEY, tokenEndpoint, params),
          plain);
    }
    ConnectAttempt attempt = new ConnectAttempt(seen.workspace(), id, seen.id(), integration.id(), browserHash, null, false, null,
        tokenEndpoint, params, client ? asked : List.of(), null, sealed, Map.of(), AttemptState.AUTHORIZED);
    SecretText finishCode = randomness.base64url256();
    vault.run(seen.workspace(), tx -> {
      ConnectSession session = sessions.read(tx, seen.id(), true).filter(ConnectSession::open)
          .orElseThrow(() -> new ProblemException(ErrorCode.SESSION_INVALID));
      attempts.endAll(tx, session.id(), AttemptState.SUPERSEDED, null);
      attempts.insert(tx, attempt, null, settings.sessionLifetime());
      sessions.authorized(tx, session.id(), id, keys.hash(HashPurpose.FINISH_CODE, finishCode));
      audit.authorized(tx, session, attempt, integration, requestId);
    });
    return Sessions.returnAddress(seen, finishCode);
  }

  private void countEntry(ConnectSession seen) {
    vault.run(seen.workspace(), tx -> {
      ConnectSession session = sessions.read(tx, seen.id(), true).filter(ConnectSession::open)
          .orElseThrow(() -> new ProblemException(ErrorCode.SESSION_INVALID));
      if (session.entries() >= settings.entriesMost()) {
        throw new ProblemException(ErrorCode.ATTEMPT_LIMIT);
      }
      sessions.countEntry(tx, session.id());
    });
  }

  private static boolean isClientId(String text) {
    return text.matches("[\\x21-\\x7e]{1,255}");
  }

  /** A user name of basic authentication has no colon and no control character (RFC 7617 section 2). */
  private static boolean fits(String username) {
    return !username.isEmpty() && username.length() <= 512 && username.indexOf(':') < 0
        && username.chars().noneMatch(Character::isISOControl);
  }
}
