package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A third-party service as its catalog file describes it. What differs between providers is data here, never a condition in code. Holds no
 * secret and nothing of a workspace.
 *
 * @param slug           its name in settings and addresses
 * @param displayName    its name for people
 * @param authType       how access is given
 * @param authorize      present with {@link AuthType#OAUTH2}
 * @param token          present with {@link AuthType#OAUTH2} and {@link AuthType#CLIENT_CREDENTIALS}
 * @param minting        present with {@link AuthType#CLIENT_CREDENTIALS}
 * @param refresh        its invalid-token signal counts for every type
 * @param revocation     null: the provider offers none
 * @param pkce           whether PKCE is used
 * @param pkceEvidence   why not, when it is not
 * @param issuer         null: the provider has no issuer in the sense of RFC 8414
 * @param account        null: the provider tells no account
 * @param key            present with the key-based types, and where connections have clients of their own
 * @param api            how the API is called
 * @param tls            the least version of TLS that it is spoken to with
 * @param parameters     what else the provider needs to know
 * @param scopes         scopes in plain words; others are shown as they are written
 * @param translations   the same and what fields are called, by language tag
 * @param secretPrefixes fixed beginnings of this provider's secrets, such as {@code xoxb-}, that a masked prefix may show
 * @param verified       how far this entry was checked
 * @param lastVerified   when
 * @param evidence       where
 */
public record Provider(String slug, String displayName, AuthType authType, @Nullable AuthorizeProfile authorize,
    @Nullable TokenProfile token, @Nullable ClientCredentialsProfile minting, RefreshProfile refresh,
    @Nullable RevocationProfile revocation, PkceLevel pkce,
    @Nullable String pkceEvidence, @Nullable IssuerProfile issuer, @Nullable AccountProfile account, @Nullable KeyProfile key,
    ApiProfile api, TlsProfile tls,
    List<ProviderParameter> parameters, List<ScopeText> scopes, Map<String, ProviderTexts> translations,
    List<String> secretPrefixes, Verified verified,
    LocalDate lastVerified,
    List<URI> evidence) {

  /** Copies the lists and checks that the profiles fit the type. */
  public Provider {
    parameters = List.copyOf(parameters);
    scopes = List.copyOf(scopes);
    translations = Map.copyOf(translations);
    secretPrefixes = List.copyOf(secretPrefixes);
    evidence = List.copyOf(evidence);
    boolean oauth = authType == AuthType.OAUTH2;
    boolean mints = authType == AuthType.CLIENT_CREDENTIALS;
    if (oauth != (authorize != null) || (oauth || mints) != (token != null) || mints != (minting != null)) {
      throw new IllegalArgumentException(
          "oauth2 providers have authorize and token; client_credentials providers have token and client_credentials");
    }
    boolean entered = minting == null ? !oauth : minting.client() == ClientCredentialsProfile.Client.CONNECTION;
    if (entered != (key != null)) {
      throw new IllegalArgumentException(
          "providers that take something entered have key: all but oauth2, and client_credentials with client: integration");
    }
    if ((pkce == PkceLevel.S256) != (pkceEvidence == null)) {
      throw new IllegalArgumentException("a provider without PKCE names the evidence");
    }
  }

  /** The authorization profile of an OAuth provider. */
  public AuthorizeProfile requireAuthorize() {
    return Optional.ofNullable(authorize).orElseThrow(() -> new IllegalStateException(slug + " is not an OAuth provider"));
  }

  /** The token profile of an OAuth provider. */
  public TokenProfile requireToken() {
    return Optional.ofNullable(token).orElseThrow(() -> new IllegalStateException(slug + " is not an OAuth provider"));
  }

  /** The minting profile of a provider of client credentials. */
  public ClientCredentialsProfile requireMinting() {
    return Optional.ofNullable(minting).orElseThrow(() -> new IllegalStateException(slug + " mints no access tokens"));
  }

  /** Whether integrations are client registrations: they have a client id. */
  public boolean hasClient() {
    return token != null && !connectionsHaveClients();
  }

  /** Whether each connection has a client of its own. */
  public boolean connectionsHaveClients() {
    return minting != null && minting.client() == ClientCredentialsProfile.Client.CONNECTION;
  }

  /** Whether integrations have a client secret. */
  public boolean takesClientSecret() {
    return needsClientSecret() || (hasClient() && !takesClientKey());
  }

  /**
   * Whether somebody who makes a connection proves by a secret of theirs that they may use its client. Where the integration's key signs for any
   * client id, the id alone proves nothing: it is no secret.
   */
  public boolean connectionsBringSecrets() {
    return connectionsHaveClients() && authenticates(ClientAuthentication::needsSecret);
  }

  /** Whether end users may connect: they consent at the provider, or bring a key or a secret of theirs. Else the application alone makes connections. */
  public boolean endUsersMayConnect() {
    return minting == null || connectionsBringSecrets();
  }

  /** Whether nothing can be asked of this provider without a client secret. */
  public boolean needsClientSecret() {
    return hasClient() && authenticates(ClientAuthentication::needsSecret);
  }

  /** Whether integrations have a key that signs client assertions. */
  public boolean takesClientKey() {
    return authenticates(ClientAuthentication::needsKey);
  }

  private boolean authenticates(Predicate<ClientAuthentication> how) {
    return token != null && (how.test(token.clientAuthentication())
        || (revocation != null && how.test(revocation.clientAuthentication())));
  }

  /** A parameter by its name. */
  public Optional<ProviderParameter> parameter(String name) {
    return parameters.stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /** What it says in a language, which may be nothing. */
  public ProviderTexts texts(String language) {
    return translations.getOrDefault(language, ProviderTexts.NONE);
  }

  /** A scope in plain words of a language, or of English, or as it is written. */
  public String textOf(String scope, String language) {
    String translated = texts(language).scopes().get(scope);
    return translated != null
        ? translated
        : scopes.stream().filter(s -> s.scope().equals(scope)).map(ScopeText::text).findFirst().orElse(scope);
  }
}
