package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;

/**
 * The examples of the API's document and of its reference: a command for each operation, what it sends and what it is answered, as a run of
 * all commands wrote them into {@code docs/api/examples.yaml}. Nothing in them works anywhere.
 */
final class ApiExamples {
  /** What a run wrote. */
  static final Path FILE = Path.of("..", "docs", "api", "examples.yaml");
  /** The example of an operation that has but one. */
  static final String USUAL = "usual";
  /** The extension of an operation that has its commands, as viewers of such documents read it. */
  static final String COMMANDS = "x-codeSamples";

  private static final String JSON = "application/json";
  private static final String HEAD = "# Written from a run of every command by ApiReferenceTest, which holds this file to what they answer.\n";

  private final Map<String, List<Example>> byOperation;

  private ApiExamples(Map<String, List<Example>> byOperation) {
    this.byOperation = byOperation;
  }

  /**
   * One.
   *
   * @param name    of its own in the operation
   * @param command for a shell
   * @param request what is sent, as plain maps and lists; null: nothing
   * @param answer  what is answered; null: nothing
   */
  record Example(String name, String command, @Nullable Object request, int status, @Nullable Object answer) {
    private Map<String, Object> node() {
      Map<String, Object> node = new LinkedHashMap<>();
      node.put("name", name);
      node.put("command", command);
      if (request != null) {
        node.put("request", request);
      }
      node.put("status", status);
      if (answer != null) {
        node.put("answer", answer);
      }
      return node;
    }

    private static Example of(Map<String, Object> node) {
      return new Example(String.valueOf(node.get("name")), String.valueOf(node.get("command")), node.get("request"),
          node.get("status") instanceof Integer status ? status : 0, node.get("answer"));
    }
  }

  /** As a run met them. */
  static ApiExamples met(Map<String, List<Example>> byOperation) {
    return new ApiExamples(byOperation);
  }

  /** The checked-in ones; none where there is no file yet. */
  static ApiExamples checkedIn() {
    Map<String, List<Example>> byOperation = new LinkedHashMap<>();
    try {
      if (Files.exists(FILE)) {
        ApiDocumentFile.load(Files.readString(FILE)).forEach((operation, list) -> byOperation.put(operation,
            ((Collection<?>) list).stream().map(one -> Example.of(ApiDocumentFile.section(Map.of("one", one), "one"))).toList()));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return new ApiExamples(byOperation);
  }

  /** Those of one operation, by its id. */
  List<Example> of(String operation) {
    return byOperation.getOrDefault(operation, List.of());
  }

  /** The operations that have any. */
  Collection<String> operations() {
    return byOperation.keySet();
  }

  String toYaml() {
    Map<String, Object> nodes = new LinkedHashMap<>();
    byOperation.forEach((operation, list) -> nodes.put(operation, list.stream().map(Example::node).toList()));
    return HEAD + ApiDocumentFile.yaml(nodes);
  }

  /** Gives each operation its commands, and names of examples where its request and its answers stand. */
  void addTo(ApiDocumentFile document) {
    Map<String, Object> shared = document.examples();
    for (Operation operation : document.operations()) {
      String id = operation.id();
      List<Map<String, Object>> commands = new ArrayList<>();
      for (Example example : of(id)) {
        commands.add(ApiDocumentDetails.ordered("lang", "Shell", "label", example.name(), "source", example.command()));
        String summary = example.name().equals(USUAL)
            ? String.valueOf(operation.node().get("summary"))
            : operation.node().get("summary") + ": " + example.name().replace('_', ' ');
        String name = id + (example.name().equals(USUAL) ? "" : "." + example.name());
        if (example.request() != null) {
          shared.put(name + ".request", ApiDocumentDetails.ordered("summary", summary, "value", example.request()));
          name(ApiDocumentFile.section(operation.node(), "requestBody"), example.name(), name + ".request");
        }
        if (example.answer() != null) {
          shared.put(name + ".answer", ApiDocumentDetails.ordered("summary", summary, "value", example.answer()));
          name(answer(operation, example.status()), example.name(), name + ".answer");
        }
      }
      if (!commands.isEmpty()) {
        operation.node().put(COMMANDS, commands);
      }
    }
  }

  private static Map<String, Object> answer(Operation operation, int status) {
    Map<String, Object> responses = ApiDocumentFile.section(operation.node(), "responses");
    String key = responses.containsKey(Integer.toString(status)) ? Integer.toString(status) : "default";
    return ApiDocumentFile.section(responses, key);
  }

  private static void name(Map<String, Object> body, String name, String shared) {
    Map<String, Object> content = ApiDocumentFile.section(body, "content");
    if (content.isEmpty()) {
      throw new AssertionError(shared + " has no place in the document");
    }
    String type = content.containsKey(JSON) ? JSON : content.keySet().iterator().next();
    Map<String, Object> first = ApiDocumentFile.section(content, type);
    Map<String, Object> examples = new TreeMap<>(ApiDocumentFile.section(first, "examples"));
    examples.put(name, Map.of("$ref", "#/components/examples/" + shared));
    first.put("examples", examples);
  }
}
