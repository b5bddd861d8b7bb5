package dev.authpipe.proxy.vault;

/** What kind of secret a credential holds; the numbers are part of the sealed format and never change meaning. */
public enum CredentialType {
  /** OAuth 2.0 access token, perhaps with a refresh token. */
  OAUTH2(1),
  /** A long-lived API key. */
  API_KEY(2),
  /** User name and password (RFC 7617). */
  BASIC(3),
  /** A bearer token without refresh (RFC 6750). */
  BEARER(4),
  /** OAuth 2.0 access token that a client minted for itself, and what mints the next one (RFC 6749 section 4.4). */
  CLIENT_CREDENTIALS(5);

  private final int number;

  CredentialType(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
