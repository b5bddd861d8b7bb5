package dev.authpipe.control.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ApiDocumentFile.Operation;
import dev.authpipe.control.ops.RouteInventory.Route;

/** What holds for every operation and is therefore not repeated at every controller: the shape of errors, the request id. */
final class ApiDocumentDetails {
  private static final String PROBLEM = "Problem";

  private ApiDocumentDetails() {}

  static void complete(ApiDocumentFile document) {
    Map<String, Object> components = ApiDocumentFile.section(document.root(), "components");
    Map<String, Object> schemas = new TreeMap<>(ApiDocumentFile.section(components, "schemas"));
    schemas.put(PROBLEM, problem());
    components.put("schemas", schemas);
    List<Route> routes = RouteInventory.read();
    for (Operation operation : document.operations()) {
      routes.stream().filter(route -> route.method().equals(operation.method()) && route.path().equals(operation.template()))
          .findFirst().ifPresent(route -> permission(operation, route));
      Map<String, Object> responses = new LinkedHashMap<>(ApiDocumentFile.section(operation.node(), "responses"));
      responses.putIfAbsent("default", refused());
      operation.node().put("responses", responses);
    }
  }

  private static void permission(Operation operation, Route route) {
    String sentence = switch (route.permission().reach()) {
      case ANYBODY -> "Needs no session.";
      case SESSION -> "Needs a session.";
      default -> "Needs one of the roles " + Stream.of(Role.values()).filter(route.permission()::isGivenTo)
          .map(role -> "`" + role.word() + "`").collect(Collectors.joining(", ")) + ".";
    };
    Object before = operation.node().get("description");
    operation.node().put("description", before == null ? sentence : before + " " + sentence);
  }

  private static Map<String, Object> refused() {
    return ordered("description", "A problem; `code` tells which.", "headers",
        Map.of("Authpipe-Request-Id",
            ordered("schema", Map.of("type", "string"), "description", "Names this request, as in the body.")),
        "content", Map.of("application/problem+json", Map.of("schema", Map.of("$ref", "#/components/schemas/" + PROBLEM))));
  }

  private static Map<String, Object> problem() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", text("Identifies the kind of problem: `urn:authpipe:error:` and the code."));
    members.put("title", text("A sentence that is the same for every occurrence."));
    members.put("status", ordered("type", "integer", "description", "The HTTP status."));
    members.put("detail", text("A sentence about this occurrence, for people."));
    Map<String, Object> code = new LinkedHashMap<>(text("Stable; docs/api/control-errors.md says what each means."));
    code.put("enum", Arrays.stream(ErrorCode.values()).map(ErrorCode::code).sorted().toList());
    members.put("code", code);
    members.put("request_id", text("Finds this request in the logs."));
    return ordered("type", "object", "description", "An error (RFC 9457).", "required", new ArrayList<>(members.keySet()),
        "properties",
        members);
  }

  private static Map<String, Object> text(String description) {
    return ordered("type", "string", "description", description);
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return map;
  }
}
