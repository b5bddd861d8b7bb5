package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.representer.Representer;

/**
 * The OpenAPI document of the API listener: what the compiler wrote from the controllers, joined with the hand-written fragment of the hot
 * routes, which no controller serves.
 */
final class ApiDocumentFile {
  /** The checked-in document. */
  static final Path CHECKED_IN = Path.of("..", "docs", "api", "proxy.yaml");
  /** The hand-written fragment. */
  static final Path HOT_ROUTES = Path.of("..", "docs", "api", "hot-routes.yaml");

  private static final String GENERATED = "/META-INF/swagger/proxy.yml";
  private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete", "head", "options", "trace");
  private static final String HEAD = "# Generated from the controllers, docs/api/hot-routes.yaml and docs/api/examples.yaml; a test holds it to them.\n";

  private final Map<String, Object> root;

  private ApiDocumentFile(Map<String, Object> root) {
    this.root = root;
  }

  /**
   * One operation.
   *
   * @param method   in upper case
   * @param template its path with parameters in braces
   * @param node     its object in the document
   */
  record Operation(String method, String template, Map<String, Object> node) {
    /** The names in the path. */
    List<String> pathParameters() {
      List<String> names = new ArrayList<>();
      Matcher matcher = Pattern.compile("\\{([^}]+)}").matcher(template);
      while (matcher.find()) {
        names.add(matcher.group(1));
      }
      return names;
    }

    /** The path with every parameter replaced. */
    String path(String value) {
      return template.replaceAll("\\{[^}]+}", Matcher.quoteReplacement(value));
    }

    /** Its name. */
    String id() {
      return String.valueOf(node.get("operationId"));
    }

    boolean hasBody() {
      return node.containsKey("requestBody");
    }

    @Override
    public String toString() {
      return method + " " + template;
    }
  }

  /** What the code says now. */
  static ApiDocumentFile fromTheCode() {
    Map<String, Object> generated = load(generated());
    Map<String, Object> fragment = Files.exists(HOT_ROUTES) ? load(read(HOT_ROUTES)) : Map.of();
    Map<String, Object> joined = new LinkedHashMap<>(generated);
    joined.put("paths", joined(generated, fragment, "paths"));
    Map<String, Object> components = new TreeMap<>(section(generated, "components"));
    section(fragment, "components").forEach((kind, entries) -> components.merge(kind, entries,
        (old, more) -> joined(Map.of("x", old), Map.of("x", more), "x")));
    components.replaceAll((_, entries) -> entries instanceof Map<?, ?> map ? new TreeMap<>(map) : entries);
    joined.put("components", components);
    ApiDocumentFile document = new ApiDocumentFile(section(Map.of("root", ApiSchemas.renamed(joined)), "root"));
    ApiDocumentDetails.complete(document);
    ApiExamples.checkedIn().addTo(document);
    return document;
  }

  /** The checked-in document. */
  static ApiDocumentFile checkedIn() {
    return new ApiDocumentFile(load(read(CHECKED_IN)));
  }

  /** All operations, by path. */
  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    section(root, "paths").forEach((template, item) -> {
      for (String method : METHODS) {
        Map<String, Object> node = section(Map.of("item", item), "item");
        if (node.containsKey(method)) {
          operations.add(new Operation(method.toUpperCase(Locale.ROOT), template, section(node, method)));
        }
      }
    });
    return operations;
  }

  /** The root object. */
  Map<String, Object> root() {
    return root;
  }

  /** The examples that operations name; more may be put there. */
  Map<String, Object> examples() {
    return section(section(root, "components"), "examples");
  }

  String toYaml() {
    return HEAD + yaml(root);
  }

  static String yaml(Map<String, Object> node) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.AUTO);
    options.setWidth(140);
    options.setIndent(2);
    options.setSplitLines(true);
    options.setDereferenceAliases(true);
    return new Yaml(new Representer(options), options).dump(node);
  }

  /** A member that is an object; empty when it is not there. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> section(Map<String, ?> parent, String name) {
    Object section = parent.get(name);
    return section instanceof Map<?, ?> ? (Map<String, Object>) section : Map.of();
  }

  private static Map<String, Object> joined(Map<String, ?> one, Map<String, ?> other, String name) {
    Map<String, Object> joined = new TreeMap<>(section(one, name));
    section(other, name).forEach((key, value) -> {
      Object before = joined.put(key, value);
      if (before != null && !before.equals(value)) {
        throw new AssertionError(name + " " + key + " stands in a controller and in " + HOT_ROUTES + ", and they differ");
      }
    });
    return joined;
  }

  private static String generated() {
    try (var in = ApiDocumentFile.class.getResourceAsStream(GENERATED)) {
      if (in == null) {
        throw new AssertionError("the compiler wrote no " + GENERATED);
      }
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static Map<String, Object> load(String yaml) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
  }
}
