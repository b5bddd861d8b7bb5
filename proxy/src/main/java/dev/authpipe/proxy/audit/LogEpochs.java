package dev.authpipe.proxy.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.LogName;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.wire.WorkspaceId;

/**
 * Begins the epoch of a restore in every log of a store (docs/audit-format.md, section 10), which is the only break in a log that a witness takes.
 * Must never be used but in the transaction that restores the store.
 */
@Singleton
public final class LogEpochs {
  private final String deployment;
  private final @Nullable CheckpointDirectory directory;
  private final Randomness randomness;

  /**
   * What was restored.
   *
   * @param store    {@code vault} or {@code client_secrets}
   * @param backup   which backup
   * @param snapshot the moment whose rows it holds
   * @param epoch    the new one
   */
  public record Restored(String store, UUID backup, Instant snapshot, int epoch) {}

  public LogEpochs(CheckpointSettings settings, Randomness randomness) {
    Path path = settings.directory();
    this.deployment = settings.deployment();
    this.directory = path == null ? null : new CheckpointDirectory(path);
    this.randomness = randomness;
  }

  /** When the workspace of the transaction last came back from a backup; empty: never, as far as its log says. */
  public static Optional<Instant> restoredAt(Tx tx) {
    return Optional.ofNullable(AuditStore.newest(tx, AuditType.BACKUP_RESTORED));
  }

  /** The highest epoch that is known outside the database; 0: none. */
  public int highestKept() {
    return directory == null ? 0 : directory.highestEpoch();
  }

  /** Raises the epoch of each log, present and to come, and begins each with an event that says why. Answers the logs as they came back. */
  public List<LogHead> open(Connection connection, Restored restored) throws SQLException, IOException {
    List<LogHead> heads = new ArrayList<>();
    LogHeads.each(connection, heads::add);
    AuditStore.beginIn(Tx.within(connection, restored.store(), Database.STORE), restored.epoch());
    for (LogHead head : heads) {
      Tx tx = Tx.within(connection, restored.store(), head.workspace());
      AuditStore.raiseEpoch(tx, restored.epoch());
      AuditLog.write(tx, List.of(event(tx, head, restored)), randomness);
    }
    return heads;
  }

  private AuditEntry event(Tx tx, LogHead head, Restored restored) {
    AuditEntry.Builder event = AuditEntry
        .of(AuditType.BACKUP_RESTORED, AuditActor.operator(), AuditObject.backup(restored.backup()))
        .detail(AuditDetail.LOG, restored.store()).detail(AuditDetail.EPOCH, restored.epoch())
        .detail(AuditDetail.RESTORED_SIZE, head.size()).detail(AuditDetail.SNAPSHOT_AT, restored.snapshot());
    witnessed(tx).ifPresent(last -> event.detail(AuditDetail.WITNESSED_EPOCH, last.epoch())
        .detail(AuditDetail.WITNESSED_SIZE, last.size()).detail(AuditDetail.WITNESSED_ROOT, last.root()));
    return event.build();
  }

  /** The last checkpoint that is known of a log: outside, or else in the store that came back. */
  private Optional<Checkpoint> witnessed(Tx tx) {
    Optional<Checkpoint> outside = directory == null
        ? Optional.empty()
        : directory.unverified(origin(tx.store(), tx.workspace()));
    return outside.or(() -> Optional.ofNullable(CheckpointStore.newest(tx))
        .map(kept -> Checkpoint.parse(SignedNote.parse(kept.note()).text())));
  }

  /**
   * Sets the kept checkpoints of restored logs aside, once the restore is committed: they are of what the restore lost. Answers how many.
   *
   * @param all whether the logs are all that the store has: then checkpoints of logs that began after the backup go aside as well
   */
  public int setAside(List<LogHead> logs, Restored restored, boolean all) {
    CheckpointDirectory kept = directory;
    if (kept == null) {
      return 0;
    }
    return all
        ? kept.setAsideAll(restored.store(), restored.epoch())
        : (int) logs.stream().filter(log -> kept.setAside(origin(restored.store(), log.workspace()), restored.epoch())).count();
  }

  private String origin(String store, WorkspaceId workspace) {
    return new LogName(store, workspace.toString()).origin(deployment);
  }
}
