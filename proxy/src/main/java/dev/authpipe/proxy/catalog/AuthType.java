package dev.authpipe.proxy.catalog;

/** How an end user gives access at a provider. Decides which profiles of a {@link Provider} are present. */
public enum AuthType {
  /** OAuth 2.0 authorization code (RFC 6749 section 4.1). */
  OAUTH2,
  /** OAuth 2.0 client credentials (RFC 6749 section 4.4): a client acts for itself, no end user agrees. */
  CLIENT_CREDENTIALS,
  /** A key that is injected into a header of the provider's choice. */
  API_KEY,
  /** User name and password (RFC 7617). */
  BASIC,
  /** A long-lived bearer token made in the provider's own pages (RFC 6750). */
  BEARER
}
