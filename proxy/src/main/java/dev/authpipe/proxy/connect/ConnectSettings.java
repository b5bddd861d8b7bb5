package dev.authpipe.proxy.connect;

import java.net.URI;
import java.time.Duration;

/**
 * Where end users' browsers reach the connect listener, and how long things of the connect flow live. The public address is configured, never
 * taken from a request.
 *
 * @param publicUrl       origin of the connect listener as browsers see it: {@code https://connect.example.com}, without path; plain HTTP on
 *                        loopback only
 * @param sessionLifetime from creation to the last moment of authorization, 1 to 60 min
 * @param finishWithin    from authorization to finish, at most 10 min
 * @param attemptsMost    trips to an authorization endpoint per session
 * @param entriesMost     keys entered per session
 */
public record ConnectSettings(URI publicUrl, Duration sessionLifetime, Duration finishWithin, int attemptsMost, int entriesMost) {

  /** Checks the origin and the limits. */
  public ConnectSettings {
    String host = publicUrl.getHost();
    boolean loopback = "127.0.0.1".equals(host) || "localhost".equals(host) || "[::1]".equals(host);
    if (host == null || publicUrl.getRawUserInfo() != null || !publicUrl.getRawPath().isEmpty() || publicUrl.getRawQuery() != null
        || publicUrl.getRawFragment() != null) {
      throw new IllegalArgumentException("the public URL of the connect listener is an origin: scheme, host and perhaps port");
    }
    if (!"https".equals(publicUrl.getScheme()) && !("http".equals(publicUrl.getScheme()) && loopback)) {
      throw new IllegalArgumentException("the public URL of the connect listener is https, or http on loopback");
    }
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
  public static ConnectSettings at(URI publicUrl) {
    return new ConnectSettings(publicUrl, Duration.ofMinutes(10), Duration.ofMinutes(2), 5, 5);
  }

  /** Whether browsers come over TLS. */
  boolean secure() {
    return "https".equals(publicUrl.getScheme());
  }

  /** The origin as browsers write it in {@code Origin}. */
  String origin() {
    return publicUrl.toString();
  }
}
