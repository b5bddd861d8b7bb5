package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;
import dev.authpipe.testkit.GeneratedDocument;

/** Holds docs/api/proxy.yaml to the controllers and to the rules of a document that people can build on. */
class ApiDocumentTest {
  private static final Set<Object> WORDS = Arrays.stream(Scope.values()).map(Scope::word).collect(Collectors.toSet());
  private static final ApiDocumentFile DOCUMENT = ApiDocumentFile.fromTheCode();

  @Test
  void theCheckedInDocumentIsWhatTheCodeSays() {
    GeneratedDocument.check(ApiDocumentFile.CHECKED_IN, DOCUMENT.toYaml());
  }

  @Test
  void everyOperationSaysWhatItDoesAndWhichScopeItNeeds() {
    Set<String> wrong = new TreeSet<>();
    for (Operation operation : DOCUMENT.operations()) {
      String text = operation.node().get("summary") + " " + operation.node().get("description");
      if (!operation.node().containsKey("summary")) {
        wrong.add(operation + " has no summary");
      }
      if (!(operation.node().get(ApiDocumentDetails.SCOPES) instanceof List<?> scopes) || scopes.isEmpty()
          || !scopes.stream().allMatch(scope -> WORDS.contains(scope) && text.contains("`" + scope + "`"))) {
        wrong.add(operation + " does not name its scopes");
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyParameterAnswerAndMemberIsDescribed() {
    Set<String> wrong = new TreeSet<>();
    for (Operation operation : DOCUMENT.operations()) {
      if (operation.node().get("parameters") instanceof List<?> parameters) {
        parameters.forEach(one -> describe(operation + " " + member(one, "name"), one, wrong));
      }
      ApiDocumentFile.section(operation.node(), "responses")
          .forEach((status, one) -> describe(operation + " " + status, one, wrong));
    }
    ApiDocumentFile.section(ApiDocumentFile.section(DOCUMENT.root(), "components"), "schemas").forEach((name, schema) -> {
      describe(name, schema, wrong);
      ApiDocumentFile.section(ApiDocumentFile.section(Map.of("schema", schema), "schema"), "properties")
          .forEach((property, node) -> {
            if (member(node, "$ref").isEmpty() && !String.valueOf(node).contains("$ref=")) {
              describe(name + "." + property, node, wrong);
            }
          });
    });
    assertThat(wrong).isEmpty();
  }

  @Test
  void nothingInItIsOrLooksLikeASecretOrAClassOfTheProgram() {
    String yaml = DOCUMENT.toYaml();
    assertThat(yaml).doesNotContainPattern("ap_sk_[0-9a-z]|gh[opsu]_|xox[a-z]-|eyJ[A-Za-z0-9]|BEGIN [A-Z ]*PRIVATE|sbx_\\w{6}")
        .doesNotContain("200 response", "Controller", "Caller", "Jackson", "dev.authpipe");
  }

  private static void describe(String where, Object node, Set<String> wrong) {
    if (member(node, "$ref").isBlank() && Set.of("", "Ok").contains(member(node, "description").strip())) {
      wrong.add(where);
    }
  }

  private static String member(Object node, String name) {
    return node instanceof Map<?, ?> map && map.get(name) != null ? String.valueOf(map.get(name)) : "";
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
