package dev.authpipe.proxy.proof;

import static dev.authpipe.proxy.proof.ApiDocumentDetails.header;
import static dev.authpipe.proxy.proof.ApiDocumentDetails.ordered;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;

/** Errors in the API's document: their shape, one example of each code, and the answers that operations share. */
final class ApiProblems {
  static final String SCHEMA = "Problem";
  static final String TYPE = "application/problem+json";
  /** Before the code in the name of its example. */
  static final String EXAMPLE = "problem.";

  private final Map<String, Object> answers = new TreeMap<>();
  private final Map<String, Object> examples = new TreeMap<>();

  /** Under the name by which operations refer to each. */
  Map<String, Object> answers() {
    return answers;
  }

  /** Of the codes that some operation answers. */
  Map<String, Object> examples() {
    return examples;
  }

  /** The name under which this answer stands once for all operations that give it. */
  String shared(Operation operation, int status, List<ErrorCode> codes) {
    Map<String, Object> answer = refused(operation, status, codes);
    for (char suffix = 'a';; suffix++) {
      String name = SCHEMA + status + (suffix == 'a' ? "" : suffix);
      Object before = answers.putIfAbsent(name, answer);
      if (before == null || before.equals(answer)) {
        return name;
      }
    }
  }

  private Map<String, Object> refused(Operation operation, int status, List<ErrorCode> codes) {
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
    return ordered("description", codes.stream().map(code -> "`" + code.code() + "`: " + code.title() + ".")
        .collect(Collectors.joining("\n\n")), "headers", headers, "content", new LinkedHashMap<>(Map.of(TYPE, content(codes))));
  }

  /** A body that is one of these errors, with an example of each. */
  Map<String, Object> content(List<ErrorCode> codes) {
    Map<String, Object> named = new LinkedHashMap<>();
    for (ErrorCode code : codes) {
      examples.put(EXAMPLE + code.code(), ordered("summary", code.title(), "value", example(code)));
      named.put(code.code(), Map.of("$ref", "#/components/examples/" + EXAMPLE + code.code()));
    }
    return ordered("schema", Map.of("$ref", "#/components/schemas/" + SCHEMA), "examples", named);
  }

  private static Map<String, Object> example(ErrorCode code) {
    Map<String, Object> example = ordered("type", code.type(), "title", code.title(), "status", code.status(), "detail",
        code.meaning(), "code", code.code(), "request_id", ApiWords.REQUEST);
    if (code == ErrorCode.BATCH_REFUSED) {
      example.put("errors", List.of(ordered("pointer", "/connections/17", "code", ErrorCode.UNPROCESSABLE.code(), "detail",
          "No such integration.")));
    }
    return example;
  }

  static Map<String, Object> schema() {
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
}
