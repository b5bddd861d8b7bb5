package dev.authpipe.proxy.link;

import java.util.UUID;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.rotate.RotationEnd;
import dev.authpipe.wire.Command;
import dev.authpipe.wire.CommandId;

/** Records that the command {@code rotate} is done, of which the report is derived. Must never record it before the old keysets are destroyed. */
@Singleton
final class RotationReports implements RotationEnd {
  private static final AuditActor ACTOR = AuditActor.system("link");

  private final AuditLog audit;

  RotationReports(AuditLog audit) {
    this.audit = audit;
  }

  @Override
  public void ended(Tx tx, UUID command) {
    audit.append(tx, Commands.entry(AuditType.CONTROL_COMMAND_DONE, ACTOR, new CommandId(command),
        Commands.word(Command.Kind.ROTATE), null, 0));
  }
}
