package dev.authpipe.proxy.audit;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.CheckpointRefusedException.Reason;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.Hash;
import dev.authpipe.tlog.LogFormatException;
import dev.authpipe.tlog.LogName;
import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.tlog.VerifierKey;
import dev.authpipe.wire.WorkspaceId;

/**
 * Signs checkpoints of every log (docs/audit-format.md section 8). Must never sign one that contradicts an earlier one: a log that was rolled
 * back or changed gets none, and that is told. Thread-safe.
 */
@Singleton
public final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  private final VaultDatabase vault;
  private final ClientSecretsDatabase clientSecrets;
  private final DeploymentKeys keys;
  private final AuditLog log;
  private final String deployment;
  private final @Nullable CheckpointDirectory directory;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  private record Due(Checkpoint checkpoint, MerkleTree tree) {}

  public Checkpoints(VaultDatabase vault, ClientSecretsDatabase clientSecrets, DeploymentKeys keys, AuditLog log,
      CheckpointSettings settings) {
    this.vault = vault;
    this.clientSecrets = clientSecrets;
    this.keys = keys;
    this.log = log;
    this.deployment = settings.deployment();
    Path path = settings.directory();
    this.directory = path == null ? null : new CheckpointDirectory(path);
  }

  /** The key that verifies checkpoints. */
  public VerifierKey key() {
    return VerifierKey.of(LogName.keyName(deployment), keys.auditPublicKey());
  }

  /**
   * Signs a checkpoint of each log that grew. A log that is refused does not keep the others waiting.
   *
   * @return origins of the logs that were refused
   */
  public List<String> signAll() {
    List<WorkspaceId> workspaces = new ArrayList<>(vault.listReachable(CheckpointStore::workspaces));
    workspaces.add(Database.STORE);
    List<String> refused = new ArrayList<>();
    for (WorkspaceId workspace : workspaces) {
      for (AuditQuery.Log which : AuditQuery.Log.values()) {
        try {
          sign(workspace, which);
          told.remove(origin(workspace, which));
        } catch (StoreUnavailableException silent) {
          LOG.warn("no checkpoint of {} is signed now: its database does not answer", origin(workspace, which));
        } catch (CheckpointRefusedException refusal) {
          refused.add(origin(workspace, which));
          tell(workspace, which, refusal);
        }
      }
    }
    return List.copyOf(refused);
  }

  /**
   * The newest checkpoint of a log, made now when there is none; empty when the log has never been written.
   *
   * @throws CheckpointRefusedException if the log does not fit what was signed
   */
  public Optional<SignedNote> newest(WorkspaceId workspace, AuditQuery.Log which) {
    return keptNote(workspace, which).or(() -> {
      sign(workspace, which);
      return keptNote(workspace, which);
    });
  }

  /**
   * The newest one that was signed and kept; empty when it is not there or not as it was signed, and after a restore until one of the log's new epoch
   * is signed: the one that came back with the store would look like a fork to whoever saw more.
   */
  Optional<SignedLogs.Newest> kept(WorkspaceId workspace, AuditQuery.Log which) {
    String origin = origin(workspace, which);
    try {
      return keptNote(workspace, which, CheckpointStore::newestOfItsEpoch).map(note -> {
        Checkpoint checkpoint = opened(note.toString(), origin, key());
        return new SignedLogs.Newest(origin, checkpoint.epoch(), checkpoint.size(), note.toString());
      });
    } catch (CheckpointRefusedException | LogFormatException unreadable) {
      LOG.debug("the newest row of {} is not shown: {}", origin, unreadable.getMessage());
      return Optional.empty();
    }
  }

  /** Brings the log's checkpoint to its present size. */
  void sign(WorkspaceId workspace, AuditQuery.Log which) {
    Database store = store(which);
    String origin = origin(workspace, which);
    VerifierKey key = key();
    Optional<Checkpoint> outside = directory == null ? Optional.empty() : directory.read(origin, key);
    Optional<Due> due = Optional.ofNullable(store.<@Nullable Due>inWorkspace(workspace, tx -> due(tx, origin, key, outside)));
    if (due.isPresent()) {
      SignedNote note = SignedNote.sign(due.get().checkpoint.text(), key, keys::signAudit);
      Checkpoint made = due.get().checkpoint;
      store.run(workspace, tx -> CheckpointStore.insert(tx, made.epoch(), due.get().tree, note.toString(), made.time()));
      keep(origin, key, note);
    } else if (directory != null && outside.isEmpty()) {
      keptNote(workspace, which).ifPresent(note -> keep(origin, key, note));
    }
  }

  private @Nullable Due due(Tx tx, String origin, VerifierKey key, Optional<Checkpoint> outside) {
    CheckpointStore.Kept newest = CheckpointStore.newest(tx);
    CheckpointStore.Head found = CheckpointStore.head(tx);
    Checkpoint last = outside.orElseGet(() -> newest == null ? null : opened(newest.note(), origin, key));
    if (found == null && last == null) {
      return null;
    }
    CheckpointStore.Head head = found == null ? new CheckpointStore.Head(0, 0, MerkleTree.empty(), Instant.EPOCH) : found;
    if (last != null && (last.size() > head.size() || last.epoch() > head.epoch())) {
      throw new CheckpointRefusedException(Reason.ROLLED_BACK,
          "the log has " + head.size() + " events, its last checkpoint " + last.size());
    }
    MerkleTree tree = last == null ? MerkleTree.empty() : signed(tx, last);
    CheckpointStore.grow(tx, tree, tree.size(), head.size());
    if (!Hash.of(tree.root()).equals(Hash.of(head.tree().root()))) {
      throw new CheckpointRefusedException(Reason.NOT_CONSISTENT, "the head is not that of the events");
    }
    if (last != null && last.size() == head.size()) {
      return null;
    }
    return new Due(new Checkpoint(origin, head.size(), Hash.of(tree.root()), head.epoch(), head.time()), tree);
  }

  /** The tree that a checkpoint signed: by the frontier that was kept with it, else from all its leaves. */
  private static MerkleTree signed(Tx tx, Checkpoint last) {
    CheckpointStore.Kept kept = CheckpointStore.largestUpTo(tx, last.size());
    if (kept != null && kept.tree().size() == last.size() && Hash.of(kept.tree().root()).equals(last.root())) {
      return kept.tree();
    }
    MerkleTree tree = MerkleTree.empty();
    CheckpointStore.grow(tx, tree, 0, last.size());
    if (!Hash.of(tree.root()).equals(last.root())) {
      throw new CheckpointRefusedException(Reason.NOT_CONSISTENT,
          "the first " + last.size() + " events are not those that were signed");
    }
    return tree;
  }

  private static Checkpoint opened(String note, String origin, VerifierKey key) {
    try {
      Checkpoint checkpoint = Checkpoint.open(SignedNote.parse(note), key);
      if (checkpoint.origin().equals(origin)) {
        return checkpoint;
      }
    } catch (LogFormatException wrong) {
      throw new CheckpointRefusedException(Reason.CHECKPOINT_UNREADABLE, "the newest row: " + wrong.getMessage());
    }
    throw new CheckpointRefusedException(Reason.CHECKPOINT_UNREADABLE, "the newest row is of another log");
  }

  private void keep(String origin, VerifierKey key, SignedNote note) {
    if (directory != null) {
      directory.write(origin, key, note);
    }
  }

  private Optional<SignedNote> keptNote(WorkspaceId workspace, AuditQuery.Log which) {
    return keptNote(workspace, which, CheckpointStore::newest);
  }

  private Optional<SignedNote> keptNote(WorkspaceId workspace, AuditQuery.Log which,
      Function<Tx, CheckpointStore.@Nullable Kept> find) {
    return store(which).inWorkspace(workspace,
        tx -> Optional.ofNullable(find.apply(tx)).map(kept -> SignedNote.parse(kept.note())));
  }

  /** Once per trouble as an event, each time in the log. */
  private void tell(WorkspaceId workspace, AuditQuery.Log which, CheckpointRefusedException refusal) {
    String origin = origin(workspace, which);
    LOG.error("no checkpoint of {} is signed: {}: {}", origin, refusal.reason(), refusal.getMessage());
    if (told.add(origin)) {
      vault.run(Database.STORE, tx -> log.append(tx,
          AuditEntry.of(AuditType.CHECKPOINT_REFUSED, AuditActor.system("audit"), AuditObject.workspace(workspace))
              .outcome(AuditOutcome.REFUSED).reason(refusal.reason().name().toLowerCase(Locale.ROOT))
              .detail(AuditDetail.LOG, store(which).name()).build()));
    }
  }

  Database store(AuditQuery.Log which) {
    return switch (which) {
      case VAULT -> vault;
      case CLIENT_SECRETS -> clientSecrets;
    };
  }

  private String origin(WorkspaceId workspace, AuditQuery.Log which) {
    return new LogName(store(which).name(), workspace.toString()).origin(deployment);
  }
}
