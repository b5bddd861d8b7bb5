package dev.authpipe.control.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import jakarta.inject.Singleton;

/**
 * The providers that proxies of this version know, from {@code catalog-view.json} beside this class, which a test of the build keeps equal
 * to the proxy's catalog. Never an endpoint. Immutable.
 */
@Singleton
public final class Providers {
  private final List<Provider> all;

  /** Reads the data file. */
  public Providers() {
    ObjectMapper mapper = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    try (InputStream view = Providers.class.getResourceAsStream("catalog-view.json")) {
      this.all = List.of(mapper.readValue(view, Provider[].class));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** All, in the order of their slugs. */
  public List<Provider> all() {
    return all;
  }

  /** The provider of a slug. */
  public Optional<Provider> find(String slug) {
    return all.stream().filter(provider -> provider.slug().equals(slug)).findFirst();
  }
}
