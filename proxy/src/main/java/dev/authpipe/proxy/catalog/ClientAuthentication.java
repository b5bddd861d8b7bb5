package dev.authpipe.proxy.catalog;

/** How a client proves itself at an OAuth endpoint (RFC 6749 section 2.3, RFC 7523). */
public enum ClientAuthentication {
  /** HTTP Basic with form-encoded client id and client secret. */
  CLIENT_SECRET_BASIC,
  /** Client id and client secret in the body. */
  CLIENT_SECRET_POST,
  /** An assertion that the integration's own key signs, in the body (RFC 7523 section 2.2, OpenID Connect Core section 9). */
  PRIVATE_KEY_JWT,
  /** A public client: only the client id, in the body. */
  NONE;

  /** Whether the client has a secret for this. */
  public boolean needsSecret() {
    return this == CLIENT_SECRET_BASIC || this == CLIENT_SECRET_POST;
  }

  /** Whether the client has a key for this. */
  public boolean needsKey() {
    return this == PRIVATE_KEY_JWT;
  }
}
