package dev.authpipe.proxy.proof;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;
import dev.authpipe.proxy.proof.RouteInventory.Route;

/**
 * What holds for every operation and is therefore not repeated at every controller: the scopes that {@code @Secured} names, the errors and
 * their shape, the request id.
 */
final class ApiDocumentDetails {
  /** The extension of an operation that lists the scopes of which one is needed. */
  static final String SCOPES = "x-authpipe-scopes";

  private ApiDocumentDetails() {}

  static void complete(ApiDocumentFile document) {
    Map<String, Object> components = ApiDocumentFile.section(document.root(), "components");
    Map<String, Object> schemas = ApiSchemas.complete(ApiDocumentFile.section(components, "schemas"));
    schemas.put(ApiProblems.SCHEMA, ApiProblems.schema());
    components.put("schemas", schemas);
    ApiProblems problems = new ApiProblems();
    components.put("responses", problems.answers());
    components.put("examples", problems.examples());
    List<Route> routes = RouteInventory.read();
    for (Operation operation : document.operations()) {
      if (!ApiErrors.isHot(operation)) {
        parameters(operation);
        describe(operation, schemas);
      }
      routes.stream().filter(route -> route.listener().equals("api") && route.method().equals(operation.method())
          && names(route.path()).equals(names(operation.template()))).findFirst()
          .ifPresent(route -> operation.node().put(SCOPES, route.scopes()));
      List<ErrorCode> codes = ApiErrors.of(operation);
      operation.node().put(ApiErrors.EXTENSION, codes.stream().map(ErrorCode::code).toList());
      operation.node().put("responses", responses(operation, codes, problems));
    }
  }

  private static void parameters(Operation operation) {
    List<Map<String, Object>> parameters = new ArrayList<>();
    if (operation.node().get("parameters") instanceof List<?> listed) {
      listed.forEach(one -> parameters.add(ApiDocumentFile.section(Map.of("one", one), "one")));
    }
    parameters.forEach(parameter -> ApiWords.complete(operation.template(), parameter));
    if (parameters.stream().anyMatch(parameter -> "end_user".equals(parameter.get("name")))) {
      parameters.add(ApiWords.endUserHeader());
    }
    if (Set.of("createConnection", "createConnections").contains(String.valueOf(operation.node().get("operationId")))) {
      parameters.add(ApiWords.idempotencyKey());
    }
    if (!parameters.isEmpty()) {
      operation.node().put("parameters", parameters);
    }
  }

  /** The answer is described by what its schema is. */
  private static void describe(Operation operation, Map<String, Object> schemas) {
    ApiDocumentFile.section(operation.node(), "responses").values().forEach(response -> {
      Map<String, Object> node = ApiDocumentFile.section(Map.of("response", response), "response");
      ApiDocumentFile.section(node, "content").values().forEach(content -> {
        Map<String, Object> schema = ApiDocumentFile.section(ApiDocumentFile.section(Map.of("content", content), "content"),
            "schema");
        String name = String.valueOf(schema.get("$ref")).replace("#/components/schemas/", "");
        Object description = ApiDocumentFile.section(schemas, name).get("description");
        if (description != null && String.valueOf(node.get("description")).matches("Ok|Created|\\w+ \\d+ response")) {
          node.put("description", description);
        }
      });
    });
  }

  private static Map<String, Object> responses(Operation operation, List<ErrorCode> codes, ApiProblems problems) {
    Map<String, Object> responses = new TreeMap<>();
    ApiDocumentFile.section(operation.node(), "responses").forEach((status, response) -> {
      Map<String, Object> named = new LinkedHashMap<>(ApiDocumentFile.section(Map.of("response", response), "response"));
      Map<String, Object> headers = new TreeMap<>(ApiDocumentFile.section(named, "headers"));
      headers.put("Authpipe-Request-Id", header("Names this request in the logs of the proxy.", ApiWords.REQUEST));
      named.put("headers", headers);
      responses.put(status, named);
    });
    if (ApiErrors.isProxied(operation)) { // any status can be the provider's, so the header tells whose it is
      Map<String, Object> answer = ApiDocumentFile.section(responses, "default");
      Map<String, Object> content = new LinkedHashMap<>(ApiDocumentFile.section(answer, "content"));
      content.put(ApiProblems.TYPE, problems.content(codes));
      answer.put("content", content);
      return responses;
    }
    if (ApiErrors.NEVER_DONE.contains(operation.id())) {
      responses.clear();
    }
    Map<Integer, List<ErrorCode>> byStatus = codes.stream()
        .collect(Collectors.groupingBy(ErrorCode::status, TreeMap::new, Collectors.toList()));
    byStatus.forEach((status, some) -> responses.put(Integer.toString(status),
        Map.of("$ref", "#/components/responses/" + problems.shared(operation, status, some))));
    return responses;
  }

  /** A map whose members stand in this order. */
  static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return map;
  }

  static Map<String, Object> header(String description, String example) {
    return ordered("description", description, "required", true, "schema", Map.of("type", "string"), "example", example);
  }

  private static String names(String path) {
    return path.replaceAll("\\{[^}]*}", "{}");
  }
}
