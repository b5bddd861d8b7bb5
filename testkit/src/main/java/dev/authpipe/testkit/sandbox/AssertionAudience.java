package dev.authpipe.testkit.sandbox;

/** Which single audience a client assertion must name (RFC 7523, section 3). */
public enum AssertionAudience {
  ISSUER,
  TOKEN_ENDPOINT,
  EITHER
}
