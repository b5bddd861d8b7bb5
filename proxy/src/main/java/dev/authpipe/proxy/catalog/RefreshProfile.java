package dev.authpipe.proxy.catalog;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What is known about a provider's refresh tokens (refresh.md): facts that the refresh protocol decides by, never a policy of ours.
 *
 * @param endpoint               where to refresh; null: the token endpoint
 * @param parameters             fixed extra body parameters
 * @param sendsScopes            whether the request repeats the granted scopes
 * @param rotation               what happens to the old refresh token
 * @param grace                  with {@link Rotation#GRACE}: how long the old one still works; otherwise zero
 * @param invalidatesAccessToken whether a refresh also ends the current access token, so that none is made ahead of need
 * @param idleLifetime           a refresh token that is not used this long dies; null: unknown or never
 * @param absoluteLifetime       a refresh token (family) dies at this age; null: unknown or never
 * @param invalidToken           how the provider's API says that the access token is no longer good
 */
public record RefreshProfile(@Nullable EndpointTemplate endpoint, Map<String, String> parameters, boolean sendsScopes,
    Rotation rotation,
    Duration grace, boolean invalidatesAccessToken, @Nullable Duration idleLifetime, @Nullable Duration absoluteLifetime,
    InvalidTokenSignal invalidToken) {

  /** Copies the map and checks that grace and rotation agree. */
  public RefreshProfile {
    parameters = Map.copyOf(parameters);
    if ((rotation == Rotation.GRACE) != grace.isPositive()) {
      throw new IllegalArgumentException("grace is positive exactly when rotation is grace");
    }
  }

  /** What a refresh does to the refresh token that was used. */
  public enum Rotation {
    /** It stays good. */
    NONE,
    /** A new one is issued; the old one works for a while. */
    GRACE,
    /** Single use; using it again may revoke the whole family. */
    STRICT
  }

  /**
   * How an API answer says that the access token is no longer good. All given conditions must hold.
   *
   * @param statuses       HTTP statuses
   * @param headerContains text that {@code WWW-Authenticate} must contain, in lower case; null: not looked at
   * @param bodyPointer    JSON pointer into a JSON answer; null: the body is not looked at
   * @param bodyValues     one of these must stand there
   */
  public record InvalidTokenSignal(Set<Integer> statuses, @Nullable String headerContains, @Nullable String bodyPointer,
      List<String> bodyValues) {
    /** Copies the collections. */
    public InvalidTokenSignal {
      statuses = Set.copyOf(statuses);
      bodyValues = List.copyOf(bodyValues);
    }
  }
}
