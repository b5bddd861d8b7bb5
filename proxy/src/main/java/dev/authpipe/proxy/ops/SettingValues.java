package dev.authpipe.proxy.ops;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.SecretFile;
import dev.authpipe.proxy.catalog.YamlFile;
import dev.authpipe.proxy.catalog.YamlSection;
import dev.authpipe.proxy.secret.SecretText;

/** The deployment's settings as read from the file, the environment (which wins) and the defaults. Immutable; holds no secret. */
final class SettingValues {
  private static final Logger LOG = LoggerFactory.getLogger(SettingValues.class);

  private final Map<Setting<?>, Object> values;
  private final Path directory;

  private SettingValues(Map<Setting<?>, Object> values, Path directory) {
    this.values = Map.copyOf(values);
    this.directory = directory;
  }

  /**
   * Reads all settings of the table.
   *
   * @param root        the settings file
   * @param environment environment variables
   * @param directory   of the settings file
   */
  static SettingValues read(YamlSection root, Map<String, String> environment, Path directory) {
    Map<Setting<?>, Object> values = new HashMap<>();
    for (Setting<?> setting : Settings.ALL) {
      one(setting, root, environment, directory).ifPresent(value -> values.put(setting, value));
    }
    List<String> variables = Settings.ALL.stream().map(Setting::variable).toList();
    environment.keySet().stream().filter(name -> name.startsWith("AUTHPIPE_") && !variables.contains(name))
        .filter(name -> YamlSection.nearest(name, variables).isPresent() && !Settings.LAUNCHER.contains(name))
        .forEach(name -> LOG.warn("environment variable {} is no setting; did you mean {}?", name,
            YamlSection.nearest(name, variables).orElseThrow()));
    return new SettingValues(values, directory);
  }

  /**
   * Reads the file of each cell: the settings of its two stores, and nothing else.
   *
   * @throws ConfigurationException with file, line and what is wrong
   */
  SortedMap<String, SettingValues> cells() {
    SortedMap<String, SettingValues> cells = new TreeMap<>();
    find(Settings.CELLS).orElse(Map.of()).forEach((name, file) -> {
      YamlSection root = YamlFile.read(file);
      Map<Setting<?>, Object> stores = new HashMap<>(Map.of(Settings.MODE, get(Settings.MODE)));
      for (Setting<?> setting : Settings.OF_STORES) {
        one(setting, root, Map.of(), directory).ifPresent(value -> stores.put(setting, value));
      }
      root.finish();
      cells.put(name, new SettingValues(stores, directory));
    });
    return cells;
  }

  private static <T> Optional<T> one(Setting<T> setting, YamlSection root, Map<String, String> environment, Path directory) {
    Optional<T> inFile = setting.read(root);
    String override = environment.get(setting.variable());
    if (override != null) {
      try {
        return Optional.of(setting.parse(override));
      } catch (IllegalArgumentException wrong) {
        throw new ConfigurationException(
            "environment variable " + setting.variable() + ": must be " + setting.formInEnvironment(), wrong);
      }
    }
    String otherwise = setting.otherwise();
    if (inFile.isPresent() || otherwise == null) {
      return inFile;
    }
    T value = setting.parse(otherwise);
    @SuppressWarnings("unchecked")
    T resolved = value instanceof Path ? (T) directory.resolve(otherwise).normalize() : value;
    return Optional.of(resolved);
  }

  /** The value of a setting that has a default. */
  <T> T get(Setting<T> setting) {
    return find(setting)
        .orElseThrow(() -> new StartupException("the setting " + setting.key() + " is missing; it is " + setting.form()));
  }

  /** The value of a setting that may be absent. */
  @SuppressWarnings("unchecked")
  <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable((T) values.get(setting));
  }

  /** The secret that a setting refers to, read now. */
  Optional<SecretText> secret(Setting<SecretFile> setting) {
    return find(setting).map(file -> file.read(isDevelopment()));
  }

  /** Reads the secret that a setting refers to, each time anew, so that a replaced file counts without a restart. */
  Optional<Supplier<SecretText>> secretSource(Setting<SecretFile> setting) {
    return find(setting).map(file -> () -> file.read(isDevelopment()));
  }

  /** Whether the deployment says of itself that it is for development. */
  boolean isDevelopment() {
    return get(Settings.MODE) == Settings.Mode.DEVELOPMENT;
  }

  /** The directory of the settings file. */
  Path directory() {
    return directory;
  }

  /** Keys whose values differ from the others'. */
  List<String> changedFrom(SettingValues other) {
    return Settings.ALL.stream().filter(s -> !find(s).equals(other.find(s))).map(Setting::key).toList();
  }
}
