package dev.authpipe.proxy.ops;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.link.ScriptedControlPlane;

/** Answers to reports and checkpoints that are well made and lies. */
@SuppressWarnings("ImmutableEnumChecker") // the sets are copies that nobody changes
enum HostileReply {
  WANTS_FAR(Path.REPORTS, "wants a number that was never sent", "{\"v\":1,\"next\":9000000000000000}", "link_other_number"),
  WANTS_NEGATIVE(Path.REPORTS, "wants a number below nought", "{\"v\":1,\"next\":-1}", "link_malformed"),
  FORGETS(Path.REPORTS, "forgets every report that it took", "{\"v\":1,\"next\":0}", "link_other_number"),
  TAKES_NONE(Path.REPORTS, "wants the same reports for ever", "{\"v\":1,\"next\":FIRST}"),
  TAKES_UNREAD(Path.REPORTS, "takes reports that it throws away", "{\"v\":1,\"next\":END}"),
  SAYS_NO_NUMBER(Path.REPORTS, "does not say what it took", "", "link_malformed"),
  ALL_TAKEN(Path.CHECKPOINTS, "takes checkpoints of a size that no log has", "taken 0 9000000000000000"),
  ALL_BEHIND(Path.CHECKPOINTS, "has always seen more of every log", "behind 0 9000000000000000"),
  ALL_BEHIND_ONE(Path.CHECKPOINTS, "has always seen one event of every log", "behind 0 1"),
  OTHER_EPOCH(Path.CHECKPOINTS, "knows another epoch of every log", "behind 2147483647 3"),
  FORK(Path.CHECKPOINTS, "calls a log a fork", "fork 0 1", "checkpoint.refused"),
  REFUSED(Path.CHECKPOINTS, "does not witness a log", "refused 0 0", "checkpoint.refused"),
  TOO_MANY(Path.CHECKPOINTS, "answers about more logs than it was asked", "{\"v\":1,\"results\":[R,R,R,R,R,R,R,R,R,R,R,R,R,R,R]}",
      "link_malformed"),
  TOO_FEW(Path.CHECKPOINTS, "answers about none of the logs", "{\"v\":1,\"results\":[]}", "link_malformed");

  /** Where it is said. */
  enum Path {
    REPORTS,
    CHECKPOINTS
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final String words;
  private final String answer;
  private final Set<String> audited;

  HostileReply(Path path, String words, String answer, String... audited) {
    this.path = path;
    this.words = words;
    this.answer = answer;
    this.audited = Set.of(audited);
  }

  Path path() {
    return path;
  }

  String words() {
    return words;
  }

  Set<String> audited() {
    return audited;
  }

  ExchangeHandler handler(ScriptedControlPlane plane) {
    return exchange -> {
      JsonNode asked = JSON.readTree(plane.bodies(exchange.request().rawPath()).getLast());
      exchange.answer(answer.isEmpty() ? Answer.of(204) : Answer.json(200, filled(asked)));
    };
  }

  private String filled(JsonNode asked) {
    String result = "{\"status\":\"taken\",\"epoch\":0,\"size\":1}";
    if (answer.startsWith("{")) {
      long first = asked.path("first").asLong();
      return answer.replace("FIRST", Long.toString(first)).replace("END", Long.toString(first + asked.path("reports").size()))
          .replace("R", result);
    }
    String[] words = answer.split(" ", -1);
    String each = "{\"status\":\"" + words[0] + "\",\"epoch\":" + words[1] + ",\"size\":" + words[2] + "}";
    List<String> all = new ArrayList<>(Collections.nCopies(asked.path("checkpoints").size(), each));
    if (words[0].equals("fork") || words[0].equals("refused")) {
      Collections.fill(all.subList(1, all.size()), result); // which rests then; the others go on
    }
    return "{\"v\":1,\"results\":[" + String.join(",", all) + "]}";
  }
}
