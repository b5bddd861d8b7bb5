package dev.authpipe.proxy.connect;

import java.security.MessageDigest;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.oauth.AccountOutcome;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.proxy.vault.ProviderAccount;
import dev.authpipe.wire.ConnectionId;

/**
 * The last transaction of a flow: connection, sealed credential, session, attempt and events together, or the note that it came to nothing.
 * Never asks a provider.
 */
@Singleton
final class ConnectionMaking {
  private final VaultDatabase vault;
  private final SessionStore sessions;
  private final AttemptStore attempts;
  private final CredentialVault credentials;
  private final Connections connections;
  private final People people;
  private final Randomness randomness;
  private final Clock clock;
  private final ConnectSettings settings;
  private final ConnectAudit audit;

  ConnectionMaking(VaultDatabase vault, SessionStore sessions, AttemptStore attempts, CredentialVault credentials,
      Connections connections, People people, Randomness randomness, Clock clock, ConnectSettings settings, ConnectAudit audit) {
    this.vault = vault;
    this.sessions = sessions;
    this.attempts = attempts;
    this.credentials = credentials;
    this.connections = connections;
    this.people = people;
    this.randomness = randomness;
    this.clock = clock;
    this.settings = settings;
    this.audit = audit;
  }

  MakingOutcome make(Finisher by, FinishClaim.Granted claim, Integration integration, GrantOutcome.Received received,
      Sealer sealer) {
    return vault.inWorkspace(by.workspace(), tx -> {
      ConnectSession session = sessions.read(tx, claim.session().id(), true)
          .filter(now -> MessageDigest.isEqual(now.finishHash(), by.hash())).orElse(null);
      if (session != null && session.state() == SessionState.FINISHED && by.connection().equals(session.result())) {
        return made(tx, by.connection()); // by this very finish: the answer to its commit was lost
      }
      if (session == null || session.state() != SessionState.AUTHORIZED) {
        return new MakingOutcome.Unfit(ErrorCode.CONFLICT);
      }
      ConnectionId reconnects = session.reconnects();
      MakingOutcome made = reconnects == null
          ? create(tx, by, session, claim.attempt(), integration, received, sealer)
          : reconnect(tx, by, session, claim.attempt(), integration, received, sealer, reconnects);
      if (made instanceof MakingOutcome.Made(ConnectionListing shown)) {
        ConnectionId connection = shown.connection().id();
        attempts.ended(tx, claim.attempt().id(), AttemptState.FINISHED, null);
        sessions.finished(tx, session.id(), connection);
        audit.finished(tx, session, claim.attempt(), integration, connection, by.actor(), received.tokenCalls(),
            by.requestId());
      }
      return made;
    });
  }

  private MakingOutcome create(Tx tx, Finisher by, ConnectSession session, ConnectAttempt attempt,
      Integration integration,
      GrantOutcome.Received received, Sealer sealer) {
    ConnectionId id = by.connection();
    UUID account = account(tx, integration, received.account());
    credentials.create(tx,
        ConnectionRow.active(tx.workspace(), id, integration.id(), integration.provider().slug(), session.endUserId(),
            account, attempt.scopes(), received.granted(), clock.instant()),
        received.credential(), sealer);
    audit.append(tx, event(AuditType.CONNECTION_CREATED, by, session, attempt, integration, received, id, account, 1));
    return made(tx, id);
  }

  private MakingOutcome reconnect(Tx tx, Finisher by, ConnectSession session, ConnectAttempt attempt,
      Integration integration,
      GrantOutcome.Received received, Sealer sealer, ConnectionId id) {
    Optional<ConnectionRow> present = connections.find(tx, id);
    boolean same = present.isPresent() && present.get().integration().equals(integration.id())
        && present.get().endUserId().equals(session.endUserId())
        && (session.accountMayChange() || sameAccount(tx, present.get().accountId(), received.account()));
    if (!same) {
      return new MakingOutcome.Unfit(ErrorCode.ACCOUNT_MISMATCH);
    }
    UUID account = account(tx, integration, received.account());
    long generation = credentials.reconnect(tx, id, account, attempt.scopes(), received.credential(), sealer);
    audit.append(tx,
        event(AuditType.CONNECTION_RECONNECTED, by, session, attempt, integration, received, id, account, generation));
    return made(tx, id);
  }

  /** Shown in the transaction that makes it, so that the answer needs no other. */
  private MakingOutcome made(Tx tx, ConnectionId id) {
    return connections.show(tx, id).<MakingOutcome>map(MakingOutcome.Made::new)
        .orElseGet(() -> new MakingOutcome.Unfit(ErrorCode.CONFLICT));
  }

  /** A connection whose account was never known learns it; one whose account is known must get the same again. */
  private boolean sameAccount(Tx tx, @Nullable UUID known, AccountOutcome now) {
    if (known == null) {
      return true;
    }
    Optional<ProviderAccount> before = people.findAccount(tx, known);
    return before.isPresent() && now instanceof AccountOutcome.Found found
        && found.identifier().equals(before.get().identifier());
  }

  private @Nullable UUID account(Tx tx, Integration integration, AccountOutcome account) {
    return account instanceof AccountOutcome.Found found
        ? people.account(tx, integration.id(), found.identifier(), found.label())
        : null;
  }

  private static AuditEntry event(AuditType type, Finisher by, ConnectSession session, ConnectAttempt attempt,
      Integration integration, GrantOutcome.Received received, ConnectionId id, @Nullable UUID account, long generation) {
    return AuditEntry.of(type, by.actor(), AuditObject.connection(id)).requestId(by.requestId())
        .detail(AuditDetail.INTEGRATION, integration.id()).detail(AuditDetail.PROVIDER, integration.provider().slug())
        .detail(AuditDetail.END_USER, session.endUserId()).detail(AuditDetail.ACCOUNT, account)
        .detail(AuditDetail.CREDENTIAL_TYPE, received.type().name().toLowerCase(Locale.ROOT))
        .detail(AuditDetail.GENERATION, generation)
        .scopes(AuditDetail.SCOPES_REQUESTED, attempt.scopes()).scopes(AuditDetail.SCOPES_GRANTED, received.granted()).build();
  }

  /** The id of a connection that is still to be made: known before it, so that an interrupted flow makes no other. */
  ConnectionId newId() {
    return new ConnectionId(randomness.uuidV7());
  }

  /** Takes the intent back: no byte left, and the key that was missing may come back. */
  void release(Finisher by, FinishClaim.Granted claim) {
    vault.run(by.workspace(), tx -> attempts.authorizedAgain(tx, claim.attempt().id()));
  }

  /** Notes the failure and what may follow it; returns what the caller is told. */
  ProblemException fail(Finisher by, FinishClaim.Granted claim, GrantOutcome.Failed failure) {
    AuditActor actor = by.actor();
    vault.run(by.workspace(), tx -> {
      ConnectSession session = sessions.read(tx, claim.session().id(), true).orElse(claim.session());
      UUID attempt = claim.attempt().id();
      boolean entriesLeft = session.live() && session.entries() < settings.entriesMost();
      if (failure.next() == GrantOutcome.Next.FINISH_AGAIN) {
        attempts.authorizedAgain(tx, attempt);
      } else {
        attempts.ended(tx, attempt, AttemptState.FAILED, failure.reason());
        if (failure.next() == GrantOutcome.Next.ENTER_AGAIN && entriesLeft) {
          sessions.reopened(tx, session.id(), failure.code().code());
        } else {
          sessions.ended(tx, session.id(), SessionState.FAILED, failure.code().code());
        }
      }
      if (failure.tokenCalls() == 0 && failure.next() == GrantOutcome.Next.NOTHING) {
        audit.refused(tx, session, claim.attempt(), actor, failure.reason(), by.requestId());
      } else {
        audit.failed(tx, session, claim.attempt(), actor, failure.reason(), failure.tokenCalls(), by.requestId());
      }
    });
    return new ProblemException(failure.code(), failure.code().meaning(), failure.retryAfter());
  }
}
