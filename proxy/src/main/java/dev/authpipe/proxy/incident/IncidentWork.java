package dev.authpipe.proxy.incident;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.retire.Retirement;
import dev.authpipe.proxy.retire.RevocationState;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.ConnectionFilter;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Brings incidents to their end: takes every connection up (and blocks it, where all are revoked), then works on each until its outcome is known.
 * What it has done is in rows: cut off at any point, another run goes on.
 */
@Singleton
final class IncidentWork {
  private static final Logger LOG = LoggerFactory.getLogger(IncidentWork.class);
  private static final Duration LONGEST_RUN = Duration.ofMinutes(10);
  private static final Duration CLAIM = Duration.ofMinutes(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
  private static final Duration LEFT_ALONE = Duration.ofSeconds(30);
  /** A connection that came so long after the request is the person's new consent, and stays. */
  private static final Duration LATER = Duration.ofMinutes(1);
  private static final int PAGE = 100;
  private static final int DUE_PER_PROVIDER = 200;

  private final VaultDatabase database;
  private final IncidentStore store;
  private final Connections connections;
  private final Configuration configuration;
  private final Retirement retirement;
  private final Rotating rotating;
  private final IncidentReports reports;
  private final Randomness randomness;
  private final Ticker ticker;
  private final Lanes lanes = new Lanes(8, 24);
  private volatile boolean stopping;

  IncidentWork(VaultDatabase database, IncidentStore store, Connections connections, Configuration configuration,
      Retirement retirement, Rotating rotating, IncidentReports reports, Randomness randomness, Ticker ticker) {
    this.database = database;
    this.store = store;
    this.connections = connections;
    this.configuration = configuration;
    this.retirement = retirement;
    this.rotating = rotating;
    this.reports = reports;
    this.randomness = randomness;
    this.ticker = ticker;
  }

  /** Brings every incident as far as it goes now, each a little at a time: one that is asked for meanwhile is not kept waiting. */
  void run() {
    long until = ticker.read() + LONGEST_RUN.toNanos();
    boolean more = true;
    while (more && isGoingOn(until)) {
      more = round(until);
    }
  }

  /** Whether there was something to do. */
  private boolean round(long until) {
    AtomicBoolean worked = new AtomicBoolean();
    Database.each(configuration.workspaces().stream().map(Workspace::id).toList(), workspace -> {
      for (IncidentStore.Row incident : database.inWorkspace(workspace, store::underWay)) {
        try {
          if (advance(workspace, incident, until)) {
            worked.set(true);
          }
        } catch (KeyUnavailableException locked) {
          LOG.warn("an incident goes on later: a key of {} cannot be used now", workspace); // the others do not wait for it
        }
      }
    });
    return worked.get();
  }

  /** Stops between two steps. */
  @PreDestroy
  void stop() {
    stopping = true;
  }

  private boolean advance(WorkspaceId workspace, IncidentStore.Row incident, long until) {
    if (incident.collecting()) {
      ConnectionId last = incident.collectedTo();
      boolean more = true;
      while (more && isGoingOn(until)) {
        ConnectionId after = last;
        last = database.<@Nullable ConnectionId>inWorkspace(workspace, tx -> collect(tx, incident, after));
        more = last != null;
      }
      return true;
    }
    List<IncidentStore.Due> due = database.inWorkspace(workspace, tx -> store.due(tx, incident.id(), DUE_PER_PROVIDER));
    if (!due.isEmpty()) {
      lanes.run(due, one -> isAdvanced(workspace, incident, one.connection()), () -> !isGoingOn(until),
          provider -> database.run(workspace, tx -> store.pause(tx, incident.id(), provider, LEFT_ALONE)));
      return true;
    }
    if (database.inWorkspace(workspace, tx -> store.isDone(tx, incident.id()))) {
      reports.finish(workspace, incident);
    }
    return false;
  }

  /** Takes up the next page; null when there is none. */
  private @Nullable ConnectionId collect(Tx tx, IncidentStore.Row incident, @Nullable ConnectionId after) {
    IncidentStore.Row locked = store.lock(tx, incident.id()).orElse(null);
    if (locked == null || !locked.collecting()) {
      return null;
    }
    ConnectionFilter filter = new ConnectionFilter(incident.integration(), Set.of(), null, ConnectionStatus.ACTIVE);
    List<ConnectionListing> page = connections.list(tx, filter, after, PAGE);
    if (page.isEmpty()) {
      store.collected(tx, incident.id());
      return null;
    }
    List<ConnectionRow> meant = page.stream().map(ConnectionListing::connection)
        .filter(row -> row.createdAt().isBefore(incident.requestedAt().plus(LATER))).toList();
    AuditActor actor = Incidents.actor(incident.requestedBy());
    if (incident.kind() == IncidentKind.REVOKE_ALL) {
      meant.forEach(row -> retirement.block(tx, row.id(), actor));
    }
    ConnectionId last = page.getLast().connection().id();
    store.collect(tx, incident.id(), meant, last, incident.kind() == IncidentKind.REVOKE_ALL ? "blocked" : "waiting");
    return last;
  }

  private boolean isAdvanced(WorkspaceId workspace, IncidentStore.Row incident, ConnectionId connection) {
    Step step = database.<@Nullable Step>inWorkspace(workspace,
        tx -> store.claim(tx, incident.id(), connection, CLAIM).orElse(null));
    if (step == null) {
      return true; // somebody else has it
    }
    StepOutcome outcome = switch (incident.kind()) {
      case REVOKE_ALL -> revoked(workspace, connection);
      case ROTATE_ALL -> rotating.attempt(workspace, step, Incidents.actor(incident.requestedBy()));
    };
    database.run(workspace, tx -> store.ended(tx, step, outcome, pause(step.tries())));
    return outcome.done();
  }

  private StepOutcome revoked(WorkspaceId workspace, ConnectionId connection) {
    RevocationState state = retirement.settle(workspace, connection);
    return state == RevocationState.PENDING ? StepOutcome.later("pending") : StepOutcome.done(state.word());
  }

  private Duration pause(int tries) {
    long cap = Math.min(LONGEST_PAUSE.toMillis(), 5_000L << Math.min(tries, 10));
    return Duration.ofMillis(2_500 + (long) (randomness.fraction() * cap));
  }

  private boolean isGoingOn(long until) {
    boolean goingOn = !stopping && ticker.read() - until < 0;
    if (!goingOn) {
      LOG.debug("the rest is for the next run");
    }
    return goingOn;
  }
}
