package dev.authpipe.proxy.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.Feed;
import dev.authpipe.wire.WorkspaceId;

/**
 * The difference between what is in force of a workspace and what the feed says: what narrows is in the result at once, everything else is a
 * proposal. A pure function of the two; never asks who is right.
 */
final class FeedDifference {
  private final WorkspaceId workspace;
  private final boolean trusting;
  private final List<Proposal> proposals = new ArrayList<>();
  private final List<Proposal> applied = new ArrayList<>();

  /**
   * What comes of a difference.
   *
   * @param inForce   what is in force after it; null: nothing yet
   * @param proposals what waits
   * @param applied   what came into force at once
   */
  record Outcome(Feed.@Nullable Workspace inForce, List<Proposal> proposals, List<Proposal> applied) {}

  private FeedDifference(WorkspaceId workspace, boolean trusting) {
    this.workspace = workspace;
    this.trusting = trusting;
  }

  /**
   * Compares.
   *
   * @param inForce  what is in force; null: nothing
   * @param wanted   what the feed says; null: it leaves the workspace out
   * @param trusting whether everything applies at once
   */
  static Outcome of(WorkspaceId id, Feed.@Nullable Workspace inForce, Feed.@Nullable Workspace wanted, boolean trusting) {
    FeedDifference difference = new FeedDifference(id, trusting);
    Feed.Workspace next = wanted == null ? difference.disabled(inForce) : difference.workspace(inForce, wanted);
    return new Outcome(next, List.copyOf(difference.proposals), List.copyOf(difference.applied));
  }

  private Feed.@Nullable Workspace workspace(Feed.@Nullable Workspace inForce, Feed.Workspace wanted) {
    FeedObject whole = object(inForce == null ? null : FeedObject.of(inForce), FeedObject.of(wanted));
    List<Feed.Integration> integrations = new ArrayList<>();
    Map<String, Feed.Integration> had = byId(inForce == null ? List.of() : inForce.integrations());
    for (Feed.Integration one : wanted.integrations()) {
      Feed.Integration before = had.remove(one.id().toString());
      FeedObject after = object(before == null ? null : FeedObject.of(before), FeedObject.of(one));
      if (after != null) {
        integrations.add(after.as(Feed.Integration.class));
      }
    }
    had.values().forEach(gone -> integrations.add(disabled(FeedObject.of(gone)).as(Feed.Integration.class)));
    List<Feed.ApiKey> keys = keys(inForce == null ? List.of() : inForce.apiKeys(), wanted.apiKeys());
    List<Feed.ApiKeyRequest> requests = requests(inForce == null ? List.of() : inForce.apiKeyRequests(), wanted.apiKeyRequests());
    List<Feed.Webhook> webhooks = webhooks(inForce == null ? List.of() : inForce.webhooks(), wanted.webhooks());
    return whole == null ? null : FeedObject.workspace(whole, integrations, keys, requests, webhooks);
  }

  private List<Feed.Webhook> webhooks(List<Feed.Webhook> inForce, List<Feed.Webhook> wanted) {
    List<Feed.Webhook> webhooks = new ArrayList<>();
    Map<String, Feed.Webhook> had = byId(inForce);
    for (Feed.Webhook one : wanted) {
      Feed.Webhook before = had.remove(one.id().toString());
      FeedObject after = object(before == null ? null : FeedObject.of(before), FeedObject.of(one));
      if (after != null) {
        webhooks.add(after.as(Feed.Webhook.class));
      }
    }
    had.values().forEach(gone -> webhooks.add(disabled(FeedObject.of(gone)).as(Feed.Webhook.class)));
    return webhooks;
  }

  /** What a key has not been given it cannot get here, so that the first rule about it can only narrow. */
  private List<Feed.ApiKey> keys(List<Feed.ApiKey> inForce, List<Feed.ApiKey> wanted) {
    List<Feed.ApiKey> keys = new ArrayList<>();
    Map<String, Feed.ApiKey> had = byId(inForce);
    for (Feed.ApiKey one : wanted) {
      Feed.ApiKey before = had.remove(one.id().toString());
      FeedObject after = before == null ? FeedObject.of(one) : object(FeedObject.of(before), FeedObject.of(one));
      if (after != null) {
        keys.add(after.as(Feed.ApiKey.class));
      }
    }
    had.values().forEach(gone -> keys.add(disabled(FeedObject.of(gone)).as(Feed.ApiKey.class)));
    return keys;
  }

  /** Those in force are done with; a request that is no longer made is forgotten. */
  private List<Feed.ApiKeyRequest> requests(List<Feed.ApiKeyRequest> done, List<Feed.ApiKeyRequest> wanted) {
    Map<String, Feed.ApiKeyRequest> had = byId(done);
    List<Feed.ApiKeyRequest> kept = new ArrayList<>();
    for (Feed.ApiKeyRequest one : wanted) {
      Feed.ApiKeyRequest before = had.get(one.id().toString());
      if (before != null) {
        kept.add(before);
      } else {
        proposals.add(whole(FeedObject.of(one))); // trusted or not: only the proxy's operator can be shown the key
      }
    }
    return kept;
  }

  private @Nullable FeedObject object(@Nullable FeedObject inForce, FeedObject wanted) {
    if (inForce == null) {
      (trusting ? applied : proposals).add(whole(wanted));
      return trusting ? wanted : null;
    }
    FeedObject next = inForce;
    Set<String> members = new LinkedHashSet<>(inForce.members().keySet());
    members.addAll(wanted.members().keySet());
    for (String member : members) {
      Object before = inForce.get(member);
      if (member.equals("note")) {
        continue; // the proxy has no use for it and keeps none
      }
      Object now = trusting ? wanted.get(member) : Narrowing.at(member, before, wanted.get(member));
      if (!Narrowing.same(now, before)) {
        applied.add(Proposal.of(workspace, wanted.id(), member, before, now));
        next = next.with(member, now);
      }
      if (!Narrowing.same(now, wanted.get(member))) {
        proposals.add(Proposal.of(workspace, wanted.id(), member, next.get(member), wanted.get(member)));
      }
    }
    return next;
  }

  private Proposal whole(FeedObject wanted) {
    return Proposal.of(workspace, wanted.id(), FeedObject.WHOLE, null, wanted.members());
  }

  private FeedObject disabled(FeedObject gone) {
    if (!Boolean.TRUE.equals(gone.get("disabled"))) {
      applied.add(Proposal.of(workspace, gone.id(), "disabled", false, true));
    }
    return gone.with("disabled", true);
  }

  private Feed.@Nullable Workspace disabled(Feed.@Nullable Workspace inForce) {
    if (inForce == null) {
      return null;
    }
    return FeedObject.workspace(FeedObject.of(inForce),
        inForce.integrations().stream().map(i -> disabled(FeedObject.of(i)).as(Feed.Integration.class)).toList(),
        inForce.apiKeys().stream().map(k -> disabled(FeedObject.of(k)).as(Feed.ApiKey.class)).toList(), List.of(),
        inForce.webhooks().stream().map(w -> disabled(FeedObject.of(w)).as(Feed.Webhook.class)).toList());
  }

  private static <T extends Record> Map<String, T> byId(List<T> objects) {
    Map<String, T> byId = new LinkedHashMap<>();
    objects.forEach(object -> byId.put(FeedObject.of(object).id(), object));
    return byId;
  }
}
