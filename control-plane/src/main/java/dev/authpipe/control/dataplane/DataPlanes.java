package dev.authpipe.control.dataplane;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import jakarta.inject.Singleton;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Notifications;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.workspace.Workspace;
import dev.authpipe.control.workspace.WorkspaceSettings;
import dev.authpipe.control.workspace.Workspaces;
import dev.authpipe.tlog.VerifierKey;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Heartbeat;

/**
 * Makes, assigns and revokes data planes, each change with its event. Must never let one serve a workspace of another region, or one whose own
 * admins did not assign it. Thread-safe.
 */
@Singleton
public final class DataPlanes {
  private static final int MOST_OF_A_HOME = 20;
  private static final int MOST_WORKSPACES = 10_000;

  private final Database database;
  private final Workspaces workspaces;
  private final WorkspaceSettings settings;
  private final AuditLog audit;
  private final Randomness randomness;

  DataPlanes(Database database, Workspaces workspaces, WorkspaceSettings settings, AuditLog audit, Randomness randomness) {
    this.database = database;
    this.workspaces = workspaces;
    this.settings = settings;
    this.audit = audit;
    this.randomness = randomness;
  }

  /** Makes a data plane at home in the transaction's workspace, which it serves from the beginning when it is of its regions. */
  DataPlane create(Tx tx, WorkspaceAccess access, String requestId, String name, @Nullable List<String> wanted) {
    String own = workspaces.find(tx).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND)).region();
    List<String> regions = wanted == null ? List.of(own) : List.copyOf(new TreeSet<>(wanted));
    if (regions.isEmpty() || !settings.regions().containsAll(regions)) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "regions are of " + String.join(", ", settings.regions()) + ".");
    }
    workspaces.lockPlan(tx); // so that two creations cannot pass one limit
    if (DataPlaneStore.count(tx) >= MOST_OF_A_HOME) {
      throw new ProblemException(ErrorCode.PLAN_LIMIT_REACHED,
          "A workspace is home of at most " + MOST_OF_A_HOME + " data planes.");
    }
    DataPlane made = DataPlaneStore.insert(tx, new DataPlaneId(randomness.uuidV7()), name, regions);
    write(tx, access, requestId, AuditType.DATA_PLANE_CREATED, made.id(), null);
    if (regions.contains(own)) {
      assign(tx, access, requestId, made, own);
    }
    return made;
  }

  /** Lets a data plane serve the transaction's workspace. Who asks must also be one who administers the data plane at its home. */
  DataPlane assign(Tx tx, WorkspaceAccess access, String requestId, DataPlaneId id) {
    DataPlane plane = access.session().roles().entrySet().stream()
        .filter(role -> Permission.DATA_PLANES_WRITE.isGivenTo(role.getValue()))
        .flatMap(role -> tx.within(role.getKey(), bound -> DataPlaneStore.find(bound, id)).stream()).findFirst()
        .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    Workspace workspace = workspaces.find(tx).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    if (plane.revokedAt() != null) {
      throw new ProblemException(ErrorCode.CONFLICT, "The data plane is revoked.");
    }
    if (!plane.regions().contains(workspace.region())) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "The data plane does not serve the region of the workspace.");
    }
    if (served(tx, id).size() >= MOST_WORKSPACES) {
      throw new ProblemException(ErrorCode.CONFLICT, "A data plane serves at most " + MOST_WORKSPACES + " workspaces.");
    }
    assign(tx, access, requestId, plane, workspace.region());
    return plane;
  }

  private void assign(Tx tx, WorkspaceAccess access, String requestId, DataPlane plane, String region) {
    if (DataPlaneStore.assign(tx, plane.id(), plane.home())) {
      write(tx, access, requestId, AuditType.DATA_PLANE_ASSIGNED, plane.id(), region);
      Notifications.announce(tx);
    }
  }

  /** Ends that a data plane serves the transaction's workspace; it keeps what it has, disabled. */
  void unassign(Tx tx, WorkspaceAccess access, String requestId, DataPlaneId id) {
    if (!DataPlaneStore.unassign(tx, id)) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
    write(tx, access, requestId, AuditType.DATA_PLANE_UNASSIGNED, id, null);
    Notifications.announce(tx);
  }

  /** Takes a data plane off the transaction's workspace, which it says it deleted: from now on its feed does not hold it. */
  public void deletedBy(Tx tx, DataPlaneId id) {
    if (DataPlaneStore.unassign(tx, id)) {
      audit.append(tx,
          AuditEntry.of(AuditType.DATA_PLANE_UNASSIGNED, AuditActor.dataPlane(id), AuditObject.dataPlane(id)).build());
      Notifications.announce(tx);
    }
  }

  /** Revokes a data plane of the transaction's workspace: its connections end within seconds, and its key is never enrolled again. */
  DataPlane revoke(Tx tx, WorkspaceAccess access, String requestId, DataPlaneId id) {
    DataPlane before = DataPlaneStore.lock(tx, id).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    if (before.revokedAt() == null) {
      DataPlaneStore.revoke(tx, id);
      EnrolmentStore.drop(tx, id);
      write(tx, access, requestId, AuditType.DATA_PLANE_EXPELLED, id, null);
      Notifications.announce(tx);
    }
    return DataPlaneStore.find(tx, id).orElseThrow();
  }

  /** Those at home in the transaction's workspace, and those that serve it; whether they do. */
  Map<DataPlane, Boolean> of(Tx tx) {
    Map<DataPlaneId, DataPlaneStore.Assignment> serving = new LinkedHashMap<>();
    DataPlaneStore.assignments(tx).forEach(assignment -> serving.put(assignment.plane(), assignment));
    Map<DataPlane, Boolean> found = new LinkedHashMap<>();
    DataPlaneStore.atHome(tx).forEach(plane -> found.put(plane, serving.remove(plane.id()) != null));
    serving.values().forEach(assignment -> tx.within(assignment.home(), bound -> DataPlaneStore.find(bound, assignment.plane()))
        .ifPresent(plane -> found.put(plane, true)));
    return found;
  }

  /** The data planes that are to be told something about the transaction's workspace. */
  public List<DataPlane> serving(Tx tx) {
    List<DataPlane> found = new ArrayList<>();
    of(tx).forEach((plane, serves) -> {
      if (serves && plane.isConnected()) {
        found.add(plane);
      }
    });
    return found;
  }

  /** The database's time, which all times of data planes and commands are of: replicas need not agree on theirs. */
  public Instant now(Tx tx) {
    return DataPlaneStore.now(tx);
  }

  /** A data plane at home in the transaction's workspace. */
  public Optional<DataPlane> find(Tx tx, DataPlaneId id) {
    return DataPlaneStore.find(tx, id);
  }

  /** The key that signs the audit logs of a data plane at home in the transaction's workspace, as its enrolment named it. */
  public Optional<VerifierKey> checkpointKey(Tx tx, DataPlaneId id) {
    return DataPlaneStore.checkpointKey(tx, id);
  }

  /** The workspaces that are assigned to a data plane. */
  public List<ServedWorkspace> served(Tx tx, DataPlaneId id) {
    return served(tx.dsl(), id);
  }

  /** As the other, in a look-up. */
  public List<ServedWorkspace> served(DSLContext dsl, DataPlaneId id) {
    return DataPlaneStore.served(dsl, id);
  }

  /** The number of the next command to a data plane at home in the transaction's workspace; given once. */
  public long nextCommand(Tx tx, DataPlaneId id) {
    return DataPlaneStore.nextCommand(tx, id);
  }

  /** The number of the report that is wanted next of a data plane at home in the transaction's workspace, locked; null: any. */
  public @Nullable Long lockReportNumber(Tx tx, DataPlaneId id) {
    return DataPlaneStore.lockReportNumber(tx, id);
  }

  /** Acknowledges reports before a number. */
  public void reported(Tx tx, DataPlaneId id, long next, long lost) {
    DataPlaneStore.reported(tx, id, next, lost);
  }

  /** The version of the feed with this content. */
  public FeedVersion publish(Tx tx, DataPlaneId id, FeedHash content, long seen) {
    return DataPlaneStore.publish(tx, id, content, seen);
  }

  /** Keeps how a data plane is. */
  void heartbeat(LinkPeer peer, Heartbeat beat) {
    database.run(peer.home(),
        tx -> DataPlaneStore.heartbeat(tx, peer.dataPlane(), beat, beat.trust().name().toLowerCase(Locale.ROOT)));
  }

  private void write(Tx tx, WorkspaceAccess access, String requestId, AuditType type, DataPlaneId id, @Nullable String region) {
    audit.append(tx, AuditEntry.of(type, AuditActor.of(access.session()), AuditObject.dataPlane(id))
        .detail(AuditDetail.REGION, region).requestId(requestId).build());
  }
}
