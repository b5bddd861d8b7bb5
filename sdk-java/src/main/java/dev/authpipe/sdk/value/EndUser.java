package dev.authpipe.sdk.value;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A person as the application names them to the proxy.
 *
 * @param id          their id
 * @param displayName a name to greet them with, at most 256 characters; null: none
 * @param email       their address, at most 320 characters; null: none
 */
public record EndUser(EndUserId id, @Nullable String displayName, @Nullable String email) {

  /** Checks that there is an id. */
  public EndUser {
    Objects.requireNonNull(id, "id");
  }

  /**
   * Somebody of whom only the id is told.
   *
   * @param id their id
   * @return the person
   */
  public static EndUser of(EndUserId id) {
    return new EndUser(id, null, null);
  }
}
