package dev.authpipe.proxy.catalog;

import java.util.Map;

/**
 * What a provider's entry says to end users, in one further language; what is left out is said in English.
 *
 * @param scopes scopes in plain words
 * @param labels of parameters by their names, of {@code key} and of {@code username}
 * @param hints  of {@code key}
 */
public record ProviderTexts(Map<String, String> scopes, Map<String, String> labels, Map<String, String> hints) {
  static final ProviderTexts NONE = new ProviderTexts(Map.of(), Map.of(), Map.of());

  /** Copies. */
  public ProviderTexts {
    scopes = Map.copyOf(scopes);
    labels = Map.copyOf(labels);
    hints = Map.copyOf(hints);
  }
}
