package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import dev.authpipe.control.ops.ApiDocumentFile.Operation;
import dev.authpipe.testkit.GeneratedDocument;

/** Holds docs/api/control-plane.yaml to the controllers and to the rules of a document that people can build on. */
class ApiDocumentTest {
  private static final ApiDocumentFile DOCUMENT = ApiDocumentFile.fromTheCode();

  @Test
  void theCheckedInDocumentIsWhatTheCodeSays() {
    GeneratedDocument.check(ApiDocumentFile.CHECKED_IN, DOCUMENT.toYaml());
  }

  @Test
  void everyOperationSaysWhatItDoes() {
    Set<String> wrong = new TreeSet<>();
    for (Operation operation : DOCUMENT.operations()) {
      if (!operation.node().containsKey("summary")) {
        wrong.add(operation + " has no summary");
      }
      if (!String.valueOf(operation.node().get("description")).contains("Needs ")) {
        wrong.add(operation + " does not say who may call it");
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everySchemaIsNamedAndEveryReferenceResolves() {
    Set<String> schemas = ApiDocumentFile.section(ApiDocumentFile.section(DOCUMENT.root(), "components"), "schemas").keySet();
    Set<String> used = new TreeSet<>();
    references(DOCUMENT.root(), used);
    assertThat(schemas).containsAll(used);
    assertThat(used).as("schemas that nothing uses").containsAll(schemas);
  }

  private static void references(Object node, Set<String> found) {
    if (node instanceof Map<?, ?> map) {
      map.forEach((key, value) -> {
        if ("$ref".equals(key) && value instanceof String target && target.startsWith("#/components/schemas/")) {
          found.add(target.substring("#/components/schemas/".length()));
        }
        references(value, found);
      });
    } else if (node instanceof List<?> list) {
      list.forEach(element -> references(element, found));
    }
  }
}
