package dev.authpipe.proxy.incident;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.retire.Retirement;
import dev.authpipe.proxy.vault.ConnectionFilter;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Takes the connections of an incident up, and blocks them where all are revoked. Asks no provider. Must not end before everything that was
 * there at the request, or came within a minute after it, is taken up.
 */
@Singleton
final class Collecting {
  /** A connection that came so long after the request is the person's new consent, and stays. */
  private static final Duration LATER = Duration.ofMinutes(1);
  /** By then what came before {@link #LATER} is committed. */
  private static final Duration LAST_LOOK = LATER.plusSeconds(15);
  private static final int PAGE = 100;

  private final VaultDatabase database;
  private final IncidentStore store;
  private final Connections connections;
  private final Retirement retirement;

  Collecting(VaultDatabase database, IncidentStore store, Connections connections, Retirement retirement) {
    this.database = database;
    this.store = store;
    this.connections = connections;
    this.retirement = retirement;
  }

  /** What came of a pass over the connections. */
  enum Pass {
    /** Told to stop. */
    CUT,
    /** Nothing that was not taken up before, and it is too early to be the last. */
    NOTHING_NEW,
    /** There is something to do now. */
    PROGRESS
  }

  /** @param last null: there is no further page */
  private record Page(@Nullable ConnectionId last, int fresh) {}

  /** Goes over the connections once. The last pass is one that began late enough, went over all and found nothing new. */
  Pass pass(WorkspaceId workspace, IncidentStore.Row incident, BooleanSupplier goingOn) {
    boolean late = database.inWorkspace(workspace, tx -> store.isOlder(tx, incident.id(), LAST_LOOK));
    boolean fromTop = late || incident.kind() == IncidentKind.REVOKE_ALL; // what is blocked is not looked at again
    Page page = new Page(fromTop ? null : incident.collectedTo(), 0);
    int fresh = 0;
    do {
      if (!goingOn.getAsBoolean()) {
        return Pass.CUT;
      }
      ConnectionId after = page.last();
      page = database.inWorkspace(workspace, tx -> take(tx, incident, after));
      fresh += page.fresh();
    } while (page.last() != null);
    boolean ended = late && fresh == 0;
    if (ended) {
      database.run(workspace, tx -> store.collected(tx, incident.id()));
    }
    return ended || fresh > 0 ? Pass.PROGRESS : Pass.NOTHING_NEW;
  }

  private Page take(Tx tx, IncidentStore.Row incident, @Nullable ConnectionId after) {
    IncidentStore.Row locked = store.lock(tx, incident.id()).orElse(null);
    if (locked == null || !locked.collecting()) {
      return new Page(null, 0);
    }
    ConnectionFilter filter = new ConnectionFilter(incident.integration(), Set.of(), null, ConnectionStatus.ACTIVE);
    List<ConnectionListing> page = connections.list(tx, filter, after, PAGE);
    if (page.isEmpty()) {
      return new Page(null, 0);
    }
    List<ConnectionRow> meant = page.stream().map(ConnectionListing::connection)
        .filter(row -> row.createdAt().isBefore(incident.requestedAt().plus(LATER)))
        .sorted(Comparator.comparing(row -> row.id().value().toString())) // whoever takes many leases takes them in this order
        .toList();
    boolean blocks = incident.kind() == IncidentKind.REVOKE_ALL;
    AuditActor actor = Incidents.actor(incident.requestedBy());
    if (blocks) {
      meant.forEach(row -> retirement.block(tx, row.id(), actor));
    }
    ConnectionId last = page.getLast().connection().id();
    return new Page(last, store.collect(tx, incident.id(), meant, last, blocks ? "blocked" : "waiting"));
  }
}
