package dev.authpipe.proxy.catalog;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.IntegrationStore.IntegrationRecord;
import dev.authpipe.proxy.catalog.IntegrationStore.WorkspaceRecord;
import dev.authpipe.proxy.catalog.WorkspaceDraft.IntegrationDraft;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.CanonicalRow;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Gives workspaces and integrations their stable ids and records what changed about them, each change once for all replicas. Never trusts a
 * row whose MAC does not hold (S2).
 */
@Singleton
final class Registration {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
  private static final AuditActor ACTOR = AuditActor.system("catalog");
  private static final String SECOND_KEYSET = "client_secrets";

  private final VaultDatabase vault;
  private final DeploymentKeys keys;
  private final Envelopes envelopes;
  private final Envelopes clientSecretEnvelopes;
  private final Randomness randomness;
  private final AuditLog audit;
  private final String clientSecretsKek;
  private final String usualKek;

  Registration(VaultDatabase vault, DeploymentKeys keys, @Named("vault") Envelopes envelopes,
      @Named(SECOND_KEYSET) Envelopes clientSecretEnvelopes, Randomness randomness, AuditLog audit,
      dev.authpipe.proxy.envelope.EnvelopeSettings settings) {
    this.vault = vault;
    this.keys = keys;
    this.envelopes = envelopes;
    this.clientSecretEnvelopes = clientSecretEnvelopes;
    this.randomness = randomness;
    this.audit = audit;
    this.clientSecretsKek = settings.clientSecretsKek();
    this.usualKek = settings.operatorKek();
  }

  /** The workspace of this name, added with its keysets when it is new. */
  Workspace workspace(WorkspaceDraft draft) {
    UUID id = vault.findAnywhere(dsl -> IntegrationStore.findWorkspace(dsl, draft.name())).or(() -> renamed(draft))
        .or(() -> add(draft))
        .orElseGet(() -> vault.findAnywhere(dsl -> IntegrationStore.findWorkspace(dsl, draft.name()))
            .orElseThrow(() -> new ConfigurationException("the workspace " + draft.name() + " can neither be found nor added")));
    if (draft.id() != null && !draft.id().value().equals(id)) {
      throw new ConfigurationException("there is another workspace that is called " + draft.name());
    }
    Workspace drafted = draft.withId(new WorkspaceId(id));
    WorkspaceRecord stored = vault.inWorkspace(drafted.id(), IntegrationStore::workspace)
        .orElseThrow(() -> new IntegrityException("workspace"));
    if (!keys.authorityMacHolds("workspace", canonical(stored), stored.mac()) || !stored.name().equals(draft.name())) {
      throw new IntegrityException("workspace");
    }
    if (!stored.kekName().equals(draft.kekName()) && !draft.kekName().equals(usualKek)) {
      LOG.warn("the workspace {} stays under the KEK {}: a setting does not move it to {}, authpipe kek change does",
          draft.name(),
          stored.kekName(), draft.kekName());
    }
    Workspace workspace = drafted.under(stored.kekName());
    envelopes.ensureKeyset(workspace.id(), workspace.kekName());
    clientSecretEnvelopes.ensureKeyset(workspace.id(), clientSecretsKek);
    warnOfUnbound(workspace);
    return workspace;
  }

  /** Those that no MAC binds and that are not under the KEK that their workspace has by its own MAC, or by the settings. */
  private void warnOfUnbound(Workspace workspace) {
    if (envelopes.hasUnbound(workspace.id()) || clientSecretEnvelopes.hasUnbound(workspace.id())) {
      LOG.error(
          "keysets of the workspace {} are bound to no KEK and will not be used; an earlier version made them, or somebody else did:"
              + " see docs/keks.md, \"After an upgrade\"",
          workspace.name());
    }
  }

  /** A workspace whose id is given may have had another name. */
  private Optional<UUID> renamed(WorkspaceDraft draft) {
    WorkspaceId given = draft.id();
    if (given == null) {
      return Optional.empty();
    }
    return vault.inWorkspace(given, tx -> IntegrationStore.workspace(tx).map(stored -> {
      if (!keys.authorityMacHolds("workspace", canonical(stored), stored.mac())) {
        throw new IntegrityException("workspace");
      }
      WorkspaceRecord fresh = new WorkspaceRecord(stored.id(), draft.name(), stored.kekName(), new byte[0]);
      IntegrationStore.rename(tx, draft.name(), keys.authorityMac("workspace", canonical(fresh)));
      audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_CHANGED, ACTOR, AuditObject.workspace(given)).build());
      return stored.id();
    }));
  }

  private Optional<UUID> add(WorkspaceDraft draft) {
    UUID id = draft.id() == null ? randomness.uuidV7() : draft.id().value();
    WorkspaceRecord bare = new WorkspaceRecord(id, draft.name(), draft.kekName(), new byte[0]);
    WorkspaceRecord added = new WorkspaceRecord(id, draft.name(), draft.kekName(),
        keys.authorityMac("workspace", canonical(bare)));
    boolean mine = vault.inWorkspace(new WorkspaceId(id), tx -> {
      boolean inserted = IntegrationStore.addWorkspace(tx, added, hash(draft.settings()));
      if (inserted) {
        audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_CREATED, ACTOR, AuditObject.workspace(new WorkspaceId(id)))
            .detail(AuditDetail.KEK, draft.kekName()).build());
      }
      return inserted;
    });
    return mine ? Optional.of(id) : Optional.empty();
  }

  /** The integration of this slug, added when it is new. */
  Integration integration(Workspace workspace, IntegrationDraft draft) {
    IntegrationRecord stored = vault.inWorkspace(workspace.id(),
        tx -> IntegrationStore.integration(tx, draft.slug()).orElseGet(() -> {
          if (!renamed(tx, draft)) {
            add(tx, draft);
          }
          return IntegrationStore.integration(tx, draft.slug()).orElseThrow(() -> new IntegrityException("integration"));
        }));
    if (!keys.authorityMacHolds("integration", canonical(workspace.id(), stored), stored.mac())) {
      throw new IntegrityException("integration");
    }
    if (!stored.provider().equals(draft.provider().slug())) {
      throw new ConfigurationException(
          "the integration " + draft.slug() + " of workspace " + workspace.name() + " belongs to provider "
              + stored.provider() + "; choose another slug for " + draft.provider().slug());
    }
    if (draft.id() != null && !draft.id().value().equals(stored.id())) {
      throw new ConfigurationException("the workspace " + workspace.name() + " had another integration " + draft.slug());
    }
    return draft.withId(workspace.id(), new IntegrationId(stored.id()));
  }

  /** Gives an integration whose id is known its new slug; false when the id is new. */
  private boolean renamed(Tx tx, IntegrationDraft draft) {
    IntegrationRecord stored = draft.id() == null ? null : IntegrationStore.integration(tx, draft.id().value()).orElse(null);
    if (stored == null) {
      return false;
    }
    if (!keys.authorityMacHolds("integration", canonical(tx.workspace(), stored), stored.mac())) {
      throw new IntegrityException("integration");
    }
    IntegrationRecord fresh = new IntegrationRecord(stored.id(), draft.slug(), stored.provider(), new byte[0]);
    IntegrationStore.rename(tx, fresh, keys.authorityMac("integration", canonical(tx.workspace(), fresh)));
    return true;
  }

  private void add(Tx tx, IntegrationDraft draft) {
    IntegrationRecord bare = new IntegrationRecord(draft.id() == null ? randomness.uuidV7() : draft.id().value(), draft.slug(),
        draft.provider().slug(), new byte[0]);
    byte[] mac = keys.authorityMac("integration", canonical(tx.workspace(), bare));
    if (IntegrationStore.add(tx, new IntegrationRecord(bare.id(), bare.slug(), bare.provider(), mac), hash(draft.settings()))) {
      changed(tx, bare, "created", draft);
    }
  }

  /** Records changed settings and disables what is no longer there. */
  void recordChanges(WorkspaceDraft draft, Workspace workspace) {
    vault.run(workspace.id(), tx -> {
      if (IntegrationStore.workspaceChanged(tx, hash(draft.settings()))) {
        audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_CHANGED, ACTOR, AuditObject.workspace(workspace.id())).build());
      }
      List<IntegrationRecord> kept = draft.integrations().stream()
          .map(i -> IntegrationStore.integration(tx, i.slug()).orElseThrow(() -> new IntegrityException("integration"))).toList();
      for (int i = 0; i < kept.size(); i++) {
        if (IntegrationStore.changed(tx, kept.get(i).id(), hash(draft.integrations().get(i).settings()))) {
          changed(tx, kept.get(i), "updated", draft.integrations().get(i));
        }
      }
      disable(tx, kept.stream().map(IntegrationRecord::id).toList());
    });
  }

  /** Disables every integration of a workspace that left the configuration. */
  void disableAll(WorkspaceId workspace) {
    vault.run(workspace, tx -> disable(tx, List.of()));
  }

  private void disable(Tx tx, List<UUID> kept) {
    for (IntegrationRecord gone : IntegrationStore.disableOthers(tx, kept)) {
      audit.append(tx, AuditEntry.of(AuditType.INTEGRATION_CHANGED, ACTOR, AuditObject.integration(new IntegrationId(gone.id())))
          .detail(AuditDetail.CHANGE, "removed").detail(AuditDetail.PROVIDER, gone.provider()).build());
    }
  }

  private void changed(Tx tx, IntegrationRecord integration, String change, IntegrationDraft draft) {
    AuditObject object = AuditObject.integration(new IntegrationId(integration.id()));
    audit.append(tx, AuditEntry.of(AuditType.INTEGRATION_CHANGED, ACTOR, object).detail(AuditDetail.CHANGE, change)
        .detail(AuditDetail.PROVIDER, integration.provider()).scopes(AuditDetail.SCOPES_REQUESTED, draft.scopes()).build());
    audit.append(tx, AuditEntry.of(AuditType.RETURN_URLS_CHANGED, ACTOR, object)
        .detail(AuditDetail.RETURN_URLS, draft.returnUrls().size()).build());
  }

  static byte[] canonical(WorkspaceRecord workspace) {
    return new CanonicalRow().id(workspace.id()).text(workspace.name()).text(workspace.kekName()).bytes();
  }

  private static byte[] canonical(WorkspaceId workspace, IntegrationRecord integration) {
    return new CanonicalRow().id(workspace.value()).id(integration.id()).text(integration.slug()).text(integration.provider())
        .bytes();
  }

  private static byte[] hash(String settings) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(ConfigurationLoader.utf8(settings));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }
}
