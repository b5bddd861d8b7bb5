package dev.authpipe.proxy.ops;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.link.CommandQueue;

/** Commands that a hostile control plane gives, most of them under its own good signature. */
@SuppressWarnings("ImmutableEnumChecker") // the sets are copies that nobody changes
enum HostileCommand {
  FORGED("signed by another key", "command_forged") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      for (int i = 0; i < 20; i++) {
        queue.addForged("revoke_all", LinkStage.WORKSPACE, "");
      }
    }
  },
  ALTERED("altered after it was signed", "command_forged") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.addAltered("revoke_all", LinkStage.WORKSPACE, "");
    }
  },
  REPLAYED("those of before, whatever number was asked after", "command_replayed") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      hour.probe(queue);
    }

    @Override
    ExchangeHandler answers(CommandQueue queue) {
      return exchange -> exchange.answer(Answer.json(200, queue.all()));
    }
  },
  REORDERED("the later ones first", "command_replayed") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      for (int i = 0; i < 5; i++) {
        hour.probe(queue);
      }
      queue.replay();
    }
  },
  DUPLICATE("one of a number that another one has", "command_replayed") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      long number = hour.commandsTaken() + 1;
      queue.add("probe", LinkStage.WORKSPACE, hour.connection(), Map.of("seq", number));
      queue.add("disconnect", LinkStage.WORKSPACE, hour.connection(), Map.of("seq", number));
    }
  },
  EXPIRED("one that has run out", "control_command.expired") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.add("disconnect", LinkStage.WORKSPACE, hour.connection(), Map.of("expires_at", "2020-01-01T00:00:00.000Z"));
    }
  },
  IMMORTAL("one that is good for years", "lives_too_long") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.add("disconnect", LinkStage.WORKSPACE, hour.connection(),
          Map.of("expires_at", CommandQueue.time(hour.clock.instant().plus(Duration.ofDays(3_650)))));
    }
  },
  FOR_ANOTHER("one for another proxy", "command_for_another") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.add("disconnect", LinkStage.WORKSPACE, hour.connection(), Map.of("data_plane", "dpl_01js00000ke008000000000009"));
    }
  },
  UNKNOWN_WORKSPACE("one for a workspace that is not in force", "unknown_workspace") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.add("disconnect", "wks_01js00000ke008000000000055", hour.connection(), Map.of());
    }
  },
  FOREIGN_CONNECTION("one for a connection of another workspace", "unknown_connection") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.add("probe", HostileDocuments.OTHER, hour.connection(), Map.of());
    }
  },
  UNKNOWN_KIND("one to send the secrets", "unknown_kind") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.add("send_secrets", LinkStage.WORKSPACE, hour.connection(), Map.of());
    }
  },
  NO_COMMAND("text that is no command, well signed", "command_malformed") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.addSigned("[".repeat(1_000));
      queue.addSigned("{\"v\":1,\"v\":1}");
      queue.addSigned("{\"seq\":1e999999999}");
    }
  },
  NO_TARGET("a target that is no id", "malformed_target") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.add("revoke_all", LinkStage.WORKSPACE, "' or 1=1 --", Map.of());
    }
  },
  LEAP("the last number there can be, so that none comes after it", "command_too_far") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      hour.probe(queue);
      queue.add("probe", LinkStage.WORKSPACE, hour.connection(), Map.of("seq", Long.MAX_VALUE));
    }
  },
  FLOOD("a hundred at once", "command_flood") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      hour.timeStands();
      hour.passes(MINUTE);
      for (int i = 0; i < 100; i++) {
        queue.add("probe", LinkStage.WORKSPACE, "conn_01js00000ke008000000000099", Map.of());
      }
    }

    @Override
    void after(HostileHour hour) {
      hour.timePasses();
      hour.passes(MINUTE); // what came within the same would be dropped with it
    }
  },
  DISCONNECTS("disconnects, until the budget is spent and beyond", "control_command.done", "control_command.waiting") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      hour.spares().forEach(spare -> queue.add("disconnect", LinkStage.WORKSPACE, spare, Map.of()));
    }
  },
  REVOKE_ALL("the end of every connection", "control_command.waiting") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.add("revoke_all", LinkStage.WORKSPACE, "", Map.of());
      queue.add("revoke_all", LinkStage.WORKSPACE, LinkStage.INTEGRATION, Map.of());
    }
  },
  ERASE("the erasure of a person, by an id that it guesses", "unknown_end_user") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.add("erase", LinkStage.WORKSPACE, UUID.randomUUID().toString(), Map.of());
    }
  },
  ROTATE("new keys, again and again", "control_command.failed", "control_command.waiting") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      queue.add("rotate", LinkStage.WORKSPACE, "", Map.of());
      queue.add("rotate", LinkStage.WORKSPACE, "", Map.of());
    }
  },
  DELETES("the deletion of a workspace, sixty times", "control_command.waiting", "too_many_wait") {
    @Override
    void queue(HostileHour hour, CommandQueue queue) {
      hour.passes(MINUTE);
      for (int i = 0; i < 60; i++) {
        queue.add("delete_workspace", LinkStage.WORKSPACE, "", Map.of());
      }
    }

    @Override
    void after(HostileHour hour) {
      hour.passes(MINUTE); // what came within the same would be dropped with it
    }
  };

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final String words;
  private final Set<String> audited;

  HostileCommand(String words, String... audited) {
    this.words = words;
    this.audited = Set.of(audited);
  }

  abstract void queue(HostileHour hour, CommandQueue queue);

  /** What is done once it was met. */
  void after(HostileHour hour) {}

  /** What the path answers then; null: what it should. */
  @Nullable
  ExchangeHandler answers(CommandQueue queue) {
    return null;
  }

  String words() {
    return words;
  }

  Set<String> audited() {
    return audited;
  }
}
