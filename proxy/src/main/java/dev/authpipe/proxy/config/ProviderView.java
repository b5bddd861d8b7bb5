package dev.authpipe.proxy.config;

import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Provider;
import dev.authpipe.proxy.catalog.ProviderParameter;
import dev.authpipe.proxy.catalog.RevocationProfile;

/**
 * A provider as callers see it: what they need to know to connect, and what they may expect of its lifecycle.
 *
 * @param slug         its name in settings
 * @param name         its name for people
 * @param auth         {@code oauth2}, {@code client_credentials}, {@code api_key}, {@code basic} or {@code bearer}
 * @param pkce         {@code s256}, {@code unsupported} or {@code harmful}
 * @param pkceEvidence why PKCE is not used
 * @param rotation     what a refresh does to the refresh token: {@code none}, {@code grace} or {@code strict}
 * @param revokes      what a revocation ends: {@code token}, {@code grant}, {@code installation}; null: the provider offers none
 * @param parameters   what else a connection needs
 * @param verified how far this entry was checked
 * @param lastVerified when that was checked
 * @param evidence     where
 */
@Introspected
record ProviderView(String slug, String name, String auth, String pkce,
    @JsonProperty("pkce_evidence") @Nullable String pkceEvidence,
    String rotation, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String revokes, List<Parameter> parameters,
    String verified,
    @JsonProperty("last_verified") String lastVerified, List<String> evidence) {

  /**
   * A provider parameter.
   *
   * @param name     its name in {@code params}
   * @param label    what people call it
   * @param pattern  what a value must match
   * @param setBy    {@code operator}, {@code application} or {@code end_user}
   * @param required whether a connection needs it
   */
  @Introspected
  record Parameter(String name, String label, String pattern, @JsonProperty("set_by") String setBy, boolean required) {
    static Parameter of(ProviderParameter parameter) {
      return new Parameter(parameter.name(), parameter.label(), parameter.pattern().toString(), word(parameter.setBy()),
          parameter.required());
    }
  }

  static ProviderView of(Provider provider) {
    RevocationProfile revocation = provider.revocation();
    return new ProviderView(provider.slug(), provider.displayName(), word(provider.authType()), word(provider.pkce()),
        provider.pkceEvidence(), word(provider.refresh().rotation()), revocation == null ? null : word(revocation.revokes()),
        provider.parameters().stream().map(Parameter::of).toList(), word(provider.verified()), provider.lastVerified().toString(),
        provider.evidence().stream().map(Object::toString).toList());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
