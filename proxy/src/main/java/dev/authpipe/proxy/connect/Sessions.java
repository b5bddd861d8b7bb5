package dev.authpipe.proxy.connect;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.HashPurpose;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.wire.ConnectSessionId;
import dev.authpipe.wire.ConnectionId;

/** Makes and finds connect sessions. A session token leaves here once, in the answer to its creation. */
@Singleton
final class Sessions {
  private final VaultDatabase vault;
  private final SessionStore sessions;
  private final People people;
  private final Connections connections;
  private final DeploymentKeys keys;
  private final Randomness randomness;
  private final ConnectSettings settings;
  private final ConnectAudit audit;

  Sessions(VaultDatabase vault, SessionStore sessions, People people, Connections connections, DeploymentKeys keys,
      Randomness randomness, ConnectSettings settings, ConnectAudit audit) {
    this.vault = vault;
    this.sessions = sessions;
    this.people = people;
    this.connections = connections;
    this.keys = keys;
    this.randomness = randomness;
    this.settings = settings;
    this.audit = audit;
  }

  CreatedSession create(Caller caller, SessionDraft draft, String requestId) {
    SecretText sessionToken = randomness.base64url256();
    ConnectSessionId id = SessionStore.newId(randomness);
    Instant expires = vault.inWorkspace(caller.workspace(), tx -> {
      EndUser person = people.ensure(tx, draft.endUserIdentifier(), draft.displayName(), draft.email());
      ConnectionId reconnects = draft.reconnects();
      SessionDraft whole = reconnects == null
          ? draft
          : beside(draft, requireOwn(draft, person, connections.find(tx, reconnects)));
      ConnectSession made = sessions.insert(tx, whole, id, keys.hash(HashPurpose.SESSION_TOKEN, sessionToken), person.id(),
          settings.sessionLifetime());
      audit.created(tx, made, caller.actor(), requestId);
      return made.expiresAt();
    });
    return new CreatedSession(id.toString(), sessionToken,
        SecretText.of(settings.origin() + "/connect#" + sessionToken.expose()), expires);
  }

  private static SessionDraft beside(SessionDraft draft, ConnectionRow connection) {
    return draft.beside(connection.scopesGranted(), connection.scopesRequested());
  }

  /** A reconnect is for a connection of this person through one of the session's integrations; any other is unknown. */
  private static ConnectionRow requireOwn(SessionDraft draft, EndUser person, Optional<ConnectionRow> connection) {
    return connection.filter(found -> found.endUserId().equals(person.id()))
        .filter(found -> draft.integrations().stream().anyMatch(integration -> integration.id().equals(found.integration())))
        .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "The connection is unknown."));
  }

  /** A session of the caller's workspace, through integrations that the caller may see. */
  ConnectSession read(Caller caller, String id) {
    ConnectSessionId parsed = parse(id);
    return vault.inWorkspace(caller.workspace(), tx -> sessions.read(tx, parsed, false))
        .filter(session -> visible(caller, session)).orElseThrow(Sessions::unknown);
  }

  static boolean visible(Caller caller, ConnectSession session) {
    return session.integrations().stream().allMatch(caller::maySee);
  }

  static ConnectSessionId parse(String id) {
    try {
      return ConnectSessionId.parse(id);
    } catch (IllegalArgumentException foreign) {
      throw unknown();
    }
  }

  static ProblemException unknown() {
    return new ProblemException(ErrorCode.NOT_FOUND, "The connect session is unknown.");
  }

  /** The session that a browser's session token opens, in whatever state. */
  ConnectSession open(SecretText sessionToken) {
    return open(sessionToken, (tx, session) -> session);
  }

  /** What is read of the session that a browser's session token opens, in the transaction that finds it open. */
  <T> T open(SecretText sessionToken, BiFunction<Tx, ConnectSession, T> work) {
    SessionStore.Place place = sessions.find(keys.hash(HashPurpose.SESSION_TOKEN, sessionToken)).orElseThrow(Sessions::invalid);
    return vault.inWorkspace(place.workspace(), tx -> work.apply(tx,
        sessions.read(tx, place.session(), false).filter(ConnectSession::open).orElseThrow(Sessions::invalid)));
  }

  private static ProblemException invalid() {
    return new ProblemException(ErrorCode.SESSION_INVALID);
  }

  /** Where the browser goes with the finish code: the only way that code travels. */
  static URI returnAddress(ConnectSession session, SecretText finishCode) {
    return URI.create(withQuery(session.returnUrl(), "session_id=" + session.id() + "&finish_code=" + finishCode.expose()));
  }

  /** Where the browser goes when it comes back without one. */
  static URI returnAddress(ConnectSession session, String error) {
    return URI.create(withQuery(session.returnUrl(), "session_id=" + session.id() + "&error=" + error));
  }

  private static String withQuery(URI address, String query) {
    return address + (address.getRawQuery() == null ? "?" : "&") + query;
  }
}
