package dev.authpipe.testkit.sandbox;

/** The kinds of calls that the provider tells apart when it counts and when it plays a script. */
public enum Call {
  METADATA,
  AUTHORIZE,
  PAR,
  /** The token endpoint with {@code grant_type=authorization_code}. */
  EXCHANGE,
  /** The token endpoint with {@code grant_type=refresh_token}. */
  REFRESH,
  /** The token endpoint with any other or no grant type. */
  OTHER_GRANT,
  REVOKE,
  USERINFO,
  API
}
