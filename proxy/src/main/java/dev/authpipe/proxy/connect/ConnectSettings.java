package dev.authpipe.proxy.connect;

import java.time.Duration;

import dev.authpipe.proxy.browser.PublicOrigin;

/**
 * Where end users' browsers reach the connect listener, and how long things of the connect flow live.
 *
 * @param publicOrigin    of the connect listener as browsers see it
 * @param sessionLifetime from creation to the last moment of authorization, 1 to 60 min
 * @param finishWithin    from authorization to finish, at most 10 min
 * @param attemptsMost    trips to an authorization endpoint per session
 * @param entriesMost     keys entered per session
 */
public record ConnectSettings(PublicOrigin publicOrigin, Duration sessionLifetime, Duration finishWithin, int attemptsMost,
    int entriesMost) {

  /** Checks the limits. */
  public ConnectSettings {
    if (sessionLifetime.compareTo(Duration.ofMinutes(1)) < 0 || sessionLifetime.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("a connect session lives 1 to 60 minutes");
    }
    if (!finishWithin.isPositive() || finishWithin.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException("finish comes within at most 10 minutes");
    }
    if (attemptsMost < 1 || attemptsMost > 20 || entriesMost < 1 || entriesMost > 20) {
      throw new IllegalArgumentException("a connect session allows 1 to 20 attempts and entries");
    }
  }

  /** Ten minutes, two minutes, five attempts, five entries. */
  public static ConnectSettings at(PublicOrigin publicOrigin) {
    return new ConnectSettings(publicOrigin, Duration.ofMinutes(10), Duration.ofMinutes(2), 5, 5);
  }

  /** The origin as browsers write it in {@code Origin}. */
  String origin() {
    return publicOrigin.toString();
  }
}
