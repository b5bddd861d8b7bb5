package dev.authpipe.proxy.catalog;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All providers that this program knows, by slug. Immutable; reading never blocks. */
public final class Catalog {
  private final Map<String, Provider> providers;
  private final List<Provider> sorted;

  /** @param providers with distinct slugs */
  public Catalog(Collection<Provider> providers) {
    this.providers = providers.stream().collect(Collectors.toUnmodifiableMap(Provider::slug, Function.identity()));
    this.sorted = providers.stream().sorted(Comparator.comparing(Provider::slug)).toList();
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
