package dev.authpipe.testkit.sandbox;

/** What one call to the revocation endpoint kills. */
public enum RevocationReach {
  /** The named access or refresh token and nothing else. */
  TOKEN,
  /** Every access and refresh token of the grant. */
  GRANT,
  /** Every grant that the same account gave to the same client. */
  INSTALLATION
}
