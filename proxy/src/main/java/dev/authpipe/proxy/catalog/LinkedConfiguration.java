package dev.authpipe.proxy.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.WorkspaceId;

/**
 * Brings what was approved of a control plane's workspaces into force, from the store alone: at the start, and whenever a replica or a command
 * changed it. Never needs the control plane.
 */
@Singleton
public final class LinkedConfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(LinkedConfiguration.class);

  private final VaultDatabase vault;
  private final LinkedWorkspaces workspaces;
  private final ConfigurationLoader loader;
  private final Map<WorkspaceId, Feed.Workspace> last = new HashMap<>();
  private long revision = -1;

  LinkedConfiguration(VaultDatabase vault, LinkedWorkspaces workspaces, ConfigurationLoader loader) {
    this.vault = vault;
    this.workspaces = workspaces;
    this.loader = loader;
  }

  /** Brings it into force if it changed, and tells whether it did. */
  public synchronized boolean look() {
    long now = vault.inReachable(place -> vault.at(place, Database.STORE, tx -> FeedStore.revision(tx.dsl()))).stream()
        .mapToLong(Long::longValue).sum();
    if (now == revision) {
      return false;
    }
    load(true);
    revision = now;
    return true;
  }

  /** Brings it into force in this process only, for a command. */
  public synchronized void open() {
    load(false);
  }

  private void load(boolean recorded) {
    List<WorkspaceDraft> drafts = new ArrayList<>();
    Map<ApiKeyId, Feed.ApiKey> rules = new HashMap<>();
    Set<WorkspaceId> all = new LinkedHashSet<>(vault.listReachable(FeedStore::workspaces));
    all.addAll(last.keySet());
    for (WorkspaceId id : all) {
      Feed.Workspace workspace = read(id);
      if (workspace == null) {
        last.remove(id);
      } else {
        last.put(id, workspace);
        workspace.apiKeys().forEach(rule -> rules.put(rule.id(), rule));
        try {
          drafts.add(workspaces.draft(workspace));
        } catch (ConfigurationException wrong) {
          LOG.error("a workspace of the control plane is not in force: {}", wrong.getMessage());
        }
      }
    }
    loader.load(drafts, rules, recorded);
  }

  private Feed.@Nullable Workspace read(WorkspaceId id) {
    try {
      return vault.<Feed.@Nullable Workspace>inWorkspace(id, tx -> workspaces.read(tx, false));
    } catch (IntegrityException changed) {
      LOG.error("the stored configuration of {} was changed behind our back; it is not in force", id);
      return null;
    } catch (StoreUnavailableException silent) { // its cell is away, or it is being moved: it stays as it is, and the others go on
      Feed.Workspace before = last.get(id);
      if (before == null) {
        throw silent;
      }
      return before;
    }
  }
}
