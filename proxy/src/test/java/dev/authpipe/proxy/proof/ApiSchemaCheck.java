package dev.authpipe.proxy.proof;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;

/** Reads the API's document as a validator of OpenAPI 3.0 schemas does. Members that a schema does not name are mistakes here. */
final class ApiSchemaCheck {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DOCUMENT = "https://authpipe.invalid/proxy";

  private final SchemaRegistry registry;

  ApiSchemaCheck(ApiDocumentFile document) {
    String text = text(closed(document.root()));
    Dialect openApi = Dialect.builder(Dialects.getOpenApi30())
        .unknownKeywordFactory((name, _) -> new NonValidationKeyword(name)).build(); // the document has more than schemas
    this.registry = SchemaRegistry.withDialect(openApi, builder -> builder.schemas(Map.of(DOCUMENT, text)));
  }

  /** What is wrong with a value, by a schema that may refer to the document's; empty when nothing is. */
  List<String> faults(Map<String, Object> schema, Object value) {
    Schema read = schema.get("$ref") instanceof String reference
        ? registry.getSchema(SchemaLocation.of(DOCUMENT + reference))
        : registry.getSchema(node(schema));
    return read.validate(node(value), run -> run.executionConfig(config -> config.formatAssertionsEnabled(true))).stream()
        .map(fault -> fault.getInstanceLocation() + ": " + fault.getMessage()).toList();
  }

  private static JsonNode node(Object value) {
    return JSON.valueToTree(value);
  }

  private static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A copy in which objects have no members but those that are named, unless they say otherwise. */
  private static Object closed(Object node) {
    if (node instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((name, value) -> copy.put(String.valueOf(name), closed(value)));
      if ("object".equals(map.get("type")) && map.containsKey("properties")) {
        copy.putIfAbsent("additionalProperties", false);
      }
      return copy;
    }
    return node instanceof List<?> list ? new ArrayList<>(list.stream().map(ApiSchemaCheck::closed).toList()) : node;
  }
}
