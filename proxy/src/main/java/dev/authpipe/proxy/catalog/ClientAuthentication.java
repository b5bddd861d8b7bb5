package dev.authpipe.proxy.catalog;

/** How a client proves itself at an OAuth endpoint (RFC 6749 section 2.3, RFC 7523). */
public enum ClientAuthentication {
  /** HTTP Basic with form-encoded client id and client secret. */
  CLIENT_SECRET_BASIC,
  /** Client id and client secret in the body. */
  CLIENT_SECRET_POST,
  /** A public client: only the client id, in the body. */
  NONE
}
