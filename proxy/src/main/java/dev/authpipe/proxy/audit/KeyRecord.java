package dev.authpipe.proxy.audit;

import java.util.Locale;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KeyEvents;
import dev.authpipe.wire.WorkspaceId;

/**
 * Records when a KEK refuses, when it works again, and when a stored keyset is not what was written: in the log of the workspace, in the store
 * whose keyset it is; what concerns the deployment's own keys, in the vault's. Once per replica that found out. Never makes anybody wait.
 */
@Singleton
final class KeyRecord {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRecord.class);
  private static final AuditActor ACTOR = AuditActor.system("envelope");

  private final AuditLog audit;

  KeyRecord(AuditLog audit, @Named("vault") Envelopes vaultEnvelopes, @Named("client_secrets") Envelopes clientEnvelopes,
      DeploymentKeys deploymentKeys, VaultDatabase vault, ClientSecretsDatabase clientSecrets) {
    this.audit = audit;
    vaultEnvelopes.subscribe(new Recorder(vault));
    clientEnvelopes.subscribe(new Recorder(clientSecrets));
    deploymentKeys.subscribe(new Recorder(vault));
  }

  private final class Recorder implements KeyEvents {
    private final Database store;

    private Recorder(Database store) {
      this.store = store;
    }

    @Override
    public void refused(@Nullable WorkspaceId workspace, String kekName, KekRefusedException.Reason reason) {
      LOG.warn("the KEK {} refuses {} of {}: {}", kekName, store.name(), workspace, reason);
      record(workspace, AuditEntry.of(AuditType.KEK_REFUSED, ACTOR, AuditObject.kek(kekName)).outcome(AuditOutcome.REFUSED)
          .reason(reason.name().toLowerCase(Locale.ROOT)).build());
    }

    @Override
    public void recovered(@Nullable WorkspaceId workspace, String kekName) {
      LOG.info("the KEK {} works again for {} of {}", kekName, store.name(), workspace);
      record(workspace, AuditEntry.of(AuditType.KEK_RECOVERED, ACTOR, AuditObject.kek(kekName)).build());
    }

    @Override
    public void altered(@Nullable WorkspaceId workspace, int version) {
      LOG.error("keyset {} of {} in {} is not what was written there; none of them is used", version, workspace, store.name());
      record(workspace, AuditEntry.of(AuditType.KEYSET_INTEGRITY_REFUSED, ACTOR, AuditObject.keyset(version))
          .outcome(AuditOutcome.REFUSED).reason("integrity_error").build());
    }

    private void record(@Nullable WorkspaceId workspace, AuditEntry entry) {
      Thread.ofVirtual().name("key-record").start(() -> {
        try {
          store.run(workspace == null ? Database.STORE : workspace, tx -> audit.append(tx, entry));
        } catch (StoreUnavailableException silent) {
          LOG.warn("{} of {} could not be recorded: {} does not answer", entry.type(), workspace, store.name());
        }
      });
    }
  }
}
