package dev.authpipe.proxy.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.tlog.Hash;
import dev.authpipe.wire.WorkspaceId;

/**
 * What a witness is shown of the logs: the newest checkpoint of each and proofs between sizes. Signs nothing and never shows an event.
 * Thread-safe.
 */
@Singleton
public final class SignedLogs {
  /** A checkpoint becomes visible a moment after the time in it. */
  private static final Duration OVERLAP = Duration.ofMinutes(2);

  private final VaultDatabase vault;
  private final Checkpoints checkpoints;

  /** A log of a workspace, or of the store itself. */
  public record Log(WorkspaceId workspace, AuditQuery.Log which) {}

  /**
   * Logs with a new checkpoint.
   *
   * @param logs  each once
   * @param until where to go on: the database's time, less than now by what may not be visible yet
   */
  public record Grown(Set<Log> logs, Instant until) {}

  /**
   * The newest checkpoint of a log.
   *
   * @param note the signed note
   */
  public record Newest(String origin, int epoch, long size, String note) {}

  SignedLogs(VaultDatabase vault, Checkpoints checkpoints) {
    this.vault = vault;
    this.checkpoints = checkpoints;
  }

  /** The key that verifies all checkpoints of this deployment, in note form. */
  public String key() {
    return checkpoints.key().toString();
  }

  /** Logs that got a checkpoint since; null: all logs there are. */
  public Grown grown(@Nullable Instant since) {
    Instant now = vault.lookUp(CheckpointStore::now);
    Set<Log> logs = new LinkedHashSet<>();
    for (AuditQuery.Log which : AuditQuery.Log.values()) {
      found(which, since).forEach(workspace -> logs.add(new Log(workspace, which)));
    }
    return new Grown(logs, now.minus(OVERLAP));
  }

  private List<WorkspaceId> found(AuditQuery.Log which, @Nullable Instant since) {
    if (since != null) {
      Database store = checkpoints.store(which);
      return store.inReachable(place -> store.at(place, Database.STORE, tx -> CheckpointStore.grown(tx, since))).stream()
          .flatMap(List::stream).distinct().toList();
    }
    List<WorkspaceId> all = new ArrayList<>(vault.listReachable(CheckpointStore::workspaces));
    all.add(Database.STORE);
    return all;
  }

  /** The newest checkpoint that was signed of a log; empty when none was, or when it cannot be read. */
  public Optional<Newest> newest(Log log) {
    return checkpoints.kept(log.workspace(), log.which());
  }

  /** The consistency proof between two sizes of a log, each hash in hexadecimal; empty when the second is not larger. */
  public List<String> proof(Log log, long first, long second) {
    return first >= second
        ? List.of()
        : new StoredTree(checkpoints.store(log.which()), log.workspace()).consistency(first, second).stream().map(Hash::toString)
            .toList();
  }
}
