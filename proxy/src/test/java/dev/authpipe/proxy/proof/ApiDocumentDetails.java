package dev.authpipe.proxy.proof;

import java.util.ArrayList;
import java.util.Arrays;
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

  private static final String PROBLEM = "Problem";

  private ApiDocumentDetails() {}

  static void complete(ApiDocumentFile document) {
    Map<String, Object> components = ApiDocumentFile.section(document.root(), "components");
    Map<String, Object> schemas = ApiSchemas.complete(ApiDocumentFile.section(components, "schemas"));
    schemas.put(PROBLEM, problem());
    components.put("schemas", schemas);
    Map<String, Object> problems = new TreeMap<>();
    components.put("responses", problems);
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

  private static Map<String, Object> responses(Operation operation, List<ErrorCode> codes,
      Map<String, Object> problems) {
    Map<String, Object> responses = new TreeMap<>();
    ApiDocumentFile.section(operation.node(), "responses").forEach((status, response) -> {
      Map<String, Object> named = new LinkedHashMap<>(ApiDocumentFile.section(Map.of("response", response), "response"));
      Map<String, Object> headers = new TreeMap<>(ApiDocumentFile.section(named, "headers"));
      headers.put("Authpipe-Request-Id", header("Names this request in the logs of the proxy.", ApiWords.REQUEST));
      named.put("headers", headers);
      responses.put(status, named);
    });
    if (ApiErrors.isProxied(operation)) {
      return responses; // any status can be the provider's, so the header tells whose it is
    }
    Map<Integer, List<ErrorCode>> byStatus = codes.stream()
        .collect(Collectors.groupingBy(ErrorCode::status, TreeMap::new, Collectors.toList()));
    byStatus.forEach((status, some) -> responses.put(Integer.toString(status),
        Map.of("$ref", "#/components/responses/" + shared(refused(operation, status, some), status, problems))));
    return responses;
  }

  /** The name under which this answer stands once for all operations that give it. */
  private static String shared(Map<String, Object> answer, int status, Map<String, Object> problems) {
    for (char suffix = 'a';; suffix++) {
      String name = PROBLEM + status + (suffix == 'a' ? "" : suffix);
      Object before = problems.putIfAbsent(name, answer);
      if (before == null || before.equals(answer)) {
        return name;
      }
    }
  }

  private static Map<String, Object> refused(Operation operation, int status, List<ErrorCode> codes) {
    Map<String, Object> headers = new TreeMap<>();
    headers.put("Authpipe-Request-Id", header("As `request_id` in the body.", ApiWords.REQUEST));
    if (status == 401) {
      headers.put("WWW-Authenticate", header("The challenge (RFC 6750 section 3).", "Bearer"));
    }
    if (status == 429) {
      headers.put("Retry-After", header("Seconds until it is worth coming again.", "12"));
    } else if (codes.contains(ErrorCode.REFRESH_BACKOFF) || codes.contains(ErrorCode.PROVIDER_UNREACHABLE)) {
      Map<String, Object> maybe = header("Seconds until it is worth coming again, where that is known.", "12");
      maybe.remove("required");
      headers.put("Retry-After", maybe);
    }
    if (ApiErrors.isHot(operation)) {
      headers.put("Authpipe-Error", header("As `code` in the body.", codes.getFirst().code()));
    }
    ErrorCode first = codes.getFirst();
    Map<String, Object> example = ordered("type", first.type(), "title", first.title(), "status", status, "detail",
        first.meaning(),
        "code", first.code(), "request_id", ApiWords.REQUEST);
    return ordered("description", codes.stream().map(code -> "`" + code.code() + "`: " + code.title() + ".")
        .collect(Collectors.joining("\n\n")), "headers", headers, "content",
        Map.of("application/problem+json",
            ordered("schema", Map.of("$ref", "#/components/schemas/" + PROBLEM), "example", example)));
  }

  private static Map<String, Object> header(String description, String example) {
    return ordered("description", description, "required", true, "schema", Map.of("type", "string"), "example", example);
  }

  private static Map<String, Object> problem() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type",
        text("Identifies the kind of problem: `urn:authpipe:error:` and the code.", "urn:authpipe:error:not_found"));
    members.put("title", text("A sentence that is the same for every occurrence.", "Not found"));
    members.put("status", ordered("type", "integer", "description", "The HTTP status.", "example", 404));
    members.put("detail", text("A sentence about this occurrence, for people. It may change.", "No such connection."));
    Map<String, Object> code = text("Stable: build on it. docs/api/errors.md says what each means.", "not_found");
    code.put("enum", Arrays.stream(ErrorCode.values()).map(ErrorCode::code).sorted().toList());
    members.put("code", code);
    members.put("request_id", text("Finds this request in the logs.", ApiWords.REQUEST));
    List<String> required = new ArrayList<>(members.keySet());
    members.put("errors", ordered("type", "array", "description",
        "With `batch_refused`: the rows that are wrong, 100 at most.", "items", fault()));
    return ordered("type", "object", "description", "An error (RFC 9457).", "required", required,
        "additionalProperties", false, "properties", members);
  }

  private static Map<String, Object> fault() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("pointer", text("Where in the body (RFC 6901).", "/connections/17"));
    members.put("code", text("As a request of this row alone would meet it.", "unprocessable"));
    members.put("detail", text("A sentence for people, without a value of the row.", "No such integration."));
    return ordered("type", "object", "required", new ArrayList<>(members.keySet()), "additionalProperties", false, "properties",
        members);
  }

  private static Map<String, Object> text(String description, String example) {
    return ordered("type", "string", "description", description, "example", example);
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return map;
  }

  private static String names(String path) {
    return path.replaceAll("\\{[^}]*}", "{}");
  }
}
