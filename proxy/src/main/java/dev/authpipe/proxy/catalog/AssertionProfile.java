package dev.authpipe.proxy.catalog;

/**
 * What a provider expects in a client assertion. The audience is one address that the catalog knows, never one that an answer named: an
 * authorization server that could choose it would have us sign in to another one (draft-ietf-oauth-rfc7523bis).
 *
 * @param audience whose address stands in {@code aud}, as one string
 * @param type     the {@code typ} of the header
 */
public record AssertionProfile(Audience audience, Type type) {

  /** Whose address the assertion is for. */
  public enum Audience {
    /** The token endpoint, also in assertions for the revocation endpoint and for pushed requests (RFC 7523 section 3). */
    TOKEN_ENDPOINT,
    /** The provider's issuer. */
    ISSUER
  }

  /** What the header says that the assertion is. */
  public enum Type {
    /** Any JWT (RFC 7519 section 5.1). */
    JWT("JWT"),
    /** A client assertion and nothing else; for the issuer only. */
    CLIENT_AUTHENTICATION("client-authentication+jwt");

    private final String header;

    Type(String header) {
      this.header = header;
    }

    /** The value of {@code typ}. */
    public String header() {
      return header;
    }
  }
}
