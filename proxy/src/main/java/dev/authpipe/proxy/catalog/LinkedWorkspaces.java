package dev.authpipe.proxy.catalog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.catalog.WorkspaceDraft.IntegrationDraft;
import dev.authpipe.proxy.catalog.WorkspaceDraft.WebhookDraft;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.proxy.envelope.CanonicalRow;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.Documents;
import dev.authpipe.wire.Feed;

/**
 * Keeps what is in force of workspaces that a control plane describes, under a MAC, and makes drafts of it by the same rules that a file is
 * read by. Never lets a row come into force whose MAC does not hold.
 */
@Singleton
final class LinkedWorkspaces {
  private static final Logger LOG = LoggerFactory.getLogger(LinkedWorkspaces.class);
  private static final String KIND = "linked_workspace";
  private static final String CHANGE = "waiting_change";

  private final DeploymentKeys keys;
  private final Catalog catalog;
  private final CatalogSettings settings;
  private final LinkSettings link;
  private final WorkspaceKeys apiKeys;

  LinkedWorkspaces(DeploymentKeys keys, Catalog catalog, CatalogSettings settings, LinkSettings link, WorkspaceKeys apiKeys) {
    this.keys = keys;
    this.catalog = catalog;
    this.settings = settings;
    this.link = link;
    this.apiKeys = apiKeys;
  }

  /**
   * What is in force of the transaction's workspace; null: nothing.
   *
   * @throws IntegrityException if the row is not what was written
   */
  Feed.@Nullable Workspace read(Tx tx, boolean lock) {
    FeedStore.Linked row = FeedStore.linked(tx, lock).orElse(null);
    if (row == null) {
      return null;
    }
    if (!keys.authorityMacHolds(KIND, canonical(tx, row.document()), row.mac())) {
      throw new IntegrityException(KIND);
    }
    return withKnownKeys(tx, LinkJson.read(Feed.Workspace.class, row.document().getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * A workspace without rules about keys that it does not have: one about another workspace's key could give back what was taken away from that,
   * and rules about no key at all would pile up.
   */
  Feed.Workspace withKnownKeys(Tx tx, Feed.Workspace workspace) {
    if (workspace.apiKeys().isEmpty()) {
      return workspace;
    }
    Set<ApiKeyId> known = apiKeys.of(tx);
    return workspace.withApiKeys(workspace.apiKeys().stream().filter(rule -> known.contains(rule.id())).toList());
  }

  /** What is left of a document when what end users must not see is passed over. */
  ShownValues.Outcome shown(Feed.Workspace wanted, Feed.@Nullable Workspace inForce) {
    return ShownValues.of(wanted, inForce, catalog);
  }

  void write(Tx tx, Feed.Workspace workspace) {
    String document = LinkJson.text(Documents.write(workspace));
    FeedStore.put(tx, new FeedStore.Linked(document, keys.authorityMac(KIND, canonical(tx, document))));
  }

  byte[] mac(Proposal proposal) {
    return keys.authorityMac(CHANGE, proposal.canonical());
  }

  boolean holds(FeedStore.Waiting waiting) {
    return keys.authorityMacHolds(CHANGE, waiting.proposal().canonical(), waiting.mac())
        && waiting.proposal().id().value().equals(waiting.id());
  }

  boolean isServed(Feed.Workspace workspace) {
    return link.regions().contains(workspace.region());
  }

  /**
   * A workspace as a file would have it, with the ids that the control plane gave.
   *
   * @throws ConfigurationException if it is wrong, of another region, or names what this proxy does not know
   */
  WorkspaceDraft draft(Feed.Workspace approved) {
    Feed.Workspace workspace = ShownValues.presentable(approved);
    if (!workspace.equals(approved)) {
      LOG.error("what was approved of {} for end users to see is not shown by today's rules", workspace.id());
    }
    if (!isServed(workspace)) {
      throw new ConfigurationException("the workspace " + workspace.name() + " is of region " + workspace.region()
          + ", which control_plane.regions does not name");
    }
    List<Feed.Integration> enabled = workspace.integrations().stream().filter(i -> !i.disabled()).toList();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", workspace.name());
    tree.put("strict_audit", workspace.strictAudit());
    tree.put("retention", workspace.retentionDays() + " d");
    tree.put("integrations", enabled.stream().map(this::integration).toList());
    List<Feed.Webhook> webhooks = workspace.webhooks().stream().filter(w -> !w.disabled() && !w.events().isEmpty()).toList();
    tree.put("webhooks", webhooks.stream().map(LinkedWorkspaces::webhook).toList());
    byte[] yaml = LinkJson.bytes(Map.of("workspaces", List.of(tree)));
    YamlSection root = YamlFile.parse("the feed's workspace " + workspace.name(), null, yaml);
    WorkspaceDraft draft = new WorkspacesReader(catalog, settings.usualKek(), Set.of(settings.usualKek())).read(root).getFirst();
    root.finish();
    Theme theme = ShownValues.theme(workspace.branding());
    List<IntegrationDraft> integrations = new ArrayList<>();
    for (int i = 0; i < enabled.size(); i++) {
      integrations.add(draft.integrations().get(i).themed(theme).known(enabled.get(i).id()));
    }
    List<WebhookDraft> endpoints = new ArrayList<>();
    for (int i = 0; i < webhooks.size(); i++) {
      endpoints.add(draft.webhooks().get(i).known(webhooks.get(i).id()));
    }
    return draft.known(workspace.id(), integrations, endpoints);
  }

  /** Without a name of its own, and https only: a file may name this machine, a control plane may not. */
  private static Map<String, Object> webhook(Feed.Webhook one) {
    if (!one.url().startsWith("https://")) {
      throw new ConfigurationException("the webhook endpoint " + one.id() + " has no https:// address");
    }
    return Map.of("name", one.id().toString().replace('_', '-'), "url", one.url(), "events", one.events());
  }

  /** JSON is YAML, so that the reader of files has the one set of rules. */
  private Map<String, Object> integration(Feed.Integration one) {
    Map<String, Object> tree = Documents.write(one);
    tree.keySet().removeAll(List.of("id", "disabled", "note"));
    Provider provider = catalog.provider(one.provider()).orElse(null);
    if (provider != null && !provider.hasClient() && one.clientId().isEmpty()) {
      tree.remove("client_id");
    }
    if (provider != null && provider.token() == null && one.scopes().isEmpty()) {
      tree.remove("scopes");
    }
    return tree;
  }

  private static byte[] canonical(Tx tx, String document) {
    return new CanonicalRow().id(tx.workspace().value()).text(document).bytes();
  }
}
