package dev.authpipe.proxy.proof;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;
import dev.authpipe.proxy.proof.ReferenceTour.Example;

/** Writes docs/api/reference.md: each operation of the document with a command that was run and what it answered. */
final class ApiReference {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ID = Pattern.compile("\\b([a-z]{2,4})_[0-9a-hjkmnp-tv-z]{26}\\b");
  private static final Pattern UUID = Pattern.compile("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b");
  private static final Pattern TIME = Pattern.compile("\\b20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
  private static final Pattern CHANGING = Pattern.compile("127\\.0\\.0\\.1:\\d+");
  private static final Pattern LONG = Pattern.compile("[A-Za-z0-9+/_-]{40,}={0,2}");
  private static final Set<String> SECRETS = Set.of("access_token", "session_token", "finish_code");
  private static final Set<String> MEASURED = Set.of("expires_in", "seq", "from", "to", "total_count", "tries");
  private static final String ID_TAIL = "_01kb2v7m3ae8wrx5t9fd6hq4z";
  private static final String ID_LETTERS = "cdefghjkmnpqrstvwxyz0123456789";
  private static final Map<String, String> CHAPTERS = chapters();
  private static final int MOST_LINES = 2;

  private final ApiDocumentFile document;
  private final Map<String, Example> examples;
  private final Map<String, String> known = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  ApiReference(ApiDocumentFile document, Map<String, Example> examples) {
    this.document = document;
    this.examples = examples;
  }

  private static Map<String, String> chapters() {
    Map<String, String> chapters = new LinkedHashMap<>();
    chapters.put("/v1/connect-sessions", "Connect sessions");
    chapters.put("/v1/connections", "Connections");
    chapters.put("/v1/proxy", "Proxied calls");
    chapters.put("/v1/end-users", "End users");
    chapters.put("/v1/erasures", "End users");
    chapters.put("/v1/integrations", "Integrations");
    chapters.put("/v1/providers", "Providers");
    chapters.put("/v1/audit", "Audit log");
    chapters.put("/v1/webhooks", "Webhooks");
    chapters.put("/v1/workspaces", "Incidents");
    chapters.put("/v1/incidents", "Incidents");
    return chapters;
  }

  String page() {
    Map<String, List<Operation>> byChapter = new LinkedHashMap<>();
    CHAPTERS.values().forEach(chapter -> byChapter.put(chapter, new ArrayList<>()));
    for (Operation operation : document.operations()) {
      byChapter.computeIfAbsent(chapter(operation), _ -> new ArrayList<>()).add(operation);
    }
    StringBuilder page = new StringBuilder(
        """
            # API reference

            <!-- Generated from the code and from a run of every command; a test holds this page to both. -->

            Every operation of the proxy's API, on the API listener, for application back ends. Each has a command that was run to write this page, and what it answered:
            ids, times and secrets are replaced, and lists cut to their first entry. The same as a document for programs: [proxy.yaml](proxy.yaml). The errors: [errors.md](errors.md).

            ```sh
            AUTHPIPE=http://127.0.0.1:8400   # the API listener
            API_KEY=$(cat api-key)           # bin/authpipe api-key create
            ```

            Further variables name what an earlier answer gave: `$CONNECTION` is the `id` of a connection.

            """);
    byChapter.forEach((chapter, operations) -> {
      page.append("* [").append(chapter).append("](#").append(anchor(chapter)).append(")\n");
    });
    byChapter.forEach((chapter, operations) -> {
      page.append("\n## ").append(chapter).append('\n');
      operations.forEach(operation -> write(page, operation));
    });
    return page.toString();
  }

  private static String anchor(String title) {
    return title.toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
  }

  private static String chapter(Operation operation) {
    return CHAPTERS.entrySet().stream().filter(one -> operation.template().startsWith(one.getKey())).findFirst().orElseThrow()
        .getValue();
  }

  private void write(StringBuilder page, Operation operation) {
    String name = String.valueOf(operation.node().get("operationId"));
    Example example = examples.get(name);
    if (example == null) {
      throw new AssertionError(operation + " has no example");
    }
    page.append("\n### ").append(operation.node().get("summary")).append("\n\n`").append(operation).append("`\n\n")
        .append(line(String.valueOf(operation.node().get("description")))).append('\n');
    parameters(page, operation);
    members(page, operation);
    page.append("\n```sh\n").append(example.call().command()).append("\n```\n\n");
    answer(page, example);
    if (operation.node().get("x-authpipe-errors") instanceof List<?> errors) {
      page.append("\nErrors: ").append(String.join(", ", errors.stream().map(code -> "`" + code + "`").toList())).append('\n');
    }
  }

  private void parameters(StringBuilder page, Operation operation) {
    List<Map<String, Object>> all = new ArrayList<>();
    Map<String, Object> item = ApiDocumentFile.section(ApiDocumentFile.section(document.root(), "paths"), operation.template());
    for (Object from : new Object[]{item.get("parameters"), operation.node().get("parameters")}) {
      if (from instanceof List<?> list) {
        list.forEach(one -> all.add(ApiDocumentFile.section(Map.of("one", one), "one")));
      }
    }
    if (all.isEmpty()) {
      return;
    }
    page.append("\n| parameter | in | meaning |\n|---|---|---|\n");
    all.forEach(one -> page.append("| `").append(one.get("name")).append("` | ").append(one.get("in")).append(" | ")
        .append(line(String.valueOf(one.get("description")))).append(" |\n"));
  }

  private void members(StringBuilder page, Operation operation) {
    Map<String, Object> content = ApiDocumentFile.section(ApiDocumentFile.section(operation.node(), "requestBody"), "content");
    Object ref = ApiDocumentFile.section(ApiDocumentFile.section(content, "application/json"), "schema").get("$ref");
    if (ref == null) {
      return;
    }
    Map<String, Object> schemas = ApiDocumentFile.section(ApiDocumentFile.section(document.root(), "components"), "schemas");
    Map<String, Object> schema = ApiDocumentFile.section(schemas, String.valueOf(ref).replaceAll(".*/", ""));
    List<?> required = schema.get("required") instanceof List<?> list ? list : List.of();
    page.append("\n| member of the body | | meaning |\n|---|---|---|\n");
    ApiDocumentFile.section(schema, "properties").keySet().forEach(name -> page.append("| `").append(name).append("` | ")
        .append(required.contains(name) ? "needed" : "").append(" | ").append(meaning(schema, schemas, name)).append(" |\n"));
  }

  private static String meaning(Map<String, Object> schema, Map<String, Object> schemas, String name) {
    Map<String, Object> property = ApiDocumentFile.section(ApiDocumentFile.section(schema, "properties"), name);
    Object text = property.get("description");
    if (text == null) {
      Matcher other = Pattern.compile("#/components/schemas/(\\w+)").matcher(property.toString());
      text = other.find() ? ApiDocumentFile.section(schemas, other.group(1)).get("description") : "";
    }
    return line(String.valueOf(text));
  }

  private static String line(String text) {
    return text.strip().replaceAll("\\s+", " ").replace("|", "\\|");
  }

  private void answer(StringBuilder page, Example example) {
    String body = example.body().strip();
    boolean head = example.call().method().equals("HEAD");
    page.append(example.status());
    if (head || body.isEmpty()) {
      page.append(body.isEmpty() ? ", without a body" : ", and the provider's headers").append('\n');
      return;
    }
    try {
      String pretty = JSON.writer(new DefaultPrettyPrinter().withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE))
          .writeValueAsString(shown(JSON.readTree(body)));
      page.append("\n\n```json\n").append(pretty).append("\n```\n");
    } catch (JsonProcessingException noJson) {
      page.append("\n\n```\n"); // a line of digits is the size of a log, which grows by itself
      body.lines().limit(body.startsWith("{") ? MOST_LINES : Long.MAX_VALUE)
          .forEach(one -> page.append(one.matches("\\d+") ? "13" : text(one)).append('\n'));
      page.append("```\n");
    }
  }

  private JsonNode shown(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        if (SECRETS.contains(name)) {
          object.put(name, "***");
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
    stable = stable.replaceAll("\n\\d+\n", "\n13\n"); // the size of a log
    return LONG.matcher(stable).replaceAll(found -> found.group().contains(ID_TAIL) ? found.group() : "…");
  }

  private String id(String id, String prefix) {
    return known.computeIfAbsent(id, _ -> prefix + ID_TAIL + ID_LETTERS.charAt(counts.merge(prefix, 1, Integer::sum) - 1));
  }
}
