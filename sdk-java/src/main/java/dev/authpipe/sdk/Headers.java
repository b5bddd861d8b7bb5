package dev.authpipe.sdk;

/** The headers that are the proxy's own. */
final class Headers {

  static final String AUTHORIZATION = "Authorization";
  static final String END_USER = "Authpipe-End-User";
  static final String ERROR = "Authpipe-Error";
  static final String REQUEST_ID = "Authpipe-Request-Id";

  private Headers() {}
}
