package dev.authpipe.proxy.catalog;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.wire.ChangeId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.WorkspaceId;

/**
 * Takes what a control plane says and lets into force what narrows; everything else waits (S71). Must never believe a document to be
 * well-meant: it is a proposal. Safe with several replicas at once and after being cut off at any point.
 */
@Singleton
public final class Feeds {
  static final int MOST_WAITING = 10_000;
  /** Proposals in one transaction. */
  private static final int STEP = 50;
  /** How far a version may be above the highest that was seen: a leap to the last number would shut every later document out. */
  private static final long FARTHEST = 1_000_000;
  private static final Logger LOG = LoggerFactory.getLogger(Feeds.class);
  private static final AuditActor ACTOR = AuditActor.system("catalog");

  private final VaultDatabase vault;
  private final LinkedWorkspaces workspaces;
  private final DeletedWorkspaces deleted;
  private final LinkSettings settings;
  private final AuditLog audit;
  private final Refusals refusals;
  private final Clock clock;
  private final Map<WorkspaceId, Feed.Workspace> taken = new HashMap<>();
  private Instant hour = Instant.EPOCH;
  private int proposedThisHour;

  Feeds(VaultDatabase vault, LinkedWorkspaces workspaces, DeletedWorkspaces deleted, LinkSettings settings, AuditLog audit,
      Refusals refusals, Clock clock) {
    this.vault = vault;
    this.workspaces = workspaces;
    this.deleted = deleted;
    this.settings = settings;
    this.audit = audit;
    this.refusals = refusals;
    this.clock = clock;
  }

  /** Takes a document; false when its version is below one that was seen or far above, and nothing of it is looked at. */
  public synchronized boolean take(Feed feed) {
    return switch (vault.inWorkspace(Database.STORE, tx -> FeedStore.seen(tx, feed.version(), FARTHEST))) {
      case OLDER -> refused(feed, "feed_older");
      case TOO_FAR -> refused(feed, "feed_too_far");
      case TAKEN -> {
        takeAll(feed);
        yield true;
      }
    };
  }

  private boolean refused(Feed feed, String reason) {
    LOG.warn("version {} of the control plane's feed was refused: {}", feed.version(), reason);
    refusals.count(Database.STORE, reason, null);
    return false;
  }

  private void takeAll(Feed feed) {
    Allowance allowance = allowance();
    Map<WorkspaceId, Feed.Workspace> wanted = feed.workspaces().stream().collect(Collectors.toMap(Feed.Workspace::id, w -> w));
    Set<WorkspaceId> all = new HashSet<>(wanted.keySet());
    all.addAll(vault.listReachable(FeedStore::workspaces));
    taken.keySet().retainAll(all);
    for (WorkspaceId workspace : all) {
      Feed.Workspace now = wanted.get(workspace);
      if (now == null || !now.equals(taken.get(workspace))) {
        int before = allowance.beyond;
        boolean looked = isLookedAt(workspace, now, allowance);
        if (now == null || !looked || allowance.beyond > before) {
          taken.remove(workspace); // looked at again with the next document
        } else {
          taken.put(workspace, now);
        }
      }
    }
    proposedThisHour += allowance.added;
    vault.run(Database.STORE, tx -> FeedStore.uncounted(tx, allowance.beyond));
  }

  /** False when its database does not answer; the others are taken all the same. */
  private boolean isLookedAt(WorkspaceId workspace, Feed.@Nullable Workspace wanted, Allowance allowance) {
    try {
      take(workspace, wanted, allowance);
      return true;
    } catch (StoreUnavailableException silent) {
      LOG.warn("what the control plane says of {} is looked at later: its database does not answer", workspace);
      return false;
    }
  }

  /** Looks at everything anew with the next document: what is in force was changed by somebody else. */
  public synchronized void reconsider() {
    taken.clear();
  }

  /** Begins with another control plane, whose versions are its own. */
  public void begin(Tx tx) {
    FeedStore.begin(tx);
  }

  /** How much may still be proposed: neither the list that waits nor the log of it may be flooded. */
  private static final class Allowance {
    private final long most;
    private int added;
    private int beyond;

    Allowance(long most) {
      this.most = most;
    }

    boolean take() {
      if (added >= most) {
        beyond++;
        return false;
      }
      added++;
      return true;
    }
  }

  private Allowance allowance() {
    Instant now = clock.instant();
    if (Duration.between(hour, now).compareTo(Duration.ofHours(1)) >= 0) {
      hour = now;
      proposedThisHour = 0;
    }
    return new Allowance(Math.min(MOST_WAITING - Approvals.waiting(vault), MOST_WAITING - proposedThisHour));
  }

  private void take(WorkspaceId workspace, Feed.@Nullable Workspace wanted, Allowance allowance) {
    try {
      boolean more;
      do {
        more = vault.inWorkspace(workspace, tx -> apply(tx, wanted, allowance));
      } while (more);
    } catch (IntegrityException changed) {
      LOG.error("the stored configuration of {} was changed behind our back; nothing of it is believed", workspace);
      vault.run(workspace, tx -> audit.append(tx,
          AuditEntry.of(AuditType.FEED_ROW_REFUSED, ACTOR, AuditObject.workspace(workspace)).outcome(AuditOutcome.REFUSED)
              .reason("integrity_error").detail(AuditDetail.RECORD, "linked_workspace").build()));
    } catch (ConfigurationException | IllegalArgumentException wrong) { // this one, and no other
      LOG.error("the control plane's workspace {} cannot come into force: {}", workspace, wrong.getMessage());
      refusals.count(Database.STORE, "feed_workspace_wrong", null);
    }
  }

  /**
   * Applies what narrows and takes up proposals, a step of them: each is an event, and who reads an access token waits for those before it. True
   * when more is left.
   */
  private boolean apply(Tx tx, Feed.@Nullable Workspace wanted, Allowance allowance) {
    Feed.Workspace inForce = workspaces.read(tx, true);
    if (deleted.contains(tx)) {
      return false; // whatever the control plane says of it: it goes, and does not come back
    }
    Feed.Workspace judged = wanted == null ? null : judged(wanted, inForce);
    Feed.Workspace heard = judged == null ? null : workspaces.withKnownKeys(tx, judged);
    if (heard != null && wanted != null && heard.apiKeys().size() < wanted.apiKeys().size()) {
      refusals.count(Database.STORE, "feed_unknown_key", null);
    }
    FeedDifference.Outcome outcome = FeedDifference.of(tx.workspace(), inForce, heard, settings.trusting());
    Feed.Workspace next = outcome.inForce();
    if (next != null && !next.equals(inForce)) {
      if (settings.trusting()) {
        LOG.debug("trusted: {}", workspaces.draft(next).name()); // throws if it is wrong
      }
      workspaces.write(tx, next);
      outcome.applied().forEach(one -> audit.append(tx, entry(AuditType.CHANGE_APPLIED, ACTOR, one)));
    }
    List<FeedStore.Waiting> waiting = FeedStore.changes(tx);
    return withdraw(tx, outcome.proposals(), waiting) || propose(tx, outcome.proposals(), waiting, allowance);
  }

  private Feed.Workspace judged(Feed.Workspace wanted, Feed.@Nullable Workspace inForce) {
    ShownValues.Outcome outcome = workspaces.shown(wanted, inForce);
    outcome.refused().forEach(code -> refusals.count(Database.STORE, code, null));
    return outcome.workspace();
  }

  private boolean propose(Tx tx, List<Proposal> proposals, List<FeedStore.Waiting> waiting, Allowance allowance) {
    Set<UUID> known = waiting.stream().map(FeedStore.Waiting::id).collect(Collectors.toSet());
    List<Proposal> fresh = new ArrayList<>();
    boolean more = false;
    for (Proposal proposal : proposals) {
      if (known.add(proposal.id().value())) {
        if (fresh.size() == STEP) {
          more = true;
          break;
        } else if (allowance.take()) {
          fresh.add(proposal);
        }
      }
    }
    Set<UUID> added = FeedStore.add(tx, fresh, workspaces::mac);
    fresh.stream().filter(one -> added.contains(one.id().value()))
        .forEach(one -> audit.append(tx, entry(AuditType.APPROVAL_ASKED, ACTOR, one)));
    return more;
  }

  private boolean withdraw(Tx tx, List<Proposal> proposals, List<FeedStore.Waiting> waiting) {
    Set<UUID> proposed = proposals.stream().map(one -> one.id().value()).collect(Collectors.toSet());
    List<FeedStore.Waiting> gone = waiting.stream().filter(one -> !proposed.contains(one.id())).toList();
    for (FeedStore.Waiting one : gone.subList(0, Math.min(gone.size(), STEP))) {
      if (FeedStore.remove(tx, new ChangeId(one.id())) && !one.refused() && workspaces.holds(one)) {
        audit.append(tx, entry(AuditType.APPROVAL_WITHDRAWN, ACTOR, one.proposal()));
      }
    }
    return gone.size() > STEP;
  }

  static AuditEntry entry(AuditType type, AuditActor actor, Proposal proposal) {
    return AuditEntry.of(type, actor, AuditObject.change(proposal.id())).detail(AuditDetail.CONCERNS, proposal.object())
        .detail(AuditDetail.MEMBER, proposal.member().isEmpty() ? "whole" : proposal.member()).build();
  }
}
