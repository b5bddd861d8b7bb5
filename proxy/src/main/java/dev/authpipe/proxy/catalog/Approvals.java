package dev.authpipe.proxy.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.wire.ApiKeyRequestId;
import dev.authpipe.wire.ChangeId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WebhookId;
import dev.authpipe.wire.WorkspaceId;

/**
 * What waits for the operator of this proxy, and the operator's decisions (S71). Must never decide by itself, nor believe a row whose MAC or id
 * is not that of its content.
 */
@Singleton
public final class Approvals {
  private final VaultDatabase vault;
  private final LinkedWorkspaces workspaces;
  private final AuditLog audit;

  /**
   * Something that waits.
   *
   * @param proposal      what it is
   * @param workspaceName what the workspace is called, or would be
   * @param since         when it was proposed first
   */
  public record Waiting(Proposal proposal, String workspaceName, Instant since) {}

  Approvals(VaultDatabase vault, LinkedWorkspaces workspaces, AuditLog audit) {
    this.vault = vault;
    this.workspaces = workspaces;
    this.audit = audit;
  }

  /** How many wait. */
  public long count() {
    return waiting(vault);
  }

  static long waiting(VaultDatabase vault) {
    return vault.inReachable(place -> vault.at(place, Database.STORE, tx -> FeedStore.waiting(tx.dsl()))).stream()
        .mapToLong(Long::longValue).sum();
  }

  /** How many were not kept because too many wait. */
  public long beyond() {
    return vault.lookUp(FeedStore::uncounted);
  }

  /** The highest version of the feed that was seen. */
  public long feedVersion() {
    return vault.lookUp(FeedStore::version);
  }

  /** Everything that waits; workspaces before what is in them. */
  public List<Waiting> list() {
    List<Waiting> all = new ArrayList<>();
    for (WorkspaceId id : vault.listReachable(FeedStore::workspaces)) {
      vault.run(id, tx -> {
        Feed.Workspace inForce = workspaces.read(tx, false);
        List<FeedStore.Waiting> rows = FeedStore.changes(tx).stream().filter(w -> !w.refused() && workspaces.holds(w)).toList();
        String name = inForce == null ? id.toString() : inForce.name();
        rows.stream().filter(w -> w.proposal().object().equals(id.toString())).forEach(w -> all.add(shown(w, name)));
        rows.stream().filter(w -> !w.proposal().object().equals(id.toString())).forEach(w -> all.add(shown(w, name)));
      });
    }
    return all;
  }

  private static Waiting shown(FeedStore.Waiting row, String name) {
    return new Waiting(row.proposal(), name, row.proposedAt());
  }

  /**
   * Lets a change come into force, exactly as it was shown.
   *
   * @param makeKey given a request for an API key, in the same transaction
   * @throws ConfigurationException with one sentence, if it cannot come into force
   */
  public void approve(Proposal shown, BiConsumer<Tx, Feed.ApiKeyRequest> makeKey) {
    vault.run(shown.workspace(), tx -> {
      Feed.Workspace inForce = workspaces.read(tx, true);
      Proposal proposal = waiting(tx, shown.id());
      Feed.Workspace next = approved(tx, inForce, proposal, makeKey);
      if (!workspaces.shown(next, inForce).refused().isEmpty()) {
        throw new ConfigurationException("it would mislead end users, or could not be shown to them"); // by today's rules
      }
      String wrong = workspaces.draft(next).name(); // the rules of a file, and the region
      workspaces.write(tx, next);
      boolean mine = FeedStore.remove(tx, proposal.id());
      if (!mine) {
        throw new ConfigurationException("the change of workspace " + wrong + " does not wait any more");
      }
      audit.append(tx, Feeds.entry(AuditType.APPROVAL_GIVEN, AuditActor.operator(), proposal));
    });
  }

  /**
   * A logo as the connect page would have it: a PNG of its pixels alone.
   *
   * @throws IllegalArgumentException if it could not be shown
   */
  public static byte[] picture(String base64) {
    return ThemeRules.logo(base64).file();
  }

  /** Refuses a change for as long as the control plane repeats it; false when it does not wait. */
  public boolean refuse(Proposal shown) {
    return vault.inWorkspace(shown.workspace(), tx -> {
      boolean waited = FeedStore.refuse(tx, shown.id());
      if (waited) {
        audit.append(tx, Feeds.entry(AuditType.APPROVAL_REFUSED, AuditActor.operator(), shown));
      }
      return waited;
    });
  }

  private Proposal waiting(Tx tx, ChangeId id) {
    FeedStore.Waiting row = FeedStore.find(tx, id);
    if (row == null || row.refused() || !workspaces.holds(row)) {
      throw new ConfigurationException("no change " + id + " waits");
    }
    return row.proposal();
  }

  private Feed.Workspace approved(Tx tx, Feed.@Nullable Workspace inForce, Proposal proposal,
      BiConsumer<Tx, Feed.ApiKeyRequest> makeKey) {
    String object = proposal.object();
    if (object.startsWith(WorkspaceId.PREFIX + "_")) {
      FeedObject base = inForce == null ? FeedObject.whole(object, proposal) : FeedObject.of(inForce).approved(proposal);
      return FeedObject.workspace(base, inForce == null ? List.of() : inForce.integrations(),
          inForce == null ? List.of() : inForce.apiKeys(), inForce == null ? List.of() : inForce.apiKeyRequests(),
          inForce == null ? List.of() : inForce.webhooks());
    }
    if (inForce == null) {
      throw new ConfigurationException("approve the workspace " + proposal.workspace() + " first");
    }
    List<Feed.Integration> integrations = new ArrayList<>(inForce.integrations());
    List<Feed.ApiKey> keys = new ArrayList<>(inForce.apiKeys());
    List<Feed.ApiKeyRequest> requests = new ArrayList<>(inForce.apiKeyRequests());
    List<Feed.Webhook> webhooks = new ArrayList<>(inForce.webhooks());
    if (object.startsWith(IntegrationId.PREFIX + "_")) {
      change(integrations, Feed.Integration.class, proposal);
    } else if (object.startsWith(ApiKeyRequestId.PREFIX + "_")) {
      change(requests, Feed.ApiKeyRequest.class, proposal);
      makeKey.accept(tx, requests.getLast());
    } else if (object.startsWith(WebhookId.PREFIX + "_")) {
      change(webhooks, Feed.Webhook.class, proposal);
    } else {
      change(keys, Feed.ApiKey.class, proposal);
    }
    return FeedObject.workspace(FeedObject.of(inForce), integrations, keys, requests, webhooks);
  }

  private static <T extends Record> void change(List<T> objects, Class<T> type, Proposal proposal) {
    if (proposal.member().equals("provider")) {
      throw new ConfigurationException(
          "an integration cannot move to another provider; its connections belong to the present one");
    }
    for (int i = 0; i < objects.size(); i++) {
      FeedObject present = FeedObject.of(objects.get(i));
      if (present.id().equals(proposal.object())) {
        objects.set(i, present.approved(proposal).as(type));
        return;
      }
    }
    objects.add(FeedObject.whole(proposal.object(), proposal).as(type));
  }
}
