package dev.authpipe.proxy.proof;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Makes of an answer what it is in every run: ids, times and measured numbers are replaced, secrets are words, and lists of objects cut to
 * their first. The members and the type of each stay as they were.
 */
final class StableAnswer {
  private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Pattern ID = Pattern.compile("\\b([a-z]{2,4})_[0-9a-hjkmnp-tv-z]{26}\\b");
  private static final Pattern UUID = Pattern.compile("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b");
  private static final Pattern TIME = Pattern.compile("\\b20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
  private static final Pattern CHANGING = Pattern.compile("127\\.0\\.0\\.1:\\d+");
  private static final Pattern CURL = Pattern.compile("\\bcurl/[0-9.]+");
  private static final Pattern LONG = Pattern.compile("[A-Za-z0-9+/_-]{40,}={0,2}");
  private static final Set<String> SECRETS = Set.of("access_token", "session_token", "finish_code");
  private static final Set<String> MEASURED = Set.of("expires_in", "seq", "from", "to", "total_count", "tries");
  private static final String ID_TAIL = "_01kb2v7m3ae8wrx5t9fd6hq4z";
  private static final String ID_LETTERS = "cdefghjkmnpqrstvwxyz0123456789";
  private static final int MOST_LINES = 2;

  private final Map<String, String> known = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  /** Plain maps, lists, texts and numbers; a text when the body is no JSON. */
  Object of(String body) {
    try {
      return JSON.convertValue(shown(JSON.readTree(body)), Object.class);
    } catch (JsonProcessingException noJson) {
      return lines(body);
    }
  }

  /** JSON lines, or words of another form; a line of digits is the size of a log, which grows by itself. */
  private String lines(String body) {
    List<String> lines = new ArrayList<>();
    body.lines().limit(body.startsWith("{") ? MOST_LINES : Long.MAX_VALUE)
        .forEach(one -> lines.add(one.matches("\\d+") ? "13" : one.startsWith("{") ? json(one) : text(one)));
    return String.join("\n", lines);
  }

  private String json(String line) {
    try {
      return JSON.writeValueAsString(shown(JSON.readTree(line)));
    } catch (JsonProcessingException noJson) {
      return text(line);
    }
  }

  private JsonNode shown(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        if (SECRETS.contains(name)) {
          object.put(name, ApiWords.example(name));
        } else if (name.equals("body_base64")) { // of the sandbox provider's echo: text that nobody can read
          object.put(name, "…");
        } else if (MEASURED.contains(name) && object.get(name).isNumber()) {
          object.put(name, name.equals("expires_in") ? 3600 : 1);
        } else {
          object.set(name, shown(object.get(name)));
        }
      }
      return object;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode cut = JSON.createArrayNode();
      for (int i = 0; i < array.size() && (i < 1 || !array.get(i).isObject()); i++) {
        cut.add(shown(array.get(i)));
      }
      return cut;
    }
    return node.isTextual() ? JSON.getNodeFactory().textNode(text(node.textValue())) : node;
  }

  /** The same text in every run. */
  private String text(String text) {
    String stable = ID.matcher(text).replaceAll(found -> id(found.group(), found.group(1)));
    stable = UUID.matcher(stable).replaceAll("01234567-89ab-7cde-8f01-23456789abcd");
    stable = TIME.matcher(stable).replaceAll("2026-11-28T10:00:00Z");
    stable = CHANGING.matcher(stable).replaceAll("127.0.0.1:8401");
    stable = CURL.matcher(stable).replaceAll("curl/8");
    stable = stable.replaceAll("\n\\d+\n", "\n13\n"); // the size of a log
    return LONG.matcher(stable).replaceAll(found -> found.group().contains(ID_TAIL) ? found.group() : "…");
  }

  private String id(String id, String prefix) {
    return known.computeIfAbsent(id, _ -> prefix + ID_TAIL + ID_LETTERS.charAt(counts.merge(prefix, 1, Integer::sum) - 1));
  }
}
