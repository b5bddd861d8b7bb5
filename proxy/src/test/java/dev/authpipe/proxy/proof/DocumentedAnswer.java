package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;

/** Holds a real answer to what the API's document says of its operation: status, media type, headers, members and their types. */
final class DocumentedAnswer {
  private static final Set<String> BUILT_ON = Set.of("retry-after", "www-authenticate", "allow", "location");

  private final ApiDocumentFile document;

  DocumentedAnswer(ApiDocumentFile document) {
    this.document = document;
  }

  /** Checks one answer of an operation. */
  void check(String method, String template, ContractAnswer answer) {
    Operation operation = document.operations().stream()
        .filter(one -> one.method().equals(method) && one.template().replaceAll("\\{[^}]+}", "{}")
            .equals(template.replaceAll("\\{[^}]+}", "{}")))
        .findFirst().orElseThrow(() -> new AssertionError("the document has no " + method + " " + template));
    checkCode(operation, answer);
    Map<String, Object> responses = ApiDocumentFile.section(operation.node(), "responses");
    String status = Integer.toString(answer.status());
    String key = responses.containsKey(status) ? status : status.charAt(0) + "XX";
    assertThat(responses.containsKey(key) || responses.containsKey("default")).as("%s documents %s", operation, answer).isTrue();
    Map<String, Object> response = resolved(ApiDocumentFile.section(responses, responses.containsKey(key) ? key : "default"));
    checkHeaders(operation + " " + status, answer, ApiDocumentFile.section(response, "headers"));
    Map<String, Object> content = ApiDocumentFile.section(response, "content");
    String type = answer.header("content-type").orElse("").replaceAll(";.*", "").toLowerCase(Locale.ROOT);
    if (content.isEmpty()) {
      assertThat(answer.bytes()).as("%s %s has no body", operation, status).isEmpty();
    } else if (!content.containsKey("*/*")) {
      assertThat(content).as("%s %s", operation, status).containsKey(type);
      if (type.endsWith("json")) {
        check(operation + " " + status, answer.json(),
            resolved(ApiDocumentFile.section(ApiDocumentFile.section(content, type), "schema")));
      }
    }
  }

  /** A problem of ours has a code that the operation names; on the forward path the header tells that it is ours. */
  private void checkCode(Operation operation, ContractAnswer answer) {
    boolean proxied = ApiErrors.isProxied(operation);
    if (answer.status() >= 400 && (!proxied || answer.header("authpipe-error").isPresent())) {
      assertThat((List<?>) operation.node().get(ApiErrors.EXTENSION)).as("%s answers a documented code", operation)
          .anyMatch(code -> code.equals(answer.code()));
      check(operation + " problem", answer.json(), resolved(Map.of("$ref", "#/components/schemas/Problem")));
    }
  }

  /** The operation that a request was made to, unless it is none of the document's. */
  static Optional<Operation> operation(ApiDocumentFile document, String method, String path) {
    return document.operations().stream().filter(one -> one.method().equals(method) && path.matches(
        one.template().replace("{path}", ".*").replaceAll("\\{[^}]+}", "[^/]+"))).min(
            Comparator.comparingInt(one -> one.pathParameters().size()));
  }

  /** Headers that the document requires are there; those of ours that a caller may build on are documented. */
  private static void checkHeaders(String where, ContractAnswer answer, Map<String, Object> documented) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    documented.keySet().forEach(name -> {
      names.add(name);
      if (Boolean.TRUE.equals(ApiDocumentFile.section(documented, name).get("required"))) {
        assertThat(answer.header(name)).as("%s: header %s", where, name).isPresent();
      }
    });
    Set<String> ours = answer.headers().keySet().stream().filter(name -> name.startsWith("authpipe-") || BUILT_ON.contains(name))
        .collect(Collectors.toSet());
    assertThat(names).as("%s: documented headers", where).containsAll(ours);
  }

  private void check(String where, JsonNode value, Map<String, Object> schema) {
    if (schema.get("allOf") instanceof List<?> parts) {
      parts.forEach(part -> check(where, value, resolved(ApiDocumentFile.section(Map.of("part", part), "part"))));
      return;
    }
    if (value.isNull() && Boolean.TRUE.equals(schema.get("nullable"))) {
      return;
    }
    String type = String.valueOf(schema.get("type"));
    switch (type) {
      case "object" -> checkObject(where, value, schema);
      case "array" -> {
        assertThat(value.isArray()).as(where).isTrue();
        Map<String, Object> items = resolved(ApiDocumentFile.section(schema, "items"));
        value.forEach(element -> check(where + "[]", element, items));
      }
      case "integer" -> assertThat(value.isIntegralNumber()).as(where).isTrue();
      case "boolean" -> assertThat(value.isBoolean()).as(where).isTrue();
      case "string" -> {
        assertThat(value.isTextual()).as(where).isTrue();
        if ("date-time".equals(schema.get("format"))) {
          assertThat(value.asText()).as(where).endsWith("Z");
        }
        if (schema.get("enum") instanceof List<?> words) {
          assertThat(words.contains(value.asText())).as("%s: %s", where, value).isTrue();
        }
      }
      default -> assertThat(type).as(where).isIn("null", "number");
    }
  }

  private void checkObject(String where, JsonNode value, Map<String, Object> schema) {
    assertThat(value.isObject()).as(where).isTrue();
    Map<String, Object> properties = ApiDocumentFile.section(schema, "properties");
    Set<String> present = new TreeSet<>();
    value.fieldNames().forEachRemaining(present::add);
    if (schema.get("required") instanceof List<?> required) {
      required.forEach(name -> assertThat(present).as(where).contains(String.valueOf(name)));
    }
    if (!schema.containsKey("additionalProperties") || Boolean.FALSE.equals(schema.get("additionalProperties"))) {
      assertThat(properties.keySet()).as("%s: documented members", where).containsAll(present);
    }
    present.forEach(name -> {
      if (properties.containsKey(name)) {
        check(where + "." + name, value.path(name), resolved(ApiDocumentFile.section(properties, name)));
      }
    });
  }

  private Map<String, Object> resolved(Map<String, Object> node) {
    if (!(node.get("$ref") instanceof String reference)) {
      return node;
    }
    Map<String, Object> at = document.root();
    for (String step : reference.replaceFirst("^#/", "").split("/", -1)) {
      at = ApiDocumentFile.section(at, step);
    }
    return resolved(at);
  }
}
