package dev.authpipe.proxy.catalog;

/** How the body of a request to an OAuth endpoint is written. */
public enum BodyForm {
  /** {@code application/x-www-form-urlencoded}, the rule of RFC 6749. */
  FORM,
  /** A JSON object of strings. */
  JSON
}
