package dev.authpipe.proxy.incident;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.refresh.CredentialRequest;
import dev.authpipe.proxy.refresh.FreshCredentials;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.refresh.RefreshOutcome;
import dev.authpipe.proxy.retire.OldTokens;
import dev.authpipe.proxy.retire.RevocationState;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.wire.WorkspaceId;

/**
 * Renews one connection: sets the old access token aside, refreshes, and has the old one revoked. Safe to repeat after a cut at any point: a
 * generation beyond the one it began with is a renewal that took place.
 */
@Singleton
final class Rotating {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  /**
   * How long before one that nobody came back to is looked at. No token depends on it: while its connection uses it, it is set aside anew,
   * however long the pauses between two tries were.
   */
  private static final Duration HOLD = Duration.ofMinutes(15);

  private final VaultDatabase database;
  private final CredentialVault vault;
  private final Configuration configuration;
  private final FreshCredentials credentials;
  private final OldTokens oldTokens;
  private final IncidentStore store;

  Rotating(VaultDatabase database, CredentialVault vault, Configuration configuration, FreshCredentials credentials,
      OldTokens oldTokens, IncidentStore store) {
    this.database = database;
    this.vault = vault;
    this.configuration = configuration;
    this.credentials = credentials;
    this.oldTokens = oldTokens;
    this.store = store;
  }

  StepOutcome attempt(WorkspaceId workspace, Step step, AuditActor actor) {
    CredentialRow row = database.<@Nullable CredentialRow>inWorkspace(workspace,
        tx -> vault.row(tx, step.connection()).orElse(null));
    if (row == null || row.status() == ConnectionStatus.DISCONNECTED || !row.hasCiphertext()) {
      return end(workspace, step.revocation(), "disconnected");
    }
    Integration integration = configuration.integration(workspace, step.integration().toString()).orElse(null);
    if (integration == null) {
      return end(workspace, step.revocation(), "integration_missing");
    }
    Long base = step.baseGeneration();
    if (base != null && row.generation() > base) {
      boolean kept = step.outcome().startsWith("refreshed")
          || (!step.outcome().startsWith("rotated") && integration.provider().refresh().rotation() == Rotation.NONE);
      return renewed(workspace, integration, step.revocation(), kept);
    }
    try (OpenCredential old = vault.open(row)) {
      if (!old.isRenewable()) {
        return end(workspace, step.revocation(), "not_refreshable");
      }
      UUID owed = begin(workspace, step, integration, old);
      return refreshed(workspace, step, integration, old.refreshToken(), owed, actor);
    } catch (KeyUnavailableException _) {
      return StepOutcome.later("key_unavailable");
    } catch (IntegrityException _) {
      return end(workspace, step.revocation(), "integrity_error");
    }
  }

  /** Remembers what it begins with, before anything leaves. */
  private @Nullable UUID begin(WorkspaceId workspace, Step step, Integration integration, OpenCredential old) {
    UUID before = step.revocation();
    if (before != null || !oldTokens.canEnd(integration)) {
      database.run(workspace, tx -> {
        if (before != null) {
          oldTokens.hold(tx, before, HOLD);
        }
        store.begun(tx, step, old.generation(), before);
      });
      return before;
    }
    try (Sealer sealer = vault.hold(workspace)) {
      return database.inWorkspace(workspace, tx -> {
        UUID owed = oldTokens.setAside(tx, sealer, integration, step.connection(), old, HOLD);
        store.begun(tx, step, old.generation(), owed);
        return owed;
      });
    }
  }

  private StepOutcome refreshed(WorkspaceId workspace, Step step, Integration integration, @Nullable SecretText refreshToken,
      @Nullable UUID owed, AuditActor actor) {
    CredentialRequest request = new CredentialRequest(workspace, step.connection(), Duration.ZERO, DEADLINE);
    return switch (credentials.force(request, actor)) {
      case RefreshOutcome.Refreshed _ -> renewed(workspace, integration, owed, isKept(workspace, step, refreshToken));
      case RefreshOutcome.NotRefreshable _ -> end(workspace, owed, "not_refreshable");
      case FreshOutcome.ReauthRequired _ -> end(workspace, owed, "reauth_required");
      case FreshOutcome.Disconnected _,FreshOutcome.UnknownConnection _ -> end(workspace, owed, "disconnected");
      case FreshOutcome.Integrity _ -> end(workspace, owed, "integrity_error");
      case FreshOutcome.Failure failure -> StepOutcome.later(failure.code());
    };
  }

  /** Whether what brings access tokens is as it was, as a client always is: then only a new consent, or another client secret, changes it. */
  private boolean isKept(WorkspaceId workspace, Step step, @Nullable SecretText before) {
    if (before == null) {
      return true;
    }
    CredentialRow row = database.<@Nullable CredentialRow>inWorkspace(workspace,
        tx -> vault.row(tx, step.connection()).orElse(null));
    if (row == null || !row.hasCiphertext()) {
      return false;
    }
    try (OpenCredential now = vault.open(row)) {
      SecretText refreshToken = now.refreshToken();
      return refreshToken != null && MessageDigest.isEqual(refreshToken.exposeUtf8(), before.exposeUtf8());
    }
  }

  private StepOutcome renewed(WorkspaceId workspace, Integration integration, @Nullable UUID owed, boolean kept) {
    String word = kept ? "refreshed" : "rotated";
    String lives = kept ? "refreshed_old_token_lives" : "rotated_old_token_lives";
    if (owed == null) {
      boolean ended = integration.provider().refresh().invalidatesAccessToken();
      return StepOutcome.done(ended ? word : lives);
    }
    RevocationState state = oldTokens.revoke(workspace, owed);
    return switch (state) {
      case PENDING -> StepOutcome.later(word + "_old_token_pending");
      case CONFIRMED -> StepOutcome.done(word);
      case NOT_SUPPORTED, NOT_SENT, GAVE_UP -> StepOutcome.done(lives);
    };
  }

  /** An end without a renewal: the token that was set aside is still the connection's. */
  private StepOutcome end(WorkspaceId workspace, @Nullable UUID owed, String word) {
    if (owed != null) {
      database.run(workspace, tx -> oldTokens.forget(tx, owed));
    }
    return StepOutcome.done(word);
  }
}
