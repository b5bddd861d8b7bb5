package dev.authpipe.control.witness;

import java.util.List;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditOutcome;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.Hash;
import dev.authpipe.tlog.LogFormatException;
import dev.authpipe.tlog.Proofs;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.wire.CheckpointNote;

/**
 * Remembers the last checkpoint of each log of each data plane, and takes another only with the proof that it continues that one; the one
 * break it takes is the epoch of a restore that was declared here. Knows no key of a log: that a note is signed is for those to check who
 * hold the log against it. Thread-safe.
 */
@Singleton
final class Witness {
  private static final int MOST_LOGS = 40_000;

  private final Database database;
  private final AuditLog audit;

  Witness(Database database, AuditLog audit) {
    this.database = database;
    this.audit = audit;
  }

  /** Takes a checkpoint; false: it is a fork, which is recorded. An IllegalArgumentException says that it is no checkpoint. */
  boolean take(LinkPeer peer, String requestId, CheckpointNote sent) {
    Checkpoint checkpoint;
    List<Hash> proof;
    try {
      checkpoint = Checkpoint.parse(SignedNote.parse(sent.note()).text());
      proof = Hash.listOfHex(String.join("", sent.proof()));
    } catch (LogFormatException malformed) {
      throw new IllegalArgumentException("not a checkpoint", malformed);
    }
    if (!checkpoint.origin().equals(sent.origin())) {
      throw new IllegalArgumentException("a checkpoint of another log");
    }
    return database.inWorkspace(peer.home(), tx -> {
      WitnessStore.Last last = WitnessStore.lock(tx, peer.dataPlane(), checkpoint.origin()).orElse(null);
      if (last == null && WitnessStore.logs(tx, peer.dataPlane()) >= MOST_LOGS) {
        throw new IllegalArgumentException("more logs than a data plane has");
      }
      boolean continues = last == null || continues(tx, peer, last, checkpoint, proof);
      if (continues) {
        WitnessStore.put(tx, peer.dataPlane(), checkpoint, sent.note());
      } else {
        WitnessStore.refused(tx, peer.dataPlane(), checkpoint.origin(), sent.note());
        audit.append(tx, AuditEntry
            .of(AuditType.CHECKPOINT_REFUSED, AuditActor.dataPlane(peer.dataPlane()), AuditObject.dataPlane(peer.dataPlane()))
            .outcome(AuditOutcome.REFUSED).reason("fork").detail(AuditDetail.EPOCH, checkpoint.epoch()).requestId(requestId)
            .build());
      }
      return continues;
    });
  }

  private static boolean continues(Tx tx, LinkPeer peer, WitnessStore.Last last, Checkpoint checkpoint, List<Hash> proof) {
    if (checkpoint.epoch() != last.epoch()) {
      return checkpoint.epoch() > last.epoch() && WitnessStore.isDeclared(tx, peer.dataPlane(), checkpoint.epoch());
    }
    return Proofs.consistent(last.size(), last.root(), checkpoint.size(), checkpoint.root(), proof);
  }
}
