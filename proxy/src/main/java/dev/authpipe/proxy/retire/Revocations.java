package dev.authpipe.proxy.retire;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RevocationProfile;
import dev.authpipe.proxy.catalog.RevocationProfile.Revokes;
import dev.authpipe.proxy.clientsecret.TokenOriginChangedException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Brings one revocation further: takes the ciphertext from the disconnected connection, then asks the provider, until it confirms. Safe to
 * repeat after a cut at any point: revoking twice does no harm. Must never end the access of another live connection, nor
 * send an access token that was set aside while its connection still uses it.
 */
@Singleton
final class Revocations {
  private final VaultDatabase database;
  private final RevocationStore store;
  private final CredentialVault vault;
  private final Taking taking;
  private final AccountSharing sharing;
  private final RevocationCall call;
  private final Configuration configuration;
  private final Envelopes envelopes;
  private final AuditLog audit;
  private final RetireSettings settings;
  private final Randomness randomness;
  private final Clock clock;

  Revocations(VaultDatabase database, RevocationStore store, CredentialVault vault, Taking taking, AccountSharing sharing,
      RevocationCall call, Configuration configuration, @Named("vault") Envelopes envelopes, AuditLog audit,
      RetireSettings settings,
      Randomness randomness, Clock clock) {
    this.database = database;
    this.store = store;
    this.vault = vault;
    this.taking = taking;
    this.sharing = sharing;
    this.call = call;
    this.configuration = configuration;
    this.envelopes = envelopes;
    this.audit = audit;
    this.settings = settings;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** Does what can be done now; the state afterwards. Blocks for at most two calls to the provider. */
  RevocationState advance(WorkspaceId workspace, UUID id) {
    Revocation one = database.inWorkspace(workspace, tx -> store.claim(tx, id, settings.tryFor())).orElse(null);
    if (one == null) {
      return database.inWorkspace(workspace, tx -> store.find(tx, id)).map(Revocation::state).orElse(RevocationState.CONFIRMED);
    }
    if (one.reason() == RevocationReason.ROTATED && !isRenewed(one)) {
      return heldBack(one);
    }
    try {
      if (!one.taken()) {
        RevocationState ended = taking.take(one);
        if (ended != RevocationState.PENDING) {
          return ended;
        }
      }
      return send(one);
    } catch (KeyUnavailableException _) {
      return later(one, "key_unavailable", Optional.empty());
    } catch (TokenOriginChangedException _) {
      return later(one, "token_origin_changed", Optional.empty());
    } catch (IntegrityException | IllegalArgumentException _) {
      return end(one, RevocationState.GAVE_UP, "integrity_error", 0);
    }
  }

  /** Whether the access token that was set aside is no longer the one that its connection uses. */
  private boolean isRenewed(Revocation one) {
    ConnectionId connection = one.connection();
    return connection == null || database.inWorkspace(one.workspace(), tx -> {
      CredentialRow row = vault.row(tx, connection).orElse(null);
      return row == null || row.status() != ConnectionStatus.ACTIVE
          || store.generation(tx, one.id()).filter(base -> row.generation() > base).isPresent();
    });
  }

  private RevocationState heldBack(Revocation one) {
    if (one.createdAt().plus(settings.giveUpAfter()).isBefore(clock.instant())) {
      return end(one, RevocationState.GAVE_UP, "not_renewed", 0);
    }
    database.run(one.workspace(), tx -> store.holdBack(tx, one.id(), settings.retryMost()));
    return RevocationState.PENDING;
  }

  private RevocationState send(Revocation one) {
    Integration integration = configuration.integration(one.workspace(), one.integration().toString()).orElse(null);
    if (integration == null || !integration.provider().slug().equals(one.provider())) {
      return later(one, "integration_missing", Optional.empty());
    }
    RevocationProfile profile = integration.provider().revocation();
    if (profile == null) {
      return end(one, RevocationState.NOT_SUPPORTED, "not_supported", 0);
    }
    if (profile.revokes() != Revokes.TOKEN && sharing.isShared(one)) {
      return end(one, RevocationState.NOT_SENT, "shared_account", 0);
    }
    byte[] sealed = database.inWorkspace(one.workspace(), tx -> store.sealed(tx, one.id()));
    if (sealed == null) {
      return end(one, RevocationState.GAVE_UP, "nothing_left", 0);
    }
    RevocationCall.Answer answer;
    try (SecretBytes plain = envelopes.open(one.context(), sealed); OwedTokens owed = OwedTokens.decode(plain)) {
      answer = call.revoke(integration, profile, owed);
    }
    return switch (answer.verdict()) {
      case CONFIRMED -> end(one, RevocationState.CONFIRMED, "confirmed", answer.httpStatus());
      case NOT_SUPPORTED -> end(one, RevocationState.NOT_SUPPORTED, "not_supported", 0);
      case RETRY -> later(one, answer.code(), answer.retryAfter());
    };
  }

  private RevocationState later(Revocation one, String outcome, Optional<Duration> retryAfter) {
    if (one.createdAt().plus(settings.giveUpAfter()).isBefore(clock.instant())) {
      return end(one, RevocationState.GAVE_UP, outcome, 0);
    }
    long cap = Math.min(settings.retryMost().toMillis(), settings.retryLeast().toMillis() << Math.min(one.tries(), 20));
    Duration own = Duration.ofMillis(settings.retryLeast().toMillis() / 2 + (long) (randomness.fraction() * cap));
    Duration asked = retryAfter.filter(pause -> pause.compareTo(settings.retryMost()) <= 0).orElse(settings.retryMost());
    Duration pause = retryAfter.isPresent() && asked.compareTo(own) > 0 ? asked : own;
    database.run(one.workspace(), tx -> {
      store.later(tx, one.id(), outcome, pause);
      if (one.tries() == 1) {
        record(tx, one, AuditType.REVOCATION_SENT, AuditOutcome.FAILURE, outcome, 0);
      }
    });
    return RevocationState.PENDING;
  }

  private RevocationState end(Revocation one, RevocationState state, String outcome, int httpStatus) {
    database.run(one.workspace(), tx -> end(tx, one, state, outcome, httpStatus));
    return state;
  }

  /** Ends one in the given transaction, with its event. */
  void end(Tx tx, Revocation one, RevocationState state, String outcome, int httpStatus) {
    store.end(tx, one.id(), state, outcome);
    if (state == RevocationState.CONFIRMED) {
      record(tx, one, AuditType.REVOCATION_CONFIRMED, AuditOutcome.SUCCESS, null, httpStatus);
    } else {
      record(tx, one, AuditType.REVOCATION_GIVEN_UP, AuditOutcome.REFUSED, outcome, httpStatus);
    }
  }

  private void record(Tx tx, Revocation one, AuditType type, AuditOutcome outcome, @Nullable String reason, int httpStatus) {
    if (one.connection() == null) {
      return; // nothing that an event could be about: the refused flow has its own
    }
    AuditEntry.Builder entry = AuditEntry.of(type, AuditActor.system("retire"), AuditObject.connection(one.connection()))
        .outcome(outcome).reason(reason).detail(AuditDetail.REVOCATION, one.id())
        .detail(AuditDetail.INTEGRATION, one.integration()).detail(AuditDetail.PROVIDER, one.provider())
        .detail(AuditDetail.TRIES, one.tries());
    audit.append(tx, (httpStatus == 0 ? entry : entry.detail(AuditDetail.HTTP_STATUS, httpStatus)).build());
  }
}
