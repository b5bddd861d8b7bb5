package dev.authpipe.proxy.catalog;

/**
 * How access tokens are minted without an end user (RFC 6749 section 4.4). Never holds a credential.
 *
 * @param client         whose client asks
 * @param grantType      value of {@code grant_type}, normally {@code client_credentials}
 * @param scopeParameter name of the scopes in the body, normally {@code scope}
 * @param scopeSeparator what stands between two scopes, a space or a comma
 */
public record ClientCredentialsProfile(Client client, String grantType, String scopeParameter, String scopeSeparator) {

  /** Whose client asks. */
  public enum Client {
    /** The integration's: one registration for all connections, which differ by their parameters. */
    INTEGRATION,
    /** Each connection's own, given by whoever makes it. */
    CONNECTION
  }
}
