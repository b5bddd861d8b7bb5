package dev.authpipe.control.ops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.representer.Representer;

/** The OpenAPI document of the REST API: what the compiler wrote from the controllers. */
final class ApiDocumentFile {
  /** The checked-in document. */
  static final Path CHECKED_IN = Path.of("..", "docs", "api", "control-plane.yaml");
  private static final String GENERATED = "/META-INF/swagger/control-plane.yml";
  private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete", "head", "options", "trace");
  private static final String HEAD = "# Generated from the controllers; a test holds it to them.\n";

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
    ApiDocumentFile document = new ApiDocumentFile(new LinkedHashMap<>(load(generated())));
    ApiDocumentDetails.complete(document);
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

  String toYaml() {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setWidth(140);
    options.setIndent(2);
    options.setSplitLines(true);
    options.setDereferenceAliases(true);
    return HEAD + new Yaml(new Representer(options), options).dump(root);
  }

  /** A member that is an object; empty when it is not there. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> section(Map<String, ?> parent, String name) {
    Object section = parent.get(name);
    return section instanceof Map<?, ?> ? (Map<String, Object>) section : Map.of();
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

  private static Map<String, Object> load(String yaml) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
  }
}
