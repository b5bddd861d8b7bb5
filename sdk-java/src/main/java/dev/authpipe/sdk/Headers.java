package dev.authpipe.sdk;

/** The headers that are the proxy's own. */
final class Headers {

  static final String AUTHORIZATION = "Authorization";
  static final String END_USER = "Authpipe-End-User";
  static final String ERROR = "Authpipe-Error";
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  static final String REQUEST_ID = "Authpipe-Request-Id";

  private Headers() {}

  /** Whether a value arrives as it is: the JDK's client sends anything but ASCII as question marks, and blanks at the ends are not kept. */
  static boolean carries(String value) {
    return value.equals(value.strip()) && value.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }
}
