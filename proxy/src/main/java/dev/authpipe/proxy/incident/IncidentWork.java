package dev.authpipe.proxy.incident;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.retire.Retirement;
import dev.authpipe.proxy.retire.RevocationState;
import dev.authpipe.proxy.secret.Randomness;
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
  private static final Duration KEPT = Duration.ofDays(400);
  private static final int FORGOTTEN_AT_ONCE = 10;
  private static final int DUE_PER_PROVIDER = 200;

  private final VaultDatabase database;
  private final IncidentStore store;
  private final Configuration configuration;
  private final Collecting collecting;
  private final Retirement retirement;
  private final Rotating rotating;
  private final IncidentReports reports;
  private final Randomness randomness;
  private final Ticker ticker;
  private final Lanes lanes = new Lanes(8, 24);
  private volatile boolean stopping;

  IncidentWork(VaultDatabase database, IncidentStore store, Configuration configuration, Collecting collecting,
      Retirement retirement, Rotating rotating, IncidentReports reports, Randomness randomness, Ticker ticker) {
    this.database = database;
    this.store = store;
    this.configuration = configuration;
    this.collecting = collecting;
    this.retirement = retirement;
    this.rotating = rotating;
    this.reports = reports;
    this.randomness = randomness;
    this.ticker = ticker;
  }

  /** One run: until when, and the incidents whose connections are all taken up that were there so far. */
  private record Run(long until, Set<UUID> taken) {}

  /** Brings every incident as far as it goes now, each a little at a time: one that is asked for meanwhile is not kept waiting. */
  void run() {
    forget();
    Run run = new Run(ticker.read() + LONGEST_RUN.toNanos(), ConcurrentHashMap.newKeySet());
    boolean more = true;
    while (more && isGoingOn(run)) {
      more = round(run);
    }
  }

  /** Deletes what ended long ago, of each workspace a little with each run. */
  private void forget() {
    for (Workspace one : configuration.workspaces()) {
      try {
        database.run(one.id(), tx -> store.endedBefore(tx, KEPT, FORGOTTEN_AT_ONCE).forEach(id -> store.forget(tx, id)));
      } catch (RuntimeException fault) {
        LOG.warn("old incidents of {} are deleted later: {}", one.id(), fault.getClass().getName());
      }
    }
  }

  /** Whether there was something to do. Takes all up first, in every workspace: blocking waits for nobody's provider. */
  private boolean round(Run run) {
    boolean taken = each(IncidentStore.Row::collecting, (workspace, incident) -> isTaken(run, workspace, incident));
    boolean worked = each(incident -> !incident.collecting() || run.taken.contains(incident.id()),
        (workspace, incident) -> advance(run, workspace, incident));
    return taken || worked;
  }

  /** Does something for each incident under way that is meant; one that fails keeps no other waiting. */
  private boolean each(Predicate<IncidentStore.Row> meant, BiPredicate<WorkspaceId, IncidentStore.Row> work) {
    boolean worked = false;
    for (Workspace one : configuration.workspaces()) {
      WorkspaceId workspace = one.id();
      try {
        for (IncidentStore.Row incident : database.inWorkspace(workspace, store::underWay)) {
          worked |= meant.test(incident) && hasWorked(workspace, incident, work);
        }
      } catch (RuntimeException fault) {
        LOG.warn("the incidents of {} go on later: {}", workspace, fault.getClass().getName());
      }
    }
    return worked;
  }

  private static boolean hasWorked(WorkspaceId workspace, IncidentStore.Row incident,
      BiPredicate<WorkspaceId, IncidentStore.Row> work) {
    try {
      return work.test(workspace, incident);
    } catch (RuntimeException fault) {
      LOG.warn("an incident of {} goes on later: {}", workspace, fault.getClass().getName());
      return false;
    }
  }

  private boolean isTaken(Run run, WorkspaceId workspace, IncidentStore.Row incident) {
    Collecting.Pass pass = collecting.pass(workspace, incident, () -> isGoingOn(run));
    if (pass != Collecting.Pass.CUT) {
      run.taken.add(incident.id());
    }
    return pass == Collecting.Pass.PROGRESS;
  }

  /** While providers are asked: blocks what was asked for since. */
  private void block(Run run) {
    boolean blocked = each(incident -> incident.collecting() && incident.kind() == IncidentKind.REVOKE_ALL,
        (workspace, incident) -> isTaken(run, workspace, incident));
    LOG.debug("blocked meanwhile: {}", blocked);
  }

  /** Stops between two steps. */
  @PreDestroy
  void stop() {
    stopping = true;
  }

  private boolean advance(Run run, WorkspaceId workspace, IncidentStore.Row incident) {
    List<IncidentStore.Due> due = database.inWorkspace(workspace, tx -> store.due(tx, incident.id(), DUE_PER_PROVIDER));
    if (!due.isEmpty()) {
      lanes.run(due, one -> isAdvanced(workspace, incident, one.connection()), () -> !isGoingOn(run), () -> block(run),
          provider -> database.run(workspace, tx -> store.pause(tx, incident.id(), provider, LEFT_ALONE)));
      return true;
    }
    if (!incident.collecting() && database.inWorkspace(workspace, tx -> store.isDone(tx, incident.id()))) {
      reports.finish(workspace, incident);
    }
    return false;
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

  private boolean isGoingOn(Run run) {
    boolean goingOn = !stopping && ticker.read() - run.until < 0;
    if (!goingOn) {
      LOG.debug("the rest is for the next run");
    }
    return goingOn;
  }
}
