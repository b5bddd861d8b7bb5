package dev.authpipe.proxy.connection;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A connection that a caller makes from a secret it has.
 *
 * @param integration id or slug
 * @param params      values of provider parameters that are not set on the integration
 * @param metadata    the customer's own words
 */
record ImportInput(String integration, Person endUser, CredentialInput credential, @Nullable Map<String, String> params,
    @Nullable Map<String, String> metadata) {

  /**
   * Whose connection.
   *
   * @param id          the customer's identifier, 1 to 256 characters
   * @param displayName up to 256 characters
   * @param email       up to 320 characters
   */
  record Person(String id, @Nullable String displayName, @Nullable String email) {
    @Override
    public String toString() {
      return "Person[***]";
    }
  }
}
