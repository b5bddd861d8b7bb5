package dev.authpipe.proxy.proof;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Brings the schemas of the API's document into the form that people read: names of their own, required members, examples. */
final class ApiSchemas {
  private static final String PREFIX = "#/components/schemas/";

  private ApiSchemas() {}

  static Map<String, Object> complete(Map<String, Object> generated) {
    Map<String, Object> schemas = new TreeMap<>();
    generated.forEach((name, schema) -> schemas.put(ApiWords.SCHEMAS.getOrDefault(name, name), schema));
    schemas.forEach((name, node) -> {
      Map<String, Object> schema = ApiDocumentFile.section(Map.of("node", node), "node");
      Map<String, Object> properties = ApiDocumentFile.section(schema, "properties");
      properties
          .forEach(
              (property, value) -> ApiWords.complete(ApiDocumentFile.section(Map.of("value", value), "value"), name, property));
      properties.values().forEach(value -> open(ApiDocumentFile.section(Map.of("value", value), "value")));
      require(schema, properties, ApiWords.REQUIRED.getOrDefault(name, List.of()));
    });
    return schemas;
  }

  /** A map of values of any kind, which the compiler takes for objects. */
  private static void open(Map<String, Object> property) {
    if (Map.of("type", "object").equals(property.get("additionalProperties"))) {
      property.put("additionalProperties", true);
    }
  }

  /** A member that a request must have cannot be null there, though the program's type allows it until it was looked at. */
  private static void require(Map<String, Object> schema, Map<String, Object> properties, List<String> more) {
    if (more.isEmpty()) {
      return;
    }
    TreeSet<String> required = new TreeSet<>(more);
    if (schema.get("required") instanceof List<?> before) {
      before.forEach(name -> required.add(String.valueOf(name)));
    }
    schema.put("required", new ArrayList<>(required));
    more.forEach(name -> ApiDocumentFile.section(properties, name).remove("nullable"));
  }

  /** The same document with references to the names that schemas have in it. */
  static Object renamed(Object node) {
    if (node instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach(
          (key, value) -> copy.put(String.valueOf(key), "$ref".equals(key) ? target(String.valueOf(value)) : renamed(value)));
      return copy;
    }
    return node instanceof List<?> list ? new ArrayList<>(list.stream().map(ApiSchemas::renamed).toList()) : node;
  }

  private static String target(String reference) {
    String name = reference.replace(PREFIX, "");
    return reference.startsWith(PREFIX) ? PREFIX + ApiWords.SCHEMAS.getOrDefault(name, name) : reference;
  }
}
