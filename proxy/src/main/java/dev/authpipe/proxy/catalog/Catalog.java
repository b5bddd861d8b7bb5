package dev.authpipe.proxy.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All providers that this program knows, by slug. Immutable; reading never blocks. */
public final class Catalog {
  private static final List<String> BUILT_IN = List.of("github", "google", "sandbox", "sandbox-grace", "sandbox-installation",
      "sandbox-key", "sandbox-strict", "slack", "zoom-server");

  private final Map<String, Provider> providers;
  private final List<Provider> sorted;

  /** @param providers with distinct slugs */
  public Catalog(Collection<Provider> providers) {
    this.providers = providers.stream().collect(Collectors.toUnmodifiableMap(Provider::slug, Function.identity()));
    this.sorted = providers.stream().sorted(Comparator.comparing(Provider::slug)).toList();
  }

  /**
   * The providers that come with this program.
   *
   * @param standIns local origins in place of provider origins; empty outside tests and the demo
   */
  public static Catalog builtIn(Map<URI, URI> standIns) {
    return new Catalog(BUILT_IN.stream().map(slug -> builtIn(slug, standIns)).toList());
  }

  /**
   * This catalog and the provider files of a directory, which may replace built-in ones.
   *
   * @throws ConfigurationException if a file is wrong
   */
  public Catalog with(Path directory, Map<URI, URI> standIns) {
    Map<String, Provider> all = new HashMap<>(providers);
    try (Stream<Path> files = Files.list(directory)) {
      files.filter(f -> f.toString().endsWith(".yaml")).sorted().map(f -> read(f, standIns)).forEach(p -> all.put(p.slug(), p));
    } catch (IOException failure) {
      throw new ConfigurationException(directory + ": the directory of provider files cannot be read", failure);
    }
    return new Catalog(all.values());
  }

  /**
   * Reads and checks one provider file.
   *
   * @throws ConfigurationException with file, line and rule
   */
  public static Provider read(Path file, Map<URI, URI> standIns) {
    return ProviderFile.read(YamlFile.read(file), standIns);
  }

  private static Provider builtIn(String slug, Map<URI, URI> standIns) {
    String name = "/catalog/" + slug + ".yaml";
    try (InputStream content = Catalog.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new IllegalStateException(name + " is missing from this program");
      }
      return ProviderFile.read(YamlFile.parse(slug + ".yaml", null, content.readAllBytes()), standIns);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The provider with this slug. */
  public Optional<Provider> provider(String slug) {
    return Optional.ofNullable(providers.get(slug));
  }

  /** All providers by slug. */
  public List<Provider> all() {
    return sorted;
  }
}
