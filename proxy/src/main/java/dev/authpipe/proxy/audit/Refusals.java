package dev.authpipe.proxy.audit;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.db.WriteBehind;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Counts refusals to those who did not authenticate and appends one event per kind, integration and minute (S40), so that strangers cannot
 * flood the log. Must never take a kind or an id from what the stranger sent. Counting never blocks; it is safe on an event loop.
 */
@Singleton
public final class Refusals implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMinutes(1);

  private record Key(WorkspaceId workspace, String kind, @Nullable IntegrationId integration) {}

  private final AuditLog log;
  private final VaultDatabase vault;
  private final UUID replica;
  private final Tally<Key> tally = new Tally<>();
  private final ReentrantLock writing = new ReentrantLock();
  private final WriteBehind writer = new WriteBehind("refusals", EVERY, this::write);

  public Refusals(AuditLog log, VaultDatabase vault, Randomness randomness) {
    this.log = log;
    this.vault = vault;
    this.replica = randomness.uuidV4();
  }

  /** Starts writing in the background. */
  @PostConstruct
  public void start() {
    writer.start();
  }

  /**
   * Counts one refusal.
   *
   * @param workspace   whose log it belongs in; {@link Database#STORE} when nothing led to a workspace
   * @param kind        a fixed code, for instance {@code state_invalid}
   * @param integration the known integration that was approached, or null
   */
  public void count(WorkspaceId workspace, String kind, @Nullable IntegrationId integration) {
    tally.add(new Key(workspace, kind, integration));
  }

  /** Writes what was counted and stops. */
  @Override
  @PreDestroy
  public void close() {
    writer.close();
  }

  /** Appends what has been counted, before its time; what cannot be written is tried again in a minute. */
  public void write() {
    writing.lock();
    try {
      for (Tally.Drawn<Key> drawn : tally.draw()) {
        Key key = drawn.key();
        vault.run(key.workspace, tx -> log.append(tx,
            AuditEntry.of(AuditType.STRANGER_REFUSED, AuditActor.stranger(), AuditObject.workspace(key.workspace))
                .outcome(AuditOutcome.REFUSED).reason(key.kind).detail(AuditDetail.CALLS, drawn.calls())
                .detail(AuditDetail.REPLICA, replica).detail(AuditDetail.INTEGRATION, key.integration).build()));
        drawn.written();
      }
    } finally {
      writing.unlock();
    }
  }
}
