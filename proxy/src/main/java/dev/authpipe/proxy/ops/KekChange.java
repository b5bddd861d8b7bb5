package dev.authpipe.proxy.ops;

import java.util.function.Predicate;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.WorkspaceKeks;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.wire.WorkspaceId;

/**
 * Puts keysets under another KEK while replicas serve: the same keys in another wrapping, so that no record is touched
 * (docs/crypto-format.md section 4). Whoever is cut off begins again and goes on. Must never store what the new KEK has not been seen to
 * encrypt and decrypt.
 */
@Singleton
final class KekChange {
  private static final Logger LOG = LoggerFactory.getLogger(KekChange.class);
  private static final AuditActor ACTOR = AuditActor.operator();
  private static final int MOST_ROUNDS = 20;

  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final Envelopes vaultEnvelopes;
  private final Envelopes clientEnvelopes;
  private final DeploymentKeys deploymentKeys;
  private final WorkspaceKeks workspaces;
  private final KekRegistry keks;
  private final AuditLog audit;
  private final SettingValues values;
  private final EnvelopeSettings settings;

  KekChange(VaultDatabase vault, ClientSecretsDatabase clientSecrets, @Named("vault") Envelopes vaultEnvelopes,
      @Named("client_secrets") Envelopes clientEnvelopes, DeploymentKeys deploymentKeys, WorkspaceKeks workspaces,
      KekRegistry keks, AuditLog audit, SettingValues values, EnvelopeSettings settings) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.vaultEnvelopes = vaultEnvelopes;
    this.clientEnvelopes = clientEnvelopes;
    this.deploymentKeys = deploymentKeys;
    this.workspaces = workspaces;
    this.keks = keks;
    this.audit = audit;
    this.values = values;
    this.settings = settings;
  }

  /**
   * Puts a workspace's credentials under a KEK.
   *
   * @param bindOlder whether the operator says that what is under it already and bound by nothing is an earlier version's
   * @return how many keysets got another wrapping
   * @throws StartupException with one sentence, when the KEK does not both wrap and unwrap, or has the workspace's client secrets
   */
  int vault(WorkspaceId workspace, String to, boolean bindOlder) {
    refuseBoth(clientEnvelopes, workspace, to, "client secrets");
    prove(to, workspace);
    bound(vaultEnvelopes, workspace, to, bindOlder);
    return move(vault, vaultEnvelopes, workspace, to, tx -> {
      if (workspaces.change(tx, to)) {
        audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_CHANGED, ACTOR, AuditObject.workspace(workspace))
            .detail(AuditDetail.KEK, to).build());
      }
      return true;
    });
  }

  /** The same of a workspace's client secrets. */
  int clientSecrets(WorkspaceId workspace, String to, boolean bindOlder) {
    refuseBoth(vaultEnvelopes, workspace, to, "credentials");
    if (settings.mayWrapDeployment(to) || deploymentKeys.kekNames().contains(to)) {
      throw new StartupException("the KEK " + to + " has the deployment's own keys: the two stores need two KEKs");
    }
    prove(to, workspace);
    bound(clientEnvelopes, workspace, to, bindOlder);
    return move(clientSecrets, clientEnvelopes, workspace, to, tx -> true);
  }

  /** The same of the deployment's own keys. */
  int deployment(String to) {
    if (to.equals(values.get(Settings.CLIENT_SECRETS_KEK))) {
      throw new StartupException("the KEK " + to + " is that of the client-secrets store: the two need two KEKs");
    }
    if (!settings.mayWrapDeployment(to)) {
      throw new StartupException("the settings must name the KEK first: set keys.vault_next to " + to
          + " at every replica, restart them one after the other, and run the same command again");
    }
    prove(to, null);
    return deploymentKeys.rewrap(to, (tx, version) -> audit.append(tx, rewrapped(version, to)));
  }

  /** What nothing binds is touched only on the operator's word: it may be somebody else's. */
  private static void bound(Envelopes envelopes, WorkspaceId workspace, String to, boolean bindOlder) {
    if (bindOlder) {
      LOG.info("{} keysets under {} are bound now", envelopes.bindOlder(workspace, to), to);
    }
    if (envelopes.hasUnbound(workspace)) {
      throw new StartupException("keysets of the workspace are bound to no KEK: " + envelopes.kekNames(workspace)
          + ", by version. If an earlier version of Authpipe made them, say --bind-older with the KEK that they are under; if not, somebody"
          + " else wrote them. Nothing was changed");
    }
  }

  private static AuditEntry rewrapped(int version, String to) {
    return AuditEntry.of(AuditType.KEYSET_REWRAPPED, ACTOR, AuditObject.keyset(version)).detail(AuditDetail.KEK, to).build();
  }

  private int move(Database store, Envelopes envelopes, WorkspaceId workspace, String to, Predicate<Tx> last) {
    int moved = 0;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      moved += envelopes.rewrap(workspace, to, (tx, version) -> audit.append(tx, rewrapped(version, to)));
      if (store.inWorkspace(workspace, tx -> envelopes.areWrappedBy(tx, to) && last.test(tx))) {
        return moved;
      }
    }
    throw new StartupException("the keysets of the workspace kept changing; run the same command again");
  }

  /** One KEK for both stores would open both. */
  private static void refuseBoth(Envelopes others, WorkspaceId workspace, String to, String what) {
    if (others.kekNames(workspace).containsValue(to)) {
      throw new StartupException("the " + what + " of the workspace are under the KEK " + to + ": the two need two KEKs");
    }
  }

  private void prove(String to, @Nullable WorkspaceId workspace) {
    if (!values.get(Settings.KEKS).containsKey(to)) {
      throw new StartupException("no KEK is named " + to + "; there are: " + keks.names().stream().sorted().toList());
    }
    Deployment.checkKek(values, keks, to, workspace).ifPresent(sentence -> {
      throw new StartupException(sentence + "; nothing was changed");
    });
  }
}
