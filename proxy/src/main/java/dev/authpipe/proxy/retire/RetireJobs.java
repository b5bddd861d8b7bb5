package dev.authpipe.proxy.retire;

import java.time.Duration;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.backup.LedgerReplays;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.job.Jobs;
import dev.authpipe.wire.ConnectionId;

/** Finishes what ending a connection could not do at once: owed revocations, erasures under way, shells past their retention. */
@Singleton
final class RetireJobs {
  private static final Logger LOG = LoggerFactory.getLogger(RetireJobs.class);
  private static final AuditActor PURGE = AuditActor.job("purges");

  private final VaultDatabase database;
  private final Revocations revocations;
  private final RevocationStore owed;
  private final Erasures erasures;
  private final ErasureStore erasureStore;
  private final Retirement retirement;
  private final PurgeStore purges;
  private final Configuration configuration;
  private final RetireSettings settings;
  private final LedgerReplays replays;

  RetireJobs(VaultDatabase database, Revocations revocations, RevocationStore owed, Erasures erasures,
      ErasureStore erasureStore, Retirement retirement, PurgeStore purges, Configuration configuration, RetireSettings settings,
      LedgerReplays replays) {
    this.database = database;
    this.revocations = revocations;
    this.owed = owed;
    this.erasures = erasures;
    this.erasureStore = erasureStore;
    this.retirement = retirement;
    this.purges = purges;
    this.configuration = configuration;
    this.settings = settings;
    this.replays = replays;
  }

  /** Hands the work to the schedule. */
  void register(Jobs jobs) {
    jobs.register("revocations", Duration.ofSeconds(15), this::revoke);
    jobs.register("erasures", Duration.ofSeconds(30), this::erase);
    jobs.register("purges", Duration.ofMinutes(10), this::purge);
  }

  /** Tries every revocation that is due, each at most once. */
  void revoke() {
    for (RowKey due : database.listReachable(dsl -> owed.due(dsl, settings.batch()))) {
      RevocationState state = revocations.advance(due.workspace(), due.id());
      LOG.debug("revocation: {}", state);
    }
  }

  /** Carries out again what an older copy of the vault brought back, and brings erasures under way to their end. */
  void erase() {
    int replayed = replays.catchUp();
    LOG.debug("erasures carried out again: {}", replayed);
    Database.each(configuration.workspaces().stream().map(Workspace::id).toList(), workspace -> {
      for (UUID id : database.inWorkspace(workspace, tx -> erasureStore.pending(tx, settings.batch()))) {
        erasures.settle(workspace, id);
      }
    });
  }

  /** Deletes shells past their retention. */
  void purge() {
    for (RowKey due : database.listReachable(dsl -> purges.due(dsl, settings.batch()))) {
      boolean gone = retirement.purge(due.workspace(), new ConnectionId(due.id()), PURGE);
      LOG.debug("purged: {}", gone);
    }
  }
}
