package dev.authpipe.proxy.ops;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.SecretFile;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.catalog.YamlSection;
import dev.authpipe.proxy.job.Timing;

/**
 * One deployment setting: its key, type, unit, default and meaning. Never holds a value.
 *
 * @param <T> type of its value
 */
final class Setting<T> {
  private final String key;
  private final String form;
  private final @Nullable String otherwise;
  private final String meaning;
  private final BiFunction<YamlSection, String, Optional<T>> fromFile;
  private final Function<String, T> fromText;

  private Setting(String key, String form, @Nullable String otherwise, String meaning,
      BiFunction<YamlSection, String, Optional<T>> fromFile, Function<String, T> fromText) {
    this.key = key;
    this.form = form;
    this.otherwise = otherwise;
    this.meaning = meaning;
    this.fromFile = fromFile;
    this.fromText = fromText;
  }

  /** A single value; without a default it may be absent. */
  static <T> Setting<T> of(String key, ValueType<T> type, @Nullable String otherwise, String meaning) {
    return new Setting<>(key, type.description(), otherwise, meaning, (section, leaf) -> section.optional(leaf, type),
        type::parse);
  }

  /** A list; in the environment its values stand between commas. */
  static <T> Setting<List<T>> listOf(String key, ValueType<T> type, String meaning) {
    return new Setting<>(key, "a list, each " + type.description(), "", meaning,
        (section, leaf) -> section.has(leaf) ? Optional.of(section.list(leaf, type)) : Optional.empty(),
        text -> Arrays.stream(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).map(type::parse).toList());
  }

  /** A secret by file reference. */
  static Setting<SecretFile> secret(String key, String meaning) {
    return new Setting<>(key, "a secret by reference: {file: path}", null, meaning, YamlSection::secretFile,
        text -> secretFile(absolute(text)));
  }

  /** What is no file may be the secret itself, which must not stand there and is told to nobody. */
  private static SecretFile secretFile(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException("no file");
    }
    return new SecretFile(path);
  }

  /** A path, relative to the settings file. */
  static Setting<Path> path(String key, @Nullable String otherwise, String meaning) {
    return new Setting<>(key, "a path, relative to the settings file", otherwise, meaning, YamlSection::path, Setting::absolute);
  }

  /** KEKs by name; in the environment {@code name=path} between commas, all of them local. */
  static Setting<Map<String, KekDefinition>> keks(String key, String meaning) {
    return new Setting<>(key, "a mapping of names to " + KekDefinition.FORM, null, meaning, (section, leaf) -> {
      YamlSection all = section.section(leaf);
      Map<String, KekDefinition> keks = new LinkedHashMap<>();
      all.keys().forEach(name -> keks.put(ValueType.SLUG.parse(name), KekDefinition.read(all, name)));
      return keks.isEmpty() ? Optional.empty() : Optional.of(Map.copyOf(keks));
    }, text -> pairs(text, ",", path -> new KekDefinition.Local(absolute(path), false)));
  }

  /** Regular times by name; in the environment {@code name=time} between semicolons. */
  static Setting<Map<String, Timing>> timings(String key, String meaning) {
    ValueType<Timing> type = ValueType.TEXT_LINE.map("an amount of time of at least 1 s, or a cron expression of five fields",
        Setting::timing);
    return new Setting<>(key, "a mapping of names to " + type.description(), null, meaning, (section, leaf) -> {
      YamlSection all = section.section(leaf);
      Map<String, Timing> timings = new LinkedHashMap<>();
      all.keys().forEach(name -> timings.put(ValueType.SLUG.parse(name), all.optional(name, type).orElseThrow()));
      return timings.isEmpty() ? Optional.empty() : Optional.of(Map.copyOf(timings));
    }, text -> pairs(text, ";", type::parse));
  }

  /** Pairs of a name and a value. */
  private static <T> Map<String, T> pairs(String text, String separator, Function<String, T> value) {
    Map<String, T> pairs = new LinkedHashMap<>();
    for (String pair : text.split(separator, -1)) {
      int at = pair.indexOf('=');
      if (at < 0) {
        throw new IllegalArgumentException("each is a name, = and a value");
      }
      pairs.put(ValueType.SLUG.parse(pair.substring(0, at).strip()), value.apply(pair.substring(at + 1).strip()));
    }
    return Map.copyOf(pairs);
  }

  private static Timing timing(String text) {
    return Character.isDigit(text.charAt(0)) && text.split(" ", -1).length < 5
        ? new Timing.Every(ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(31)).parse(text))
        : new Timing.Cron(text);
  }

  /** Files by name; in the environment {@code name=path} between commas. */
  static Setting<Map<String, Path>> files(String key, String meaning) {
    return new Setting<>(key, "a mapping of names to paths", null, meaning, (section, leaf) -> {
      YamlSection all = section.section(leaf);
      Map<String, Path> files = new LinkedHashMap<>();
      all.keys().forEach(name -> files.put(ValueType.SLUG.parse(name), all.path(name).orElseThrow()));
      return files.isEmpty() ? Optional.empty() : Optional.of(Map.copyOf(files));
    }, text -> pairs(text, ",", Setting::absolute));
  }

  private static Path absolute(String text) {
    Path path = Path.of(text.startsWith("file:") ? text.substring("file:".length()) : text);
    return path.toAbsolutePath().normalize();
  }

  String key() {
    return key;
  }

  /** What a value in the environment is, to stand after "must be". */
  String formInEnvironment() {
    return form.startsWith("a secret by reference")
        ? "the path of a file that is there and holds the secret; a secret itself never stands in the environment"
        : form;
  }

  /** What a value is, to stand after "must be". */
  String form() {
    return form;
  }

  /** The default as it would be written; null: none. */
  @Nullable
  String otherwise() {
    return otherwise;
  }

  String meaning() {
    return meaning;
  }

  /** The environment variable that overrides the file. */
  String variable() {
    return "AUTHPIPE_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** The value in the file; its sections and key count as known from now on. */
  Optional<T> read(YamlSection root) {
    YamlSection section = root;
    String[] steps = key.split("\\.", -1);
    for (int i = 0; i < steps.length - 1; i++) {
      section = section.section(steps[i]);
    }
    return fromFile.apply(section, steps[steps.length - 1]);
  }

  /** A value from text: the environment's or the default. */
  T parse(String text) {
    return fromText.apply(text);
  }
}
