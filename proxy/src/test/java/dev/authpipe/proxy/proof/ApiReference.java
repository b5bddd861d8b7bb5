package dev.authpipe.proxy.proof;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;
import dev.authpipe.proxy.proof.ApiExamples.Example;

/** Writes docs/api/reference.md: each operation of the document with a command that was run and what it answered. */
final class ApiReference {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> CHAPTERS = chapters();

  private final ApiDocumentFile document;
  private final ApiExamples examples;

  ApiReference(ApiDocumentFile document, ApiExamples examples) {
    this.document = document;
    this.examples = examples;
  }

  private static Map<String, String> chapters() {
    Map<String, String> chapters = new LinkedHashMap<>();
    chapters.put("/v1/connect-sessions", "Connect sessions");
    chapters.put("/v1/connections", "Connections");
    chapters.put("/v1/proxy", "Proxied calls");
    chapters.put("/v1/end-users", "End users");
    chapters.put("/v1/erasures", "End users");
    chapters.put("/v1/integrations", "Integrations");
    chapters.put("/v1/providers", "Providers");
    chapters.put("/v1/audit", "Audit log");
    chapters.put("/v1/webhooks", "Webhooks");
    chapters.put("/v1/workspaces", "Incidents");
    chapters.put("/v1/incidents", "Incidents");
    return chapters;
  }

  String page() {
    Map<String, List<Operation>> byChapter = new LinkedHashMap<>();
    CHAPTERS.values().forEach(chapter -> byChapter.put(chapter, new ArrayList<>()));
    for (Operation operation : document.operations()) {
      byChapter.computeIfAbsent(chapter(operation), _ -> new ArrayList<>()).add(operation);
    }
    StringBuilder page = new StringBuilder(
        """
            # API reference

            <!-- Generated from the code and from a run of every command; a test holds this page to both. -->

            Every operation of the proxy's API, on the API listener, for application back ends. Each has a command that was run to write this page, and what it answered:
            ids, times and secrets are replaced, and lists cut to their first entry. The same as a document for programs, with the same examples: [proxy.yaml](proxy.yaml).
            Under each operation are the error codes that it can answer; [errors.md](errors.md) says more of each. An error looks like this:

            ```json
            {
              "type" : "urn:authpipe:error:not_found",
              "title" : "Not found",
              "status" : 404,
              "detail" : "No such connection.",
              "code" : "not_found",
              "request_id" : "req_01kb2v7m3ae8wrx5t9fd6hq4zc"
            }
            ```

            ```sh
            AUTHPIPE=http://127.0.0.1:8400   # the API listener
            API_KEY=$(cat api-key)           # bin/authpipe api-key create
            ```

            Further variables name what an earlier answer gave: `$CONNECTION` is the `id` of a connection.

            """);
    byChapter.forEach((chapter, operations) -> {
      page.append("* [").append(chapter).append("](#").append(anchor(chapter)).append(")\n");
    });
    byChapter.forEach((chapter, operations) -> {
      page.append("\n## ").append(chapter).append('\n');
      operations.forEach(operation -> write(page, operation));
    });
    return page.toString();
  }

  private static String anchor(String title) {
    return title.toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
  }

  private static String chapter(Operation operation) {
    return CHAPTERS.entrySet().stream().filter(one -> operation.template().startsWith(one.getKey())).findFirst().orElseThrow()
        .getValue();
  }

  private void write(StringBuilder page, Operation operation) {
    List<Example> own = examples.of(operation.id());
    if (own.isEmpty()) {
      throw new AssertionError(operation + " has no example");
    }
    page.append("\n### ").append(operation.node().get("summary")).append("\n\n`").append(operation).append("`\n\n")
        .append(line(String.valueOf(operation.node().get("description")))).append('\n');
    parameters(page, operation);
    members(page, operation);
    own.forEach(example -> {
      page.append(example.name().equals(ApiExamples.USUAL) ? "" : "\nExample `" + example.name() + "`:\n");
      page.append("\n```sh\n").append(example.command()).append("\n```\n\n");
      answer(page, operation, example);
    });
    errors(page, operation);
  }

  /** Folded, since most operations share most of them. */
  private static void errors(StringBuilder page, Operation operation) {
    List<ErrorCode> codes = ApiErrors.of(operation);
    page.append("\n<details><summary>").append(codes.size())
        .append(" error codes</summary>\n\n| status | code | meaning |\n|---|---|---|\n");
    codes.forEach(code -> page.append("| ").append(code.status()).append(" | `").append(code.code()).append("` | ")
        .append(line(code.title())).append(" |\n"));
    page.append("\n</details>\n");
  }

  private void parameters(StringBuilder page, Operation operation) {
    List<Map<String, Object>> all = new ArrayList<>();
    Map<String, Object> item = ApiDocumentFile.section(ApiDocumentFile.section(document.root(), "paths"), operation.template());
    for (Object from : new Object[]{item.get("parameters"), operation.node().get("parameters")}) {
      if (from instanceof List<?> list) {
        list.forEach(one -> all.add(ApiDocumentFile.section(Map.of("one", one), "one")));
      }
    }
    if (all.isEmpty()) {
      return;
    }
    page.append("\n| parameter | in | meaning |\n|---|---|---|\n");
    all.forEach(one -> page.append("| `").append(one.get("name")).append("` | ").append(one.get("in")).append(" | ")
        .append(line(String.valueOf(one.get("description")))).append(" |\n"));
  }

  private void members(StringBuilder page, Operation operation) {
    Map<String, Object> content = ApiDocumentFile.section(ApiDocumentFile.section(operation.node(), "requestBody"), "content");
    Object ref = ApiDocumentFile.section(ApiDocumentFile.section(content, "application/json"), "schema").get("$ref");
    if (ref == null) {
      return;
    }
    Map<String, Object> schemas = ApiDocumentFile.section(ApiDocumentFile.section(document.root(), "components"), "schemas");
    Map<String, Object> schema = ApiDocumentFile.section(schemas, String.valueOf(ref).replaceAll(".*/", ""));
    List<?> required = schema.get("required") instanceof List<?> list ? list : List.of();
    page.append("\n| member of the body | | meaning |\n|---|---|---|\n");
    ApiDocumentFile.section(schema, "properties").keySet().forEach(name -> page.append("| `").append(name).append("` | ")
        .append(required.contains(name) ? "needed" : "").append(" | ").append(meaning(schema, schemas, name)).append(" |\n"));
  }

  private static String meaning(Map<String, Object> schema, Map<String, Object> schemas, String name) {
    Map<String, Object> property = ApiDocumentFile.section(ApiDocumentFile.section(schema, "properties"), name);
    Object text = property.get("description");
    if (text == null) {
      Matcher other = Pattern.compile("#/components/schemas/(\\w+)").matcher(property.toString());
      text = other.find() ? ApiDocumentFile.section(schemas, other.group(1)).get("description") : "";
    }
    return line(String.valueOf(text));
  }

  private static String line(String text) {
    return text.strip().replaceAll("\\s+", " ").replace("|", "\\|");
  }

  private static void answer(StringBuilder page, Operation operation, Example example) {
    page.append(example.status());
    if (example.answer() == null) {
      page.append(operation.method().equals("HEAD") ? ", and the provider's headers" : ", without a body").append('\n');
      return;
    }
    try {
      Object value = example.answer() instanceof String text ? JSON.readTree(text) : example.answer();
      page.append("\n\n```json\n").append(JSON
          .writer(new DefaultPrettyPrinter().withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE))
          .writeValueAsString(value)).append("\n```\n");
    } catch (JsonProcessingException noJson) {
      page.append("\n\n```\n").append(example.answer()).append("\n```\n");
    }
  }
}
