package dev.authpipe.control.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

import dev.authpipe.control.secret.SecretText;

/**
 * One YAML file as dotted keys with texts or lists of texts; the environment wins ({@code AUTHPIPE_CONTROL_…}). Every key that is asked for
 * is known from then on, and {@link #finish} refuses the others. Never keeps a secret: those stand in files of their own.
 */
final class SettingsFile {
  private static final int LARGEST = 1024 * 1024;
  private static final int LARGEST_SECRET = 64 * 1024;
  private static final String VARIABLES = "AUTHPIPE_CONTROL_";
  private static final Pattern CLIENT_KEY = Pattern.compile("[?&]sslkey=([^&]+)");

  private final Path file;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, String> environment;
  private final Set<String> known = new TreeSet<>();

  private SettingsFile(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Reads a file.
   *
   * @throws StartupException with one sentence
   */
  static SettingsFile read(Path path, Map<String, String> environment) {
    SettingsFile read = new SettingsFile(path.toAbsolutePath().normalize(), environment);
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LARGEST);
    options.setNestingDepthLimit(20);
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(0);
    try {
      Object root = new Yaml(new SafeConstructor(options)).load(Files.readString(path));
      if (!(root instanceof Map<?, ?> mapping)) {
        throw new StartupException(path + ": the file must be a mapping of keys to values");
      }
      read.flatten("", mapping);
      return read;
    } catch (IOException missing) {
      throw new StartupException(path + ": the file cannot be read", missing);
    } catch (YAMLException wrong) {
      throw new StartupException(path + ": not valid YAML, or beyond the limits of depth and size", wrong);
    }
  }

  private void flatten(String before, Map<?, ?> mapping) {
    mapping.forEach((key, value) -> {
      String full = before + key;
      switch (value) {
        case Map<?, ?> section -> flatten(full + ".", section);
        case List<?> list -> values.put(full, list.stream().map(String::valueOf).toList());
        case null -> throw wrong(full, "has no value");
        default -> values.put(full, value.toString());
      }
    });
  }

  /** A value that may be absent. */
  <T> Optional<T> find(String key, String form, Function<String, T> parser) {
    known.add(key);
    String text = environment.get(variable(key));
    Object value = text == null ? values.get(key) : text;
    if (value == null) {
      return Optional.empty();
    }
    try {
      if (value instanceof String written && !written.isBlank()) {
        return Optional.of(parser.apply(written));
      }
    } catch (IllegalArgumentException unreadable) {
      throw new StartupException(file + ": " + key + " must be " + form, unreadable);
    }
    throw wrong(key, "must be " + form);
  }

  /** A value with a default. */
  <T> T get(String key, String form, T otherwise, Function<String, T> parser) {
    return find(key, form, parser).orElse(otherwise);
  }

  /** A value that must be there. */
  <T> T need(String key, String form, Function<String, T> parser) {
    return find(key, form, parser).orElseThrow(() -> wrong(key, "is missing; it is " + form));
  }

  /** A list; in the environment its values stand between commas. Absent: empty. */
  List<String> list(String key) {
    known.add(key);
    String text = environment.get(variable(key));
    if (text != null) {
      return List.of(text.split("\\s*,\\s*", -1));
    }
    return switch (values.get(key)) {
      case null -> List.of();
      case List<?> list -> list.stream().map(String::valueOf).toList();
      default -> throw wrong(key, "must be a list");
    };
  }

  /** The settings file itself. */
  Path file() {
    return file;
  }

  /** The files with secrets that settings refer to, by setting or variable. */
  Map<String, Path> files() {
    Map<String, Path> files = new TreeMap<>();
    for (String key : values.keySet()) {
      if (key.endsWith(".file") || key.endsWith("key_store")) {
        path(key).ifPresent(path -> files.put(key.replaceFirst("\\.file$", ""), path));
      }
    }
    environment.forEach((name, value) -> {
      if (name.startsWith(VARIABLES) && (name.endsWith("_FILE") || name.endsWith("_KEY_STORE"))) {
        files.put(name, file.resolveSibling(value).normalize());
      }
    });
    Matcher key = CLIENT_KEY.matcher(find("store.url", "text", Function.identity()).orElse(""));
    if (key.find()) {
      files.put("store.url sslkey", file.resolveSibling(key.group(1)).normalize());
    }
    return files;
  }

  /** A path, relative to the settings file. */
  Optional<Path> path(String key) {
    return find(key, "a path, relative to the settings file", text -> file.resolveSibling(text).normalize());
  }

  /**
   * The secret in the file that {@code key: {file: path}} refers to, without one line end at its end: read now, so that a wrong one stops the
   * start, and again by each who asks, so that a replaced one counts.
   *
   * @param development whether a file that everybody may read is tolerated
   */
  Optional<Supplier<SecretText>> secret(String key, boolean development) {
    if (environment.containsKey(variable(key))) {
      throw new StartupException(
          variable(key) + " would hold a secret, which never stands in the environment; name a file that holds it in "
              + variable(key + ".file"));
    }
    Optional<Path> path = path(key + ".file");
    path.ifPresent(file -> read(key, file, development).close());
    return path.map(file -> () -> read(key, file, development));
  }

  private SecretText read(String key, Path path, boolean development) {
    try {
      if (!development && Files.getFileStore(path).supportsFileAttributeView("posix")
          && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ)) {
        throw wrong(key, "refers to a file that everybody may read; take the permission away (chmod o-r)");
      }
      if (Files.size(path) > LARGEST_SECRET) {
        throw wrong(key, "refers to a file larger than 64 KiB");
      }
      byte[] content = Files.readAllBytes(path);
      int length = content.length;
      if (length > 0 && content[length - 1] == '\n') {
        length -= length > 1 && content[length - 2] == '\r' ? 2 : 1;
      }
      if (length == 0) {
        throw wrong(key, "refers to an empty file");
      }
      return SecretText.copyOf(content, 0, length);
    } catch (IOException missing) {
      throw new StartupException(file + ": " + key + " refers to a file that cannot be read", missing);
    }
  }

  /**
   * Refuses keys that nobody asked for.
   *
   * @throws StartupException that names the nearest known key
   */
  void finish() {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw wrong(key, "is unknown" + nearest(key).map(near -> "; did you mean " + near + "?").orElse(""));
      }
    }
  }

  private Optional<String> nearest(String word) {
    String best = null;
    int least = Math.max(2, word.length() / 2) + 1;
    for (String candidate : known) {
      int distance = distance(word, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Edit distance of Levenshtein. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int above = row[j];
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[other.length()];
  }

  private static String variable(String key) {
    return VARIABLES + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private StartupException wrong(@Nullable String key, String what) {
    return new StartupException(file + ": " + key + " " + what);
  }
}
