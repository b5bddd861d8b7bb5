package dev.authpipe.proxy.oauth;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.secret.SecretText;

/**
 * What a token endpoint issued, checked and typed. Never printed, never kept beyond the request: seal it, then close it.
 */
public final class TokenGrant implements AutoCloseable {
  private final SecretText accessToken;
  private final @Nullable SecretText refreshToken;
  private final String tokenType;
  private final @Nullable Duration lifetime;
  private final @Nullable Duration refreshLifetime;
  private final @Nullable List<String> scopes;
  private final Map<String, String> facts;

  /**
   * @param tokenType       as RFC 6749 section 7.1, {@code Bearer} when the provider gives none
   * @param lifetime        of the access token; null when neither the answer nor the profile says
   * @param refreshLifetime of the refresh token; null when neither says
   * @param scopes          granted; null when the answer has none, which means: as asked (RFC 6749 section 5.1)
   * @param facts           values that the profile names by JSON pointer into the answer, none of them secret: account, API base
   */
  public TokenGrant(SecretText accessToken, @Nullable SecretText refreshToken, String tokenType, @Nullable Duration lifetime,
      @Nullable Duration refreshLifetime, @Nullable List<String> scopes, Map<String, String> facts) {
    this.accessToken = accessToken;
    this.refreshToken = refreshToken;
    this.tokenType = tokenType;
    this.lifetime = lifetime;
    this.refreshLifetime = refreshLifetime;
    this.scopes = scopes == null ? null : List.copyOf(scopes);
    this.facts = Map.copyOf(facts);
  }

  public SecretText accessToken() {
    return accessToken;
  }

  public @Nullable SecretText refreshToken() {
    return refreshToken;
  }

  public String tokenType() {
    return tokenType;
  }

  /** How long the access token lives from the moment of the answer; null when unknown. */
  public @Nullable Duration lifetime() {
    return lifetime;
  }

  /** How long the refresh token lives from the moment of the answer; null when unknown. */
  public @Nullable Duration refreshLifetime() {
    return refreshLifetime;
  }

  /** The granted scopes, or those asked when the answer names none. */
  public List<String> scopesOr(List<String> asked) {
    return scopes == null ? asked : scopes;
  }

  /** The granted scopes as the answer names them; null when it names none. */
  public @Nullable List<String> scopes() {
    return scopes;
  }

  /** Every value that the profile names by a JSON pointer, by that pointer. */
  public Map<String, String> facts() {
    return facts;
  }

  /** The value at a JSON pointer (RFC 6901) that the provider's profile names, for instance of the account or the API base. */
  public Optional<String> fact(String pointer) {
    return Optional.ofNullable(facts.get(pointer));
  }

  /** The same without a refresh token, which is wiped. */
  TokenGrant withoutRefreshToken() {
    if (refreshToken != null) {
      refreshToken.close();
    }
    return new TokenGrant(accessToken, null, tokenType, lifetime, null, scopes, facts);
  }

  /** Where the API is: the operator's override, else what the answer names within the profile's hosts, else the profile's (S21). Empty: the answer names another host. */
  public Optional<URI> apiBase(Integration integration, Map<String, String> params) {
    String pointer = integration.provider().requireToken().answer().apiBasePointer();
    Optional<String> named = pointer == null || integration.apiBaseOverride() != null ? Optional.empty() : fact(pointer);
    if (named.isEmpty()) {
      return Optional.of(integration.apiBase(params));
    }
    try {
      return Optional.of(URI.create(named.get())).filter(integration.provider().api()::allowsBase);
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  /** Wipes both tokens. Idempotent. */
  @Override
  public void close() {
    accessToken.close();
    if (refreshToken != null) {
      refreshToken.close();
    }
  }

  @Override
  public String toString() {
    return "TokenGrant[***]";
  }
}
