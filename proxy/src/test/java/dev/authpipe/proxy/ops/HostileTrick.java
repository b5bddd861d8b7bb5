package dev.authpipe.proxy.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * One thing that a hostile control plane does, where it does it, and what the proxy's audit log may make of it.
 *
 * @param lane    the thread of the link that meets it
 * @param name    in the table of docs/threat-model.md
 * @param words   what it does
 * @param audited types or reasons of events, one of which there must be; empty: it cannot be told from what is right
 * @param play    begins it
 * @param after   ends it, once it was met
 */
record HostileTrick(Lane lane, String name, String words, Set<String> audited, Play play, Play after) {
  static final String HEADER = "| trick | what the control plane does | what it gets | in the audit log |";
  private static final Play NOTHING = (_, _) -> {};

  /** The threads of the link, each of which meets one trick at a time while the others meet theirs; the last is below all of them. */
  enum Lane {
    FEED,
    COMMANDS,
    REPORTS,
    CHECKPOINTS,
    HEARTBEAT,
    CONNECTION;

    String path() {
      return "/link/v1/" + name().toLowerCase(Locale.ROOT);
    }
  }

  /** Begins a trick of a lane. */
  interface Play {
    void begin(HostileHour hour, Lane lane);
  }

  /** Those of a lane: its own, and every answer that no path has. */
  static List<HostileTrick> of(Lane lane) {
    List<HostileTrick> tricks = new ArrayList<>();
    if (lane == Lane.CONNECTION) {
      Arrays.stream(HostileConnection.values()).map(HostileTrick::connection).forEach(tricks::add);
      return tricks;
    }
    Arrays.stream(HostileAnswer.values()).map(answer -> answer(lane, answer)).forEach(tricks::add);
    switch (lane) {
      case FEED -> Arrays.stream(HostileFeed.values()).map(HostileTrick::feed).forEach(tricks::add);
      case COMMANDS -> Arrays.stream(HostileCommand.values()).map(HostileTrick::command).forEach(tricks::add);
      case REPORTS -> replies(HostileReply.Path.REPORTS, lane, tricks);
      case CHECKPOINTS -> replies(HostileReply.Path.CHECKPOINTS, lane, tricks);
      case HEARTBEAT, CONNECTION -> {
        return tricks;
      }
    }
    return tricks;
  }

  /** Every trick once, as the table has them. */
  static List<HostileTrick> all() {
    List<HostileTrick> all = new ArrayList<>(of(Lane.HEARTBEAT));
    for (Lane lane : Lane.values()) {
      of(lane).stream().filter(trick -> !trick.name.startsWith("answer ")).forEach(all::add);
    }
    return all;
  }

  /** The table of docs/threat-model.md. */
  static String table() {
    StringBuilder table = new StringBuilder(HEADER).append("\n|---|---|---|---|\n");
    for (HostileTrick trick : all()) {
      String audited = trick.audited.isEmpty() ? "" : "`" + String.join("` or `", new TreeSet<>(trick.audited)) + "`";
      table.append(String.join(" | ", "| " + trick.name.replace('_', ' '), trick.words, trick.got(), audited)).append(" |\n");
    }
    return table.toString();
  }

  private static String name(String kind, Enum<?> trick) {
    return kind + " " + trick.name().toLowerCase(Locale.ROOT);
  }

  private static HostileTrick answer(Lane lane, HostileAnswer answer) {
    return new HostileTrick(lane, name("answer", answer), answer.words(), answer.audited(),
        (hour, where) -> hour.stage.plane.script(where.path(), answer.handler(hour.elsewhere())), NOTHING);
  }

  private static HostileTrick feed(HostileFeed trick) {
    return new HostileTrick(Lane.FEED, name("feed", trick), trick.words(), trick.audited(), (hour, lane) -> {
      hour.stage.plane.script(lane.path(), trick.play(hour));
    }, NOTHING);
  }

  private static HostileTrick command(HostileCommand trick) {
    return new HostileTrick(Lane.COMMANDS, name("command", trick), trick.words(), trick.audited(), (hour, lane) -> {
      trick.queue(hour, hour.stage.plane.commands());
      hour.stage.plane.script(lane.path(), trick.answers(hour.stage.plane.commands()));
    }, (hour, _) -> trick.after(hour));
  }

  private static HostileTrick connection(HostileConnection trick) {
    return new HostileTrick(Lane.CONNECTION, name("link", trick), trick.words(), trick.audited(), (hour, _) -> trick.play(hour),
        NOTHING);
  }

  boolean isCommand() {
    return name.startsWith("command ");
  }

  /** What it gets. */
  String got() {
    if (name.equals("command disconnects")) {
      return "the connections of its budget end; the others wait";
    } else if (name.equals("command rotate")) {
      return "one rotation while its budget lasts; else it waits";
    } else if (name.equals("link forgets_the_key")) {
      return "no link until the operator enrols anew";
    } else if (name.equals("feed narrows")) {
      return "both are disabled until the operator gives them back";
    } else if (name.equals("feed leaves_out")) {
      return "that workspace is disabled until the operator gives it back";
    } else if (audited.contains("approval.asked") || audited.contains("control_command.waiting")) {
      return "it waits for the operator";
    }
    return "nothing";
  }

  private static void replies(HostileReply.Path path, Lane lane, List<HostileTrick> tricks) {
    Arrays.stream(HostileReply.values()).filter(reply -> reply.path() == path)
        .map(reply -> new HostileTrick(lane, name("reply", reply), reply.words(), reply.audited(),
            (hour, where) -> hour.stage.plane.script(where.path(), reply.handler(hour.stage.plane)), NOTHING))
        .forEach(tricks::add);
  }
}
