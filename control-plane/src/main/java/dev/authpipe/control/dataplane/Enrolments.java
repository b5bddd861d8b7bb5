package dev.authpipe.control.dataplane;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.LinkIdentity;
import dev.authpipe.control.http.LinkListener;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SealingKey;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.tlog.LogFormatException;
import dev.authpipe.tlog.VerifierKey;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Enrolment;
import dev.authpipe.wire.EnrolmentAnswer;

/**
 * Decides which identity is which data plane: codes that are shown once and used once, renewal, and the look-up of every request. Must never
 * take a proof for another identity than the handshake proved. Thread-safe.
 */
@Singleton
final class Enrolments {
  private static final String PURPOSE = "authpipe enrolment code v1 ";

  private final Database database;
  private final DataPlaneSettings settings;
  private final LinkListener listener;
  private final CommandKey commandKey;
  private final AuditLog audit;
  private final Randomness randomness;

  /** A code as it is shown, once. */
  record Code(SecretText text, Instant expiresAt) {}

  Enrolments(Database database, DataPlaneSettings settings, LinkListener listener, CommandKey commandKey, AuditLog audit,
      Randomness randomness) {
    this.database = database;
    this.settings = settings;
    this.listener = listener;
    this.commandKey = commandKey;
    this.audit = audit;
    this.randomness = randomness;
  }

  /** Makes the command key if there is none yet, before the transaction that needs it. */
  void prepare() {
    ownIdentity();
    commandKey.publicKey();
  }

  /** Issues a code for a data plane of the transaction's workspace that is not enrolled; the one before ends. */
  Code issue(Tx tx, WorkspaceAccess access, String requestId, DataPlaneId id) {
    DataPlane plane = DataPlaneStore.lock(tx, id).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    if (plane.enrolledAt() != null || plane.revokedAt() != null) {
      throw new ProblemException(ErrorCode.CONFLICT, "The data plane is enrolled or revoked; create another one.");
    }
    SecretText secret = SecretText.copyOf(randomness.bytes(EnrolmentCode.SECRET_BYTES), 0, EnrolmentCode.SECRET_BYTES);
    Instant end = EnrolmentStore.put(tx, id, sealing().seal(PURPOSE + id, secret.exposeUtf8()));
    audit.append(tx, AuditEntry.of(AuditType.DATA_PLANE_CODE_ISSUED, AuditActor.of(access.session()), AuditObject.dataPlane(id))
        .detail(AuditDetail.EXPIRES_AT, end).requestId(requestId).build());
    return new Code(EnrolmentCode.text(ownIdentity(), commandKey.publicKey(), secret), end);
  }

  /**
   * Enrols the identity that the handshake proved.
   *
   * @throws ProblemException         {@code unauthenticated} if no open code has this proof, {@code conflict} if the identity is or was one already
   * @throws IllegalArgumentException if it names no key of its logs
   */
  EnrolmentAnswer enrol(LinkIdentity identity, Enrolment wanted) {
    VerifierKey checkpointKey = checkpointKey(wanted);
    for (EnrolmentStore.Open open : database.lookUp(EnrolmentStore::open)) {
      Optional<byte[]> sealed = database.inWorkspace(open.home(), tx -> EnrolmentStore.sealed(tx, open.plane()));
      if (sealed.isPresent() && proves(open.plane(), sealed.get(), identity, wanted.codeProof())) {
        return enrol(open, sealed.get(), identity, checkpointKey);
      }
    }
    throw new ProblemException(ErrorCode.UNAUTHENTICATED, "No open enrolment code has this proof.");
  }

  private static VerifierKey checkpointKey(Enrolment wanted) {
    try {
      return VerifierKey.parse(wanted.checkpointKey());
    } catch (LogFormatException malformed) {
      throw new IllegalArgumentException("not a key of logs", malformed);
    }
  }

  private EnrolmentAnswer enrol(EnrolmentStore.Open open, byte[] sealed, LinkIdentity identity, VerifierKey checkpointKey) {
    if (database.lookUp(dsl -> DataPlaneStore.owner(dsl, identity)).isPresent()) {
      throw new ProblemException(ErrorCode.CONFLICT, "This key is enrolled already; make another one.");
    }
    try {
      database.run(open.home(), tx -> {
        if (!EnrolmentStore.use(tx, open.plane(), sealed)) {
          throw new ProblemException(ErrorCode.UNAUTHENTICATED, "The enrolment code was used in the meantime.");
        }
        DataPlaneStore.enrol(tx, open.plane(), identity, checkpointKey);
        audit.append(tx, AuditEntry
            .of(AuditType.DATA_PLANE_ENROLLED, AuditActor.dataPlane(open.plane()), AuditObject.dataPlane(open.plane())).build());
      });
    } catch (org.jooq.exception.IntegrityConstraintViolationException known) {
      throw new ProblemException(ErrorCode.CONFLICT, "This key was enrolled before; make another one.");
    }
    return new EnrolmentAnswer(1, open.plane(), java.util.HexFormat.of().formatHex(commandKey.publicKey()));
  }

  /** Notes which identity follows; a repetition changes nothing. */
  void announce(LinkPeer peer, String requestId, LinkIdentity next) {
    if (database.lookUp(dsl -> DataPlaneStore.owner(dsl, next)).filter(owner -> !owner.plane().equals(peer.dataPlane()))
        .isPresent()) {
      throw new ProblemException(ErrorCode.CONFLICT, "This identity is another's.");
    }
    try {
      database.run(peer.home(), tx -> {
        if (DataPlaneStore.announce(tx, peer.dataPlane(), next)) {
          audit.append(tx, AuditEntry.of(AuditType.DATA_PLANE_IDENTITY_ANNOUNCED, AuditActor.dataPlane(peer.dataPlane()),
              AuditObject.dataPlane(peer.dataPlane())).requestId(requestId).build());
        }
      });
    } catch (org.jooq.exception.IntegrityConstraintViolationException known) {
      throw new ProblemException(ErrorCode.CONFLICT, "This identity is another's.");
    }
  }

  /** Who an identity is, if it is an enrolled one; the first look at an announced one retires the one before. */
  Optional<LinkPeer> find(LinkIdentity identity) {
    Optional<DataPlaneStore.Owner> owner = database.lookUp(dsl -> DataPlaneStore.owner(dsl, identity));
    owner.filter(DataPlaneStore.Owner::isNext).ifPresent(found -> database.run(found.home(), tx -> {
      if (DataPlaneStore.renew(tx, found.plane(), identity)) {
        audit.append(tx, AuditEntry.of(AuditType.DATA_PLANE_IDENTITY_RENEWED, AuditActor.dataPlane(found.plane()),
            AuditObject.dataPlane(found.plane())).build());
      }
    }));
    return owner.map(found -> new LinkPeer(found.plane(), found.home()));
  }

  private boolean proves(DataPlaneId plane, byte[] sealed, LinkIdentity identity, String proof) {
    try (SecretText secret = opened(plane, sealed)) {
      return MessageDigest.isEqual(EnrolmentCode.proof(secret, ownIdentity(), identity).getBytes(StandardCharsets.US_ASCII),
          proof.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private SecretText opened(DataPlaneId plane, byte[] sealed) {
    byte[] bytes = sealing().open(PURPOSE + plane, sealed);
    return SecretText.copyOf(bytes, 0, bytes.length);
  }

  private SealingKey sealing() {
    SealingKey key = settings.sealingKey();
    if (key == null) {
      throw new ProblemException(ErrorCode.LINK_NOT_SET_UP);
    }
    return key;
  }

  private LinkIdentity ownIdentity() {
    return listener.identity().orElseThrow(() -> new ProblemException(ErrorCode.LINK_NOT_SET_UP));
  }
}
