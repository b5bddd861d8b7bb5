package dev.authpipe.control.witness;

import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditOutcome;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.dataplane.DataPlanes;
import dev.authpipe.control.dataplane.LinkRefusals;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.Hash;
import dev.authpipe.tlog.LogFormatException;
import dev.authpipe.tlog.Proofs;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.tlog.VerifierKey;
import dev.authpipe.wire.CheckpointAnswer;
import dev.authpipe.wire.CheckpointAnswer.Status;
import dev.authpipe.wire.CheckpointBatch;

/**
 * Remembers the last checkpoint of each log of each data plane, and takes another only when the key that its enrolment named signed it and with
 * the proof that it continues that one; the one break it takes is the epoch of a restore that was declared here. Must never forget a
 * checkpoint for one that it refused. Thread-safe.
 */
@Singleton
final class Witness {
  private static final int MOST_LOGS = 40_000;

  private final Database database;
  private final DataPlanes planes;
  private final AuditLog audit;
  private final LinkRefusals refusals;

  Witness(Database database, DataPlanes planes, AuditLog audit, LinkRefusals refusals) {
    this.database = database;
    this.planes = planes;
    this.audit = audit;
    this.refusals = refusals;
  }

  /** Looks at a checkpoint as docs/link-format.md says. A fork is recorded and kept as evidence. */
  CheckpointAnswer.Result take(LinkPeer peer, String requestId, CheckpointBatch.Sent sent) {
    CheckpointAnswer.Result result = database.inWorkspace(peer.home(), tx -> take(tx, peer, requestId, sent));
    if (result.status() == Status.REFUSED) {
      refusals.record(peer, requestId, "checkpoint");
    }
    return result;
  }

  private CheckpointAnswer.Result take(Tx tx, LinkPeer peer, String requestId, CheckpointBatch.Sent sent) {
    WitnessStore.Last last = WitnessStore.lock(tx, peer.dataPlane(), sent.origin()).orElse(null);
    Optional<Checkpoint> opened = planes.checkpointKey(tx, peer.dataPlane()).flatMap(key -> open(sent, key));
    if (opened.isEmpty() || (last == null && WitnessStore.logs(tx, peer.dataPlane()) >= MOST_LOGS)) {
      return last == null ? result(Status.REFUSED, 0, 0) : result(Status.REFUSED, last.epoch(), last.size());
    }
    Checkpoint checkpoint = opened.get();
    if (last == null) {
      return WitnessStore.begin(tx, peer.dataPlane(), checkpoint, sent.note())
          ? result(Status.TAKEN, checkpoint.epoch(), checkpoint.size())
          : take(tx, peer, requestId, sent); // another request was first
    }
    Status status = judge(tx, peer, last, checkpoint, sent);
    if (status == Status.TAKEN) {
      WitnessStore.replace(tx, peer.dataPlane(), checkpoint, sent.note());
      return result(status, checkpoint.epoch(), checkpoint.size());
    }
    if (status == Status.FORK) {
      WitnessStore.refused(tx, peer.dataPlane(), checkpoint.origin(), sent.note());
      audit.append(tx, AuditEntry
          .of(AuditType.CHECKPOINT_REFUSED, AuditActor.dataPlane(peer.dataPlane()), AuditObject.dataPlane(peer.dataPlane()))
          .outcome(AuditOutcome.REFUSED).reason("fork").detail(AuditDetail.EPOCH, checkpoint.epoch()).requestId(requestId)
          .build());
    }
    return result(status, last.epoch(), last.size());
  }

  private static Status judge(Tx tx, LinkPeer peer, WitnessStore.Last last, Checkpoint checkpoint, CheckpointBatch.Sent sent) {
    if (checkpoint.epoch() != last.epoch()) {
      return checkpoint.epoch() > last.epoch() && WitnessStore.isDeclared(tx, peer.dataPlane(), checkpoint.epoch())
          ? Status.TAKEN
          : Status.FORK;
    }
    if (checkpoint.size() == last.size()) {
      return checkpoint.root().equals(last.root()) ? Status.TAKEN : Status.FORK;
    }
    if (sent.from() != last.size()) {
      return Status.BEHIND;
    }
    List<Hash> proof = Hash.listOfHex(String.join("", sent.proof()));
    return Proofs.consistent(last.size(), last.root(), checkpoint.size(), checkpoint.root(), proof) ? Status.TAKEN : Status.FORK;
  }

  private static Optional<Checkpoint> open(CheckpointBatch.Sent sent, VerifierKey key) {
    try {
      return Optional.of(Checkpoint.open(SignedNote.parse(sent.note()), key))
          .filter(checkpoint -> checkpoint.origin().equals(sent.origin()));
    } catch (LogFormatException notOne) {
      return Optional.empty();
    }
  }

  private static CheckpointAnswer.Result result(Status status, int epoch, long size) {
    return new CheckpointAnswer.Result(status, epoch, size);
  }
}
