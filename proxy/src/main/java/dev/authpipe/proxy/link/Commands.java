package dev.authpipe.proxy.link;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.LinkSettings;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.proxy.envelope.CanonicalRow;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.rotate.Asker;
import dev.authpipe.proxy.rotate.Rotations;
import dev.authpipe.wire.Command;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.SignedCommands;
import dev.authpipe.wire.WorkspaceId;

/**
 * Takes commands of the control plane: checks each in the order of docs/link-format.md, and carries it out, lets it wait or refuses it. Must never
 * carry one out twice, nor destroy more in an hour than the operator allowed (S71, S74).
 */
@Singleton
public final class Commands {
  private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
  private static final Duration LONGEST_LIFE = Duration.ofHours(24);
  private static final int MOST_A_MINUTE = 60;
  private static final int MOST_WAITING = 50;
  /** How far a number may be above the highest that was taken: a leap to the last one would shut every later command out. */
  private static final long FARTHEST = 1_000_000;
  private static final String KIND = "waiting_command";
  private static final AuditActor ACTOR = AuditActor.system("link");

  private final VaultDatabase vault;
  private final Configuration configuration;
  private final LinkSettings settings;
  private final DeploymentKeys keys;
  private final Deeds deeds;
  private final WorkspaceDeletions deletions;
  private final Rotations rotations;
  private final AuditLog audit;
  private final Refusals refusals;
  private final Clock clock;
  private Instant minute = Instant.EPOCH;
  private int thisMinute;

  /**
   * A command that waits for approval.
   *
   * @param connections how many it would have reached when it came
   */
  public record Waiting(WorkspaceId workspace, CommandId id, String kind, String target, int connections, Instant expiresAt) {}

  Commands(VaultDatabase vault, Configuration configuration, LinkSettings settings, DeploymentKeys keys, Deeds deeds,
      WorkspaceDeletions deletions, Rotations rotations, AuditLog audit, Refusals refusals, Clock clock) {
    this.vault = vault;
    this.configuration = configuration;
    this.settings = settings;
    this.keys = keys;
    this.deeds = deeds;
    this.deletions = deletions;
    this.rotations = rotations;
    this.audit = audit;
    this.refusals = refusals;
    this.clock = clock;
  }

  /** The highest number that was taken. */
  long highest() {
    return vault.lookUp(CommandStore::highest);
  }

  /** Takes what came, in its order. */
  void take(SignedCommands came, Pins pins) {
    CommandKey key = new CommandKey(pins.commandKey());
    came.commands().forEach(one -> take(one, key, pins));
  }

  private void take(SignedCommands.Signed one, CommandKey key, Pins pins) {
    if (!key.signed(one)) {
      refusals.count(Database.STORE, "command_forged", null);
      return;
    }
    Command command;
    try {
      command = LinkJson.read(Command.class, one.payload().getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException malformed) {
      refusals.count(Database.STORE, "command_malformed", null);
      return;
    }
    if (!command.dataPlane().equals(pins.dataPlane())) {
      refusals.count(Database.STORE, "command_for_another", null);
      return;
    }
    switch (vault.inWorkspace(Database.STORE, tx -> CommandStore.take(tx, command.seq(), FARTHEST))) {
      case REPLAYED -> refusals.count(Database.STORE, "command_replayed", null);
      case TOO_FAR -> refusals.count(Database.STORE, "command_too_far", null);
      case TAKEN -> {
        if (isFlood()) {
          refusals.count(Database.STORE, "command_flood", null);
        } else {
          judge(command);
        }
      }
    }
  }

  private boolean isFlood() {
    Instant now = clock.instant();
    if (Duration.between(minute, now).compareTo(Duration.ofMinutes(1)) >= 0) {
      minute = now;
      thisMinute = 0;
    }
    return ++thisMinute > MOST_A_MINUTE;
  }

  private void judge(Command command) {
    boolean known = configuration.workspace(command.workspace()).isPresent();
    WorkspaceId workspace = known ? command.workspace() : Database.STORE;
    Command.Kind kind = Command.Kind.of(command.kind()).orElse(null);
    if (!command.expiresAt().isAfter(clock.instant())) {
      record(workspace, AuditType.CONTROL_COMMAND_EXPIRED, command.id(), command.kind(), null, null);
    } else if (Duration.between(command.issuedAt(), command.expiresAt()).compareTo(LONGEST_LIFE) > 0) {
      record(workspace, AuditType.CONTROL_COMMAND_REFUSED, command.id(), command.kind(), "lives_too_long", null);
    } else if (!known) {
      record(workspace, AuditType.CONTROL_COMMAND_REFUSED, command.id(), command.kind(), "unknown_workspace", null);
    } else if (kind == null) {
      record(workspace, AuditType.CONTROL_COMMAND_REFUSED, command.id(), null, "unknown_kind", null);
    } else {
      decide(command, kind);
    }
  }

  private void decide(Command command, Command.Kind kind) {
    WorkspaceId workspace = command.workspace();
    int reach;
    try {
      reach = deeds.reach(workspace, kind, command.target());
    } catch (IllegalArgumentException malformed) {
      record(workspace, AuditType.CONTROL_COMMAND_REFUSED, command.id(), word(kind), "malformed_target", null);
      return;
    }
    boolean within = kind == Command.Kind.PROBE || (kind != Command.Kind.DELETE_WORKSPACE
        && (settings.trusting() || reach == 0 || vault.inWorkspace(Database.STORE,
            tx -> CommandStore.spend(tx, reach, settings.budget()))));
    if (within) {
      carryOut(workspace, command.id(), kind, command.target());
    } else {
      vault.run(workspace, tx -> audit.append(tx, waits(tx, command, kind, reach)));
    }
  }

  private AuditEntry waits(Tx tx, Command command, Command.Kind kind, int reach) {
    if (CommandStore.waitingCount(tx) >= MOST_WAITING) {
      return entry(AuditType.CONTROL_COMMAND_REFUSED, ACTOR, command.id(), word(kind), "too_many_wait", reach);
    }
    CommandStore.add(tx, new CommandStore.Waiting(command.id(), word(kind), command.target(), reach, command.expiresAt(),
        mac(tx, command.id(), word(kind), command.target(), command.expiresAt())));
    return entry(AuditType.CONTROL_COMMAND_WAITING, ACTOR, command.id(), word(kind), null, reach);
  }

  private void carryOut(WorkspaceId workspace, CommandId id, Command.Kind kind, String target) {
    Deeds.Done done;
    try {
      if (kind == Command.Kind.ROTATE) {
        if (rotations.begin(workspace, id.value(), Asker.CONTROL_PLANE)) {
          return; // done when the old keysets are destroyed
        }
        done = new Deeds.Done(0, "already_under_way");
      } else {
        done = deeds.carryOut(workspace, kind, target);
      }
    } catch (RuntimeException failure) {
      LOG.warn("a command of the control plane failed: {}", failure.getClass().getSimpleName());
      done = new Deeds.Done(0, "failed");
    }
    record(workspace, done.reason() == null ? AuditType.CONTROL_COMMAND_DONE : AuditType.CONTROL_COMMAND_FAILED, id, word(kind),
        done.reason(), done.connections());
  }

  /** Everything that waits and has not run out. */
  public List<Waiting> waiting() {
    List<Waiting> all = new ArrayList<>();
    for (WorkspaceId workspace : vault.listReachable(CommandStore::workspaces)) {
      vault.run(workspace, tx -> {
        for (CommandStore.Waiting one : CommandStore.waiting(tx)) {
          if (!one.expiresAt().isAfter(clock.instant())) {
            expire(tx, one);
          } else if (keys.authorityMacHolds(KIND, canonical(tx, one.id(), one.kind(), one.target(), one.expiresAt()),
              one.mac())) {
            all.add(new Waiting(workspace, one.id(), one.kind(), one.target(), one.connections(), one.expiresAt()));
          }
        }
      });
    }
    return all;
  }

  private void expire(Tx tx, CommandStore.Waiting one) {
    if (CommandStore.remove(tx, one.id())) {
      audit.append(tx, entry(AuditType.CONTROL_COMMAND_EXPIRED, ACTOR, one.id(), one.kind(), null, one.connections()));
    }
  }

  /** Carries out what the operator approved, once; a deletion is only begun. */
  public void approve(Waiting shown) {
    Command.Kind kind = Command.Kind.of(shown.kind).orElseThrow();
    boolean waited = vault.inWorkspace(shown.workspace, tx -> {
      boolean removed = CommandStore.remove(tx, shown.id);
      if (removed && kind == Command.Kind.DELETE_WORKSPACE && !deletions.begin(tx, shown.id, shown.connections)) {
        audit.append(tx, entry(AuditType.CONTROL_COMMAND_FAILED, ACTOR, shown.id, shown.kind, "already_under_way", 0));
      }
      return removed;
    });
    if (!waited) {
      throw new ConfigurationException("the command " + shown.id + " does not wait any more");
    }
    if (kind != Command.Kind.DELETE_WORKSPACE) {
      carryOut(shown.workspace, shown.id, kind, shown.target);
    }
  }

  /** Drops what the operator refused. */
  public boolean refuse(Waiting shown) {
    return vault.inWorkspace(shown.workspace, tx -> {
      boolean removed = CommandStore.remove(tx, shown.id);
      if (removed) {
        audit.append(tx, entry(AuditType.CONTROL_COMMAND_REFUSED, AuditActor.operator(), shown.id, shown.kind, "by_operator",
            shown.connections));
      }
      return removed;
    });
  }

  private void record(WorkspaceId workspace, AuditType type, CommandId id, @Nullable String kind, @Nullable String reason,
      @Nullable Integer connections) {
    vault.run(workspace, tx -> audit.append(tx, entry(type, ACTOR, id, kind, reason, connections)));
  }

  static AuditEntry entry(AuditType type, AuditActor actor, CommandId id, @Nullable String kind, @Nullable String reason,
      @Nullable Integer connections) {
    AuditOutcome outcome = switch (type) {
      case CONTROL_COMMAND_REFUSED, CONTROL_COMMAND_EXPIRED -> AuditOutcome.REFUSED;
      case CONTROL_COMMAND_FAILED -> AuditOutcome.FAILURE;
      default -> AuditOutcome.SUCCESS;
    };
    return AuditEntry.of(type, actor, AuditObject.controlCommand(id)).outcome(outcome).reason(reason)
        .detail(AuditDetail.COMMAND_KIND, kind).detail(AuditDetail.CONNECTIONS, connections).build();
  }

  private byte[] mac(Tx tx, CommandId id, String kind, String target, Instant expiresAt) {
    return keys.authorityMac(KIND, canonical(tx, id, kind, target, expiresAt));
  }

  private static byte[] canonical(Tx tx, CommandId id, String kind, String target, Instant expiresAt) {
    return new CanonicalRow().id(tx.workspace().value()).id(id.value()).text(kind).text(target).time(expiresAt).bytes();
  }

  static String word(Command.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
