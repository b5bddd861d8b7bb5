package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;

/** The examples of the API's document are there, and are what the document says; so are the errors of every operation. */
class ApiExamplesTest {
  private static final ApiDocumentFile DOCUMENT = ApiDocumentFile.checkedIn();
  private static final ApiSchemaCheck SCHEMAS = new ApiSchemaCheck(DOCUMENT);

  /** A body in the document: of a request or an answer, in one media type. */
  private record Body(String where, Map<String, Object> content) {
    Map<String, Object> schema() {
      return ApiDocumentFile.section(content, "schema");
    }

    /** Its examples, by name. */
    Map<String, Object> examples() {
      Map<String, Object> found = new LinkedHashMap<>();
      ApiDocumentFile.section(content, "examples")
          .forEach((name, one) -> found.put(name, resolved(ApiDocumentFile.section(Map.of("one", one), "one")).get("value")));
      return found;
    }
  }

  @Test
  void everyOperationHasACommandAndEachOfItsBodiesAnExample() {
    Set<String> missing = new TreeSet<>();
    for (Operation operation : DOCUMENT.operations()) {
      if (!(operation.node().get(ApiExamples.COMMANDS) instanceof List<?> commands) || commands.isEmpty()) {
        missing.add(operation + " has no command");
      }
    }
    bodies().stream().filter(body -> body.examples().isEmpty() && !body.where().endsWith(" */*")) // bytes of the provider's own
        .forEach(body -> missing.add(body.where()));
    assertThat(missing).containsExactly("HEAD /v1/proxy/{connection}/{path} default application/json"); // it never has a body
  }

  @Test
  void everySuccessIsAnsweredByACommandThatARunHolds() {
    Set<String> missing = new TreeSet<>();
    ApiExamples examples = ApiExamples.checkedIn();
    for (Operation operation : DOCUMENT.operations()) {
      Set<String> answered = examples.of(operation.id()).stream().map(one -> Integer.toString(one.status()))
          .collect(Collectors.toSet());
      ApiDocumentFile.section(operation.node(), "responses").keySet().stream()
          .filter(status -> status.startsWith("2") && !answered.contains(status))
          .forEach(status -> missing.add(operation + " " + status));
    }
    assertThat(missing).isEmpty();
    assertThat(examples.operations())
        .containsExactlyInAnyOrderElementsOf(DOCUMENT.operations().stream().map(Operation::id).toList());
  }

  @Test
  void everyExampleIsWhatItsSchemaSays() {
    List<String> faults = new ArrayList<>();
    eachExample((body, example) -> SCHEMAS.faults(body.schema(), example.getValue())
        .forEach(fault -> faults.add(body.where() + " " + example.getKey() + " " + fault)));
    assertThat(faults).isEmpty();
  }

  /** Of the check above: it would see a member that is gone, one that is of another type, and one that nobody knows. */
  @Test
  void anExampleThatLacksANeededMemberOrHasAnotherTypeOrAnUnknownMemberIsNoticed() {
    List<String> passed = new ArrayList<>();
    Set<String> checked = new TreeSet<>();
    eachExample((body, example) -> {
      boolean ofTheProvider = body.schema().keySet().equals(Set.of("description"));
      if (ofTheProvider || !(example.getValue() instanceof Map<?, ?> members)) {
        return;
      }
      Map<String, Object> schema = resolved(body.schema());
      List<?> required = schema.get("required") instanceof List<?> list ? list : List.of();
      for (Object member : members.keySet()) {
        Map<Object, Object> faulty = new LinkedHashMap<>(members);
        if (required.contains(member)) {
          faulty.remove(member);
          note(body, faulty, example.getKey() + " without " + member, passed);
          checked.add(body.where());
        }
        faulty.put(member, List.of(List.of()));
        note(body, faulty, example.getKey() + " with a list for " + member, passed);
      }
      Map<Object, Object> more = new LinkedHashMap<>(members);
      more.put("colour", "red");
      note(body, more, example.getKey() + " with a colour", passed);
    });
    assertThat(passed).isEmpty();
    assertThat(checked).hasSizeGreaterThan(40);
  }

  private static void note(Body body, Map<Object, Object> faulty, String what, List<String> passed) {
    if (SCHEMAS.faults(body.schema(), faulty).isEmpty()) {
      passed.add(body.where() + " " + what);
    }
  }

  @Test
  void everyParameterHasAnExampleOfItsType() {
    List<String> faults = new ArrayList<>();
    for (Operation operation : DOCUMENT.operations()) {
      Map<String, Object> item = ApiDocumentFile.section(ApiDocumentFile.section(DOCUMENT.root(), "paths"), operation.template());
      List<Object> all = new ArrayList<>();
      for (Object from : new Object[]{item.get("parameters"), operation.node().get("parameters")}) {
        all.addAll(from instanceof List<?> list ? list : List.of());
      }
      for (Object one : all) {
        Map<String, Object> parameter = ApiDocumentFile.section(Map.of("one", one), "one");
        Object example = parameter.getOrDefault("example", ApiDocumentFile.section(parameter, "schema").get("default"));
        Map<String, Object> schema = ApiDocumentFile.section(parameter, "schema");
        Object value = "string".equals(schema.get("type")) && example != null ? String.valueOf(example) : example;
        SCHEMAS.faults(schema, value == null ? List.of() : value)
            .forEach(fault -> faults.add(operation + " " + parameter.get("name") + fault));
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  @Tag("S63")
  void everyErrorAnswerHasAnExampleOfEachOfItsCodesAndNoOther() {
    for (Operation operation : DOCUMENT.operations()) {
      Set<String> shown = new TreeSet<>();
      ApiDocumentFile.section(operation.node(), "responses").forEach((status, response) -> {
        Map<String, Object> content = ApiDocumentFile
            .section(resolved(ApiDocumentFile.section(Map.of("one", response), "one")), "content");
        new Body("", ApiDocumentFile.section(content, ApiProblems.TYPE)).examples().forEach((code, value) -> {
          Map<String, Object> problem = ApiDocumentFile.section(Map.of("value", value), "value");
          ErrorCode known = Arrays.stream(ErrorCode.values()).filter(one -> one.code().equals(code)).findFirst().orElseThrow();
          assertThat(problem).as("%s %s", operation, code).containsEntry("code", code).containsEntry("status", known.status())
              .containsEntry("type", known.type()).containsEntry("title", known.title());
          assertThat(status).as("%s %s", operation, code).isIn("default", Integer.toString(known.status()));
          shown.add(code);
        });
      });
      assertThat((List<?>) operation.node().get(ApiErrors.EXTENSION)).as(operation.toString())
          .map(String::valueOf).containsExactlyInAnyOrderElementsOf(shown);
    }
  }

  @Test
  @Tag("S63")
  void everyCodeIsAnsweredBySomeOperationOrByTheConnectListenerAlone() {
    Set<String> listed = new TreeSet<>();
    DOCUMENT.operations().forEach(operation -> ((List<?>) operation.node().getOrDefault(ApiErrors.EXTENSION, List.of()))
        .forEach(code -> listed.add(String.valueOf(code))));
    Set<String> elsewhere = ApiErrors.CONNECT_LISTENER_ONLY.stream().map(ErrorCode::code).collect(Collectors.toSet());
    assertThat(listed).doesNotContainAnyElementsOf(elsewhere);
    listed.addAll(elsewhere);
    assertThat(listed).containsExactlyElementsOf(
        Arrays.stream(ErrorCode.values()).map(ErrorCode::code).collect(Collectors.toCollection(TreeSet::new)));
  }

  private static void eachExample(BiConsumer<Body, Map.Entry<String, Object>> check) {
    bodies().forEach(body -> body.examples().entrySet().forEach(example -> check.accept(body, example)));
  }

  private static List<Body> bodies() {
    List<Body> bodies = new ArrayList<>();
    for (Operation operation : DOCUMENT.operations()) {
      add(bodies, operation + " request", ApiDocumentFile.section(operation.node(), "requestBody"));
      ApiDocumentFile.section(operation.node(), "responses").forEach((status, response) -> add(bodies, operation + " " + status,
          resolved(ApiDocumentFile.section(Map.of("one", response), "one"))));
    }
    return bodies;
  }

  private static void add(List<Body> bodies, String where, Map<String, Object> node) {
    Map<String, Object> content = ApiDocumentFile.section(node, "content");
    content.keySet().forEach(type -> bodies.add(new Body(where + " " + type, ApiDocumentFile.section(content, type))));
  }

  private static Map<String, Object> resolved(Map<String, Object> node) {
    if (!(node.get("$ref") instanceof String reference)) {
      return node;
    }
    Map<String, Object> at = DOCUMENT.root();
    for (String step : reference.replaceFirst("^#/", "").split("/", -1)) {
      at = ApiDocumentFile.section(at, step);
    }
    return at;
  }
}
