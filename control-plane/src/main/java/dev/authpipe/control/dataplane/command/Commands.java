package dev.authpipe.control.dataplane.command;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditOutcome;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.dataplane.CommandKey;
import dev.authpipe.control.dataplane.DataPlane;
import dev.authpipe.control.dataplane.DataPlanes;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Notifications;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.tlog.CanonicalJson;
import dev.authpipe.wire.Command;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Documents;
import dev.authpipe.wire.Report;
import dev.authpipe.wire.SignedCommands;

/**
 * Issues commands: signed, numbered without repetition per data plane, with an end. Must never issue one to a data plane that the workspace's
 * own admins did not assign, and never gives out a number twice, so that a proxy can carry out each at most once. Thread-safe.
 */
@Singleton
public final class Commands {
  private static final Duration LIFE = Duration.ofHours(24);
  private static final Duration LIFE_OF_A_PROBE = Duration.ofMinutes(10);
  private static final int MOST_OPEN = 1_000;
  private static final int MOST_BYTES = 250 * 1024;

  private final Database database;
  private final DataPlanes planes;
  private final CommandKey key;
  private final AuditLog audit;
  private final Randomness randomness;

  Commands(Database database, DataPlanes planes, CommandKey key, AuditLog audit, Randomness randomness) {
    this.database = database;
    this.planes = planes;
    this.key = key;
    this.audit = audit;
    this.randomness = randomness;
  }

  /** Issues a command about the transaction's workspace to each of its data planes. */
  List<IssuedCommand> issue(Tx tx, WorkspaceAccess access, String requestId, Command.Kind kind, String target) {
    List<DataPlane> serving = planes.serving(tx);
    if (serving.isEmpty()) {
      throw new ProblemException(ErrorCode.CONFLICT, "No enrolled data plane serves the workspace.");
    }
    if (CommandStore.open(tx) + serving.size() > MOST_OPEN) {
      throw new ProblemException(ErrorCode.CONFLICT, "Too many commands wait for the data planes of the workspace.");
    }
    Instant now = now(tx);
    List<IssuedCommand> issued = new ArrayList<>();
    for (DataPlane plane : serving) {
      long seq = tx.within(plane.home(), bound -> planes.nextCommand(bound, plane.id()));
      Command command = new Command(1, plane.id(), seq, new CommandId(randomness.uuidV7()), word(kind), tx.workspace(), target,
          now,
          now.plus(kind == Command.Kind.PROBE ? LIFE_OF_A_PROBE : LIFE));
      String payload = new String(CanonicalJson.write(Documents.write(command)), StandardCharsets.UTF_8);
      CommandStore.insert(tx, command, payload, key.sign(payload));
      audit.append(tx,
          AuditEntry.of(AuditType.COMMAND_ISSUED, AuditActor.of(access.session()), AuditObject.command(command.id()))
              .detail(AuditDetail.COMMAND, command.kind()).detail(AuditDetail.DATA_PLANE, plane.id())
              .detail(AuditDetail.SEQUENCE, seq).detail(AuditDetail.EXPIRES_AT, command.expiresAt()).requestId(requestId)
              .build());
      issued
          .add(new IssuedCommand(command.id(), plane.id(), seq, command.kind(), target, now, command.expiresAt(), "issued", null,
              null, null));
    }
    Notifications.announce(tx);
    return List.copyOf(issued);
  }

  /** The time by which commands expire. */
  Instant now(Tx tx) {
    return planes.now(tx);
  }

  /** What a data plane has not taken yet, in the order of the numbers, as much as fits one answer. */
  SignedCommands after(DataPlaneId plane, long seq) {
    List<SignedCommands.Signed> found = new ArrayList<>();
    long bytes = 0;
    for (CommandStore.Place place : database.lookUp(dsl -> CommandStore.open(dsl, plane, seq))) {
      Optional<SignedCommands.Signed> signed = database.inWorkspace(place.workspace(), tx -> CommandStore.signed(tx, place.id()));
      bytes += signed.map(one -> 2L * one.payload().length() + one.signature().length() + 64).orElse(0L);
      if (bytes > MOST_BYTES) {
        break;
      }
      signed.ifPresent(found::add);
    }
    return new SignedCommands(1, found);
  }

  /** Takes what the commanded data plane tells about a command of the transaction's workspace; false: it is not its command. */
  public boolean answered(Tx tx, DataPlaneId from, Report.Command report) {
    Optional<IssuedCommand> after = CommandStore.answer(tx, from, report, report.status().name().toLowerCase(Locale.ROOT));
    after.ifPresent(command -> audit.append(tx,
        AuditEntry.of(AuditType.COMMAND_ANSWERED, AuditActor.dataPlane(from), AuditObject.command(command.id()))
            .outcome(report.status() == Report.Command.Status.DONE || report.status() == Report.Command.Status.WAITING
                ? AuditOutcome.SUCCESS
                : AuditOutcome.REFUSED)
            .detail(AuditDetail.COMMAND, command.kind()).detail(AuditDetail.DATA_PLANE, from)
            .detail(AuditDetail.SEQUENCE, command.seq()).detail(AuditDetail.CONNECTIONS, command.connections()).build()));
    after.filter(command -> command.kind().equals(word(Command.Kind.DELETE_WORKSPACE)))
        .filter(_ -> report.status() == Report.Command.Status.DONE).ifPresent(_ -> planes.deletedBy(tx, from));
    return after.isPresent();
  }

  static String word(Command.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
