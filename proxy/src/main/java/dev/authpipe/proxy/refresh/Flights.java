package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.db.FairShare;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Step 2 of docs/refresh-protocol.md: one refresh per process, workspace, connection and generation, which all who need it share. A flight
 * lives on although nobody waits for it any more, because its answer must be kept. Never joins causes: a forced refresh is not satisfied by a
 * check that may find nothing to do. Starting one never blocks. No workspace's flights leave others without a place. Thread-safe.
 */
@Singleton
final class Flights {
  private static final Logger LOG = LoggerFactory.getLogger(Flights.class);
  private static final int MOST_TRIES = 4;

  private record FlightKey(WorkspaceId workspace, ConnectionId connection, long generation, RefreshCause cause) {}

  private final Renewal renewal;
  private final GenerationWatch watch;
  private final ProviderGate gate;
  private final VaultDatabase database;
  private final CredentialVault vault;
  private final RefreshSettings settings;
  private final Ticker ticker;
  private final FairShare places;
  private final ConcurrentMap<FlightKey, CompletableFuture<RenewalOutcome>> flights = new ConcurrentHashMap<>();

  Flights(Renewal renewal, GenerationWatch watch, ProviderGate gate, VaultDatabase database, CredentialVault vault,
      RefreshSettings settings, Ticker ticker) {
    this.renewal = renewal;
    this.watch = watch;
    this.gate = gate;
    this.database = database;
    this.vault = vault;
    this.settings = settings;
    this.ticker = ticker;
    this.places = new FairShare(settings.flightsMost());
  }

  /** Joins the flight for this row and cause, or starts it on a virtual thread. */
  CompletableFuture<RenewalOutcome> join(CredentialRow row, RefreshCause cause, AuditActor actor) {
    FlightKey key = new FlightKey(row.workspace(), row.connection(), row.generation(), cause);
    CompletableFuture<RenewalOutcome> mine = new CompletableFuture<>();
    CompletableFuture<RenewalOutcome> other = flights.putIfAbsent(key, mine);
    if (other != null) {
      return other;
    }
    if (!places.take(row.workspace())) {
      flights.remove(key, mine);
      Duration pause = settings.backoffLeast();
      mine.complete(new RenewalOutcome.Failed(new FreshOutcome.Backoff(pause), pause));
      return mine;
    }
    Thread.ofVirtual().name("refresh").start(() -> {
      try {
        RenewalOutcome outcome = fly(row, cause, actor);
        flights.remove(key, mine);
        mine.complete(outcome);
      } catch (StoreUnavailableException _) {
        flights.remove(key, mine);
        mine.complete(new RenewalOutcome.Failed(new FreshOutcome.StoreUnavailable()));
      } catch (RuntimeException | Error failure) {
        LOG.error("a refresh ended with {}", failure.getClass().getName());
        flights.remove(key, mine);
        mine.completeExceptionally(failure);
      } finally {
        places.release(row.workspace());
      }
    });
    return mine;
  }

  private RenewalOutcome fly(CredentialRow row, RefreshCause first, AuditActor actor) {
    long deadline = ticker.read() + settings.flightLimit().toNanos();
    RefreshCause cause = first;
    int tries = 0;
    while (ticker.read() - deadline < 0 && tries < MOST_TRIES) {
      Duration closed = cause == RefreshCause.FORCED ? Duration.ZERO : gate.closedFor(row.workspace(), row.integration());
      Duration pause = closed.isPositive() ? closed : awaitTurn(row);
      if (pause.isPositive()) {
        return new RenewalOutcome.Failed(new FreshOutcome.Backoff(pause), pause);
      }
      RenewalOutcome outcome = tryUntilClaimed(row, cause, actor, deadline);
      if (!(outcome instanceof RenewalOutcome.Again(RefreshCause next))) {
        return outcome;
      }
      cause = next;
      tries++;
    }
    return new RenewalOutcome.Failed(new FreshOutcome.ProviderTimeout());
  }

  /** Losers of the claim wait for a notification; the generation is the truth, woken or not. */
  private RenewalOutcome tryUntilClaimed(CredentialRow row, RefreshCause cause, AuditActor actor, long deadline) {
    while (ticker.read() - deadline < 0) {
      try (GenerationWatch.Watching watching = watch.watch(row.workspace(), row.connection())) {
        RenewalOutcome outcome = renewal.renew(row.workspace(), row.connection(), row.generation(), cause, actor);
        if (!(outcome instanceof RenewalOutcome.Busy)) {
          return outcome;
        }
        boolean woken = watching.await(settings.pollEvery());
        LOG.trace("waited for another process, woken: {}", woken);
      }
      CredentialRow now = database.inWorkspace(row.workspace(), tx -> vault.row(tx, row.connection())).orElse(null);
      if (now != null && now.generation() != row.generation()) {
        return new RenewalOutcome.Moved(now.generation());
      }
    }
    return new RenewalOutcome.Failed(new FreshOutcome.ProviderTimeout());
  }

  /** Waits for a turn under the rate limit; what remains when that takes too long. */
  private Duration awaitTurn(CredentialRow row) {
    long limit = ticker.read() + settings.turnLimit().toNanos();
    Duration wait = gate.takeTurn(row.workspace(), row.integration());
    while (wait.isPositive() && ticker.read() + wait.toNanos() - limit < 0) {
      try {
        boolean never = new CountDownLatch(1).await(wait.toNanos(), TimeUnit.NANOSECONDS);
        LOG.trace("waited for a turn {}", never);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return wait;
      }
      wait = gate.takeTurn(row.workspace(), row.integration());
    }
    return wait;
  }
}
