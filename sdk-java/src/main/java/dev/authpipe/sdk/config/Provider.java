package dev.authpipe.sdk.config;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A provider of the catalog: what a connection needs, and what to expect of its life.
 *
 * @param slug         its name in settings
 * @param name         its name for people
 * @param auth         how it is authorized, in the proxy's word: {@code oauth2}, {@code client_credentials}, {@code api_key}, …
 * @param pkce         {@code s256}, {@code unsupported} or {@code harmful}
 * @param pkceEvidence why PKCE is not used; null: it is
 * @param rotation     what a refresh does to the refresh token: {@code none}, {@code grace} or {@code strict}
 * @param revokes      what a revocation ends: {@code token}, {@code grant} or {@code installation}; null: the provider offers none
 * @param parameters   what else a connection needs
 * @param verified     how far this entry was checked
 * @param lastVerified when that was checked, a date
 * @param evidence     where
 */
public record Provider(String slug, String name, String auth, String pkce, @Nullable String pkceEvidence, String rotation,
    @Nullable String revokes, List<Parameter> parameters, String verified, String lastVerified, List<String> evidence) {

  /** Copies. */
  public Provider {
    parameters = List.copyOf(parameters);
    evidence = List.copyOf(evidence);
  }

  /**
   * Something a connection needs beside the authorization, for instance the name of a site.
   *
   * @param name     its name in {@code params}
   * @param label    what people call it
   * @param pattern  what a value must match
   * @param setBy    {@code operator}, {@code application} or {@code end_user}
   * @param required whether a connection needs it
   */
  public record Parameter(String name, String label, String pattern, String setBy, boolean required) {}
}
