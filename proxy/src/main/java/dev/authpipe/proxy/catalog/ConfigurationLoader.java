package dev.authpipe.proxy.catalog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Brings a configuration into force: reads it, gives ids, lets participants prepare, records what changed, swaps. Until the swap the former
 * configuration stays in force as it is; a wrong one changes nothing that anybody can use. Safe with several replicas at once.
 */
@Singleton
public final class ConfigurationLoader {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationLoader.class);
  private static final AuditActor ACTOR = AuditActor.system("catalog");

  private final Configuration configuration;
  private final Catalog catalog;
  private final CatalogSettings settings;
  private final VaultDatabase vault;
  private final Registration registration;
  private final AuditLog audit;
  private final List<ConfigurationParticipant> participants;

  ConfigurationLoader(Configuration configuration, Catalog catalog, CatalogSettings settings, VaultDatabase vault,
      Registration registration, AuditLog audit, List<ConfigurationParticipant> participants) {
    this.configuration = configuration;
    this.catalog = catalog;
    this.settings = settings;
    this.vault = vault;
    this.registration = registration;
    this.audit = audit;
    this.participants = List.copyOf(participants);
  }

  /**
   * Brings a configuration into force.
   *
   * @param root the whole file; every key must have been asked for but the workspaces
   * @throws ConfigurationException                               if it is wrong; the former one stays in force
   * @throws dev.authpipe.proxy.db.StoreUnavailableException if the store does not answer; the former one stays in force
   */
  public synchronized void load(YamlSection root) {
    List<WorkspaceDraft> drafts = drafts(root);
    enforce(drafts, register(drafts, Map.of()));
  }

  /** As {@link #load}, of what a control plane described and the operator approved. A workspace that is wrong stays out, and no other one. */
  synchronized void load(List<WorkspaceDraft> approved, Map<ApiKeyId, Feed.ApiKey> keyRules, boolean recorded) {
    List<WorkspaceDraft> drafts = approved.stream().filter(this::isRegistered).toList();
    ConfigurationCandidate candidate = register(drafts, keyRules);
    if (recorded) {
      enforce(drafts, candidate);
    } else {
      configuration.swap(candidate);
    }
  }

  private boolean isRegistered(WorkspaceDraft draft) {
    try {
      return register(List.of(draft), Map.of()).workspaces().size() == 1;
    } catch (ConfigurationException | IntegrityException wrong) {
      LOG.error("a workspace of the control plane is not in force: {}", wrong.getMessage());
      return false;
    }
  }

  private void enforce(List<WorkspaceDraft> drafts, ConfigurationCandidate candidate) {
    participants.forEach(participant -> participant.prepare(candidate));
    record(drafts, candidate.workspaces());
    configuration.swap(candidate);
  }

  /**
   * Brings a configuration into force in this process only, for a command: ids are given where they are missing, nothing else is prepared or
   * recorded.
   *
   * @throws ConfigurationException if it is wrong
   */
  public synchronized void open(YamlSection root) {
    configuration.swap(register(drafts(root), Map.of()));
  }

  private List<WorkspaceDraft> drafts(YamlSection root) {
    List<WorkspaceDraft> drafts = new WorkspacesReader(catalog, settings.usualKek(), settings.keks()).read(root);
    root.finish();
    return drafts;
  }

  private ConfigurationCandidate register(List<WorkspaceDraft> drafts, Map<ApiKeyId, Feed.ApiKey> keyRules) {
    List<Workspace> workspaces = new ArrayList<>();
    List<Integration> integrations = new ArrayList<>();
    Map<IntegrationId, ClientSecretFile> secrets = new HashMap<>();
    for (WorkspaceDraft draft : drafts) {
      try {
        Workspace workspace = registration.workspace(draft);
        List<Integration> registered = new ArrayList<>();
        Map<IntegrationId, ClientSecretFile> itsSecrets = new HashMap<>();
        for (WorkspaceDraft.IntegrationDraft wanted : draft.integrations()) {
          Integration integration = registration.integration(workspace, wanted);
          registered.add(integration);
          if (wanted.clientSecret() != null) {
            itsSecrets.put(integration.id(), wanted.clientSecret());
          }
        }
        workspaces.add(workspace);
        integrations.addAll(registered);
        secrets.putAll(itsSecrets);
      } catch (StoreUnavailableException silent) { // its cell is away, or it is being moved: it stays as it is, and the others go on
        Workspace former = configuration.workspaceNamed(draft.name()).orElseThrow(() -> silent);
        LOG.warn("the workspace {} cannot be read now and stays as it is", former.name());
        workspaces.add(former);
        integrations.addAll(configuration.integrations(former.id()));
      }
    }
    return new ConfigurationCandidate(workspaces, integrations, secrets, settings.development(), keyRules);
  }

  /** Records that a configuration was refused and the former one stays. */
  public void refused() {
    vault.run(Database.STORE, tx -> audit.append(tx,
        AuditEntry.of(AuditType.CONFIGURATION_REFUSED, ACTOR, AuditObject.configuration()).outcome(AuditOutcome.REFUSED)
            .build()));
  }

  private void record(List<WorkspaceDraft> drafts, List<Workspace> workspaces) {
    Set<UUID> kept = new HashSet<>();
    int integrations = 0;
    for (int i = 0; i < drafts.size(); i++) {
      recordChanges(drafts.get(i), workspaces.get(i));
      kept.add(workspaces.get(i).id().value());
      integrations += drafts.get(i).integrations().size();
    }
    for (UUID other : vault.listReachable(IntegrationStore::allWorkspaces)) {
      if (!kept.contains(other)) {
        registration.disableAll(new WorkspaceId(other));
      }
    }
    AuditEntry applied = AuditEntry.of(AuditType.CONFIGURATION_APPLIED, ACTOR, AuditObject.configuration())
        .detail(AuditDetail.WORKSPACES, drafts.size()).detail(AuditDetail.INTEGRATIONS, integrations).build();
    vault.run(Database.STORE, tx -> audit.append(tx, applied));
  }

  private void recordChanges(WorkspaceDraft draft, Workspace workspace) {
    try {
      registration.recordChanges(draft, workspace);
    } catch (StoreUnavailableException silent) {
      LOG.warn("what changed of the workspace {} is not recorded: its database does not answer", workspace.name());
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
