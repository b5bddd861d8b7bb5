package dev.authpipe.proxy.catalog;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of a YAML file, read key by key into typed values. Remembers which keys were asked for, so that {@link #finish()} refuses what
 * nobody knows. Every message names file, line and key; never a value that may be secret. Not thread-safe.
 */
public final class YamlSection {
  private final String file;
  private final @Nullable Path directory;
  private final String path;
  private final int line;
  private final boolean present;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();
  private final Map<String, YamlSection> children = new LinkedHashMap<>();
  private final List<YamlSection> elements = new ArrayList<>();

  YamlSection(String file, @Nullable Path directory, String path, @Nullable MappingNode node) {
    this.file = file;
    this.directory = directory;
    this.path = path;
    this.present = node != null;
    this.line = node == null ? 1 : node.getStartMark().getLine() + 1;
    if (node != null) {
      node.getValue().forEach(this::add);
    }
  }

  private void add(NodeTuple tuple) {
    int at = tuple.getKeyNode().getStartMark().getLine() + 1;
    if (!(tuple.getKeyNode() instanceof ScalarNode key) || key.getValue().equals("<<")) {
      throw new ConfigurationException(file + ":" + at + ": a key must be plain text");
    }
    lines.putIfAbsent(key.getValue(), at);
    if (values.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
      throw new ConfigurationException(file + ":" + at + ": the key " + path + key.getValue() + " stands here twice");
    }
  }

  /** Whether this section stands in the file at all. */
  public boolean present() {
    return present;
  }

  /** The keys that stand in the file, in its order. */
  public List<String> keys() {
    return List.copyOf(values.keySet());
  }

  /** Whether a key stands in the file; the key counts as known from now on. */
  public boolean has(String key) {
    known.add(key);
    return values.containsKey(key);
  }

  /** A section below; an absent one is empty. */
  public YamlSection section(String key) {
    known.add(key);
    YamlSection child = children.get(key);
    if (child == null) {
      Node node = values.get(key);
      if (node != null && !(node instanceof MappingNode) && !isNull(node)) {
        throw wrong(key, "must be a mapping of keys to values");
      }
      child = new YamlSection(file, directory, path + key + ".", node instanceof MappingNode mapping ? mapping : null);
      children.put(key, child);
    }
    return child;
  }

  /** A list of sections; an absent one is empty. */
  public List<YamlSection> sections(String key) {
    List<YamlSection> sections = new ArrayList<>();
    int index = 0;
    for (Node element : list(key)) {
      if (!(element instanceof MappingNode mapping)) {
        throw wrong(key, "must be a list of mappings");
      }
      sections.add(new YamlSection(file, directory, path + key + "[" + index++ + "].", mapping));
    }
    elements.addAll(sections);
    return sections;
  }

  /** A value that must be there. */
  public <T> T required(String key, ValueType<T> type) {
    return optional(key, type).orElseThrow(() -> new ConfigurationException(place(line) + path + key + ": is missing; it is "
        + type.description()));
  }

  /** A value, or what counts without it. */
  public <T> T value(String key, ValueType<T> type, T otherwise) {
    return optional(key, type).orElse(otherwise);
  }

  /** A value if it is there. */
  public <T> Optional<T> optional(String key, ValueType<T> type) {
    known.add(key);
    Node node = values.get(key);
    return node == null || isNull(node) ? Optional.empty() : Optional.of(parse(key, node, type));
  }

  /** A list of values; an absent one is empty. */
  public <T> List<T> list(String key, ValueType<T> type) {
    List<T> parsed = new ArrayList<>();
    for (Node element : list(key)) {
      parsed.add(parse(key, element, type));
    }
    return parsed;
  }

  /** A mapping of text to values; an absent one is empty. */
  public <T> Map<String, T> map(String key, ValueType<T> type) {
    YamlSection child = section(key);
    Map<String, T> parsed = new LinkedHashMap<>();
    child.keys().forEach(name -> parsed.put(name, child.required(name, type)));
    return parsed;
  }

  /** A secret by reference, {@code {file: path}}, if it is there. A secret written into the file itself is refused and not repeated. */
  public Optional<SecretFile> secretFile(String key) {
    known.add(key);
    Node node = values.get(key);
    if (node == null || isNull(node)) {
      return Optional.empty();
    }
    if (!(node instanceof MappingNode)) {
      throw wrong(key, "a secret never stands in this file; write {file: path}");
    }
    return Optional.of(new SecretFile(section(key).required("file", ValueType.TEXT_LINE.map("a path", this::resolve))));
  }

  /** A path, relative to the directory of the file. */
  public Optional<Path> path(String key) {
    return optional(key, ValueType.TEXT_LINE.map("a path", this::resolve));
  }

  /** What is wrong with the value of a key, as an exception to throw. */
  public ConfigurationException wrong(String key, String sentence) {
    return new ConfigurationException(place(lines.getOrDefault(key, line)) + path + key + ": " + sentence);
  }

  /** What is wrong with this section as a whole. */
  public ConfigurationException wrong(String sentence) {
    String here = path.isEmpty() ? "" : path.substring(0, path.length() - 1) + ": ";
    return new ConfigurationException(place(line) + here + sentence);
  }

  /**
   * Refuses keys that nobody asked for, here and below.
   *
   * @throws ConfigurationException that names the nearest known key
   */
  public void finish() {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw wrong(key, "unknown key" + nearest(key, known).map(near -> "; did you mean " + near + "?").orElse(""));
      }
    }
    children.values().forEach(YamlSection::finish);
    elements.forEach(YamlSection::finish);
  }

  /** The candidate nearest to a word by edit distance, if one is near enough to be meant. */
  public static Optional<String> nearest(String word, Collection<String> candidates) {
    String best = null;
    int least = Math.max(2, word.length() / 2) + 1;
    for (String candidate : candidates) {
      int distance = distance(word, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  private List<Node> list(String key) {
    known.add(key);
    Node node = values.get(key);
    if (node == null || isNull(node)) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      throw wrong(key, "must be a list");
    }
    return sequence.getValue();
  }

  private <T> T parse(String key, Node node, ValueType<T> type) {
    if (!(node instanceof ScalarNode scalar)) {
      throw wrong(key, "must be " + type.description());
    }
    try {
      return type.parse(scalar.getValue());
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException(place(node.getStartMark().getLine() + 1) + path + key + ": must be " + type.description()
          + (wrong.getMessage() == null ? "" : " (" + wrong.getMessage() + ")"), wrong);
    }
  }

  private Path resolve(String text) {
    Path given = Path.of(text.startsWith("file:") ? text.substring("file:".length()) : text);
    if (given.isAbsolute()) {
      return given.normalize();
    }
    if (directory == null) {
      throw new IllegalArgumentException("an absolute path");
    }
    return directory.resolve(given).normalize();
  }

  private String place(int at) {
    return file + ":" + at + ": ";
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }
}
