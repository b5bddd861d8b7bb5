package dev.authpipe.proxy.refresh;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.refresh.FaultLedger.Outcome;

/** docs/refresh-proof.md, made of what the tests wrote down. Pure. */
final class RefreshProof {
  private static final Map<String, String> COLUMNS = columns();

  private RefreshProof() {}

  private static Map<String, String> columns() {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("SCHEDULE", "schedules");
    columns.put("REFRESH", "refreshes begun");
    columns.put("ANSWER_DROPPED", "answers dropped");
    columns.put("NOT_SENT", "requests lost");
    columns.put("UNAVAILABLE", "503");
    columns.put("CLIENT_REFUSED", "`invalid_client`");
    columns.put("KILL", "kills");
    columns.put("LAPSE", "all leases lapsed");
    columns.put("DISCONNECT", "disconnects");
    columns.put("REUSE", "sent once more");
    columns.put("KEPT", "grants kept");
    columns.put("ENDED", "ended, nothing left");
    columns.put("CONCEDED", "lost, conceded");
    return columns;
  }

  static String document(List<String> lines) {
    return INTRODUCTION + faults(lines) + STORM + storms(lines) + RACES + races(lines) + INTERLEAVED + schedules(lines) + GUARDS;
  }

  private static String faults(List<String> lines) {
    StringBuilder table = new StringBuilder("| fault | none | grace | strict | played by |\n|---|---|---|---|---|\n");
    for (Fault fault : Fault.values()) {
      table.append("| ").append(fault.text()).append(" |");
      for (Rotation rotation : Rotation.values()) {
        table.append(' ').append(cell(lines, fault, rotation)).append(" |");
      }
      table.append(" `").append(fault.test()).append("` |\n");
    }
    return table.toString();
  }

  private static String cell(List<String> lines, Fault fault, Rotation rotation) {
    String cell = Arrays.stream(Outcome.values()).map(outcome -> {
      long count = lines.stream().filter((fault + " " + rotation + " " + outcome)::equals).count();
      return count == 0 ? "" : word(outcome) + " " + count;
    }).filter(text -> !text.isEmpty()).collect(Collectors.joining("; "));
    return cell.isEmpty() ? "not played" : cell;
  }

  private static String word(Outcome outcome) {
    return switch (outcome) {
      case KEPT -> "kept";
      case LOST -> "lost, conceded";
      case ENDED -> "revoked";
    };
  }

  private static String storms(List<String> lines) {
    StringBuilder table = new StringBuilder("| rotation | callers | replicas | calls |\n|---|---|---|---|\n");
    for (Rotation rotation : Rotation.values()) {
      lines.stream().filter(line -> line.startsWith("STORM " + rotation + " ")).map(line -> line.split(" ", -1)).forEach(
          field -> table.append("| %s | %s | %s | 1 |\n".formatted(Fault.word(rotation), field[2], field[3])));
    }
    return table.toString();
  }

  private static String races(List<String> lines) {
    StringBuilder table = new StringBuilder(
        "| races | refreshed first | refused | late | tokens alive at the provider |\n|---|---|---|---|---|\n");
    lines.stream().filter(line -> line.startsWith("RACES ")).map(line -> line.split(" ", -1)).forEach(
        field -> table.append("| %s | %s | %s | %s | 0 |\n".formatted(field[1], field[2], field[3], field[4])));
    return table.toString();
  }

  private static String schedules(List<String> lines) {
    StringBuilder table = new StringBuilder("| rotation |");
    COLUMNS.values().forEach(column -> table.append(' ').append(column).append(" |"));
    table.append("\n|---|").append("---|".repeat(COLUMNS.size())).append('\n');
    for (Rotation rotation : Rotation.values()) {
      lines.stream().filter(line -> line.startsWith("INTERLEAVED " + rotation + " ")).forEach(line -> {
        Map<String, String> counts = Arrays.stream(line.split(" ", -1)).skip(2)
            .collect(
                Collectors.toMap(pair -> pair.substring(0, pair.indexOf('=')), pair -> pair.substring(pair.indexOf('=') + 1)));
        table.append("| ").append(rotation.name().toLowerCase(Locale.ROOT)).append(" |");
        COLUMNS.keySet().forEach(column -> table.append(' ').append(counts.getOrDefault(column, "0")).append(" |"));
        table.append('\n');
      });
    }
    return table.toString();
  }

  private static final String INTRODUCTION = """
      # What the refresh protocol was put through

      Generated from the last run of the tests that are named here ([refresh-protocol.md](refresh-protocol.md) says what they hold it to):
      `mvn verify -Dtests.except=none`, then the same with `-Dtest=RefreshProofTest -Dauthpipe.docs=write`. A cell that nobody played, or a grant
      that is lost where none is conceded, fails the build.

      ## Faults

      What was injected, how often, and what became of the grant, by how refresh tokens rotate. *Kept*: what is in force works at the provider,
      and its refresh token does too. *Lost, conceded*: the person has to connect again, and nobody could know better. *Revoked*: the connection
      ended, and so did everything that was received for it. Kills are SIGKILL of a proxy in a process of its own, at a named point; the
      server that is stopped, and the standby that takes over, are real ones.

      """;

  private static final String STORM = """

      ## Storm

      One expired connection, everybody asks for it at once.

      """;

  private static final String RACES = """

      ## Races

      `DisconnectRaceTest`: a refresh on one replica against a disconnect on another, of one connection and at the same moment, with head starts that a seed
      decides. *Late* are answers that came when the connection had ended already; each of their tokens is revoked by itself. The provider is asked for
      what it still accepts after each dozen. `-Dauthpipe.races=N` runs N.

      """;

  private static final String INTERLEAVED = """

      ## Interleavings

      `InterleavedRefreshTest`: three replicas of the real classes on PostgreSQL and rescue journals of their own refresh, and sometimes disconnect,
      one connection. One step runs at a time, from one transaction, call or look at the clock to the next; a seed decides whose, what the
      network makes of a request, which replica is killed where and when it starts again, and when so much time passes that every lease lapses.
      At each call: no other one is under way unless its sender slept past its lease, and a granted one is repeated only when its answer is
      lost, or might be, and under strict not while the access token lives. At the end, when everybody is up again: no two commits of a
      generation, no answer left in a journal, and the grant alive or, after a disconnect, no refresh token of it alive at the provider.
      *Lost, conceded* is strict after a lost answer, a kill before the journal or a sender that slept, grace after one that slept past the
      window too, and tokens in an answer that nobody ever saw. Each check plays 700 for each rotation; `-Dseeds=N` plays N, `-Dseed=N` plays
      one again.

      """;

  private static final String GUARDS = """

      ## Without its guards

      `build/check-protections` takes one guard away at a time and demands that a named test fails, one of the classes here.

      | guard | noticed by |
      |---|---|
      | a held lease is not free | `LeasesTest`, `InterleavedRefreshTest` |
      | who has the lease reads again | `RefreshFlowTest` |
      | the intent is in the store before the first byte | `RefreshFailureTest` |
      | a lost answer is not asked for again under strict | `RefreshFailureTest` |
      | compare-and-set on the generation | `CredentialVaultTest`, `InterleavedRefreshTest` |
      | the journal, and what it has goes first | `JournalFaultTest` |
      | a refused client uses up no connection | `FaultMatrixTest` |
      | what one replica took from the schedule is left alone by the others | `RefreshScheduleTest` |
      """;
}
