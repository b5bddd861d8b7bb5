package dev.authpipe.proxy.browser;

import java.net.URI;

import dev.authpipe.proxy.secret.SecretText;

/**
 * Where browsers reach the connect listener. Configured, never taken from a request.
 *
 * @param address origin of the connect listener as browsers see it: {@code https://connect.example.com}, without path; plain HTTP on loopback only
 */
public record PublicOrigin(URI address) {
  /** Checks that it is an origin. */
  public PublicOrigin {
    String host = address.getHost();
    boolean loopback = "127.0.0.1".equals(host) || "localhost".equals(host) || "[::1]".equals(host);
    if (host == null || address.getRawUserInfo() != null || !address.getRawPath().isEmpty() || address.getRawQuery() != null
        || address.getRawFragment() != null) {
      throw new IllegalArgumentException("the public URL of the connect listener is an origin: scheme, host and perhaps port");
    }
    if (!"https".equals(address.getScheme()) && !("http".equals(address.getScheme()) && loopback)) {
      throw new IllegalArgumentException("the public URL of the connect listener is https, or http on loopback");
    }
  }

  /** Whether browsers come over TLS. */
  public boolean secure() {
    return "https".equals(address.getScheme());
  }

  /** The address of a page that a secret in its fragment opens, which no server's log and no {@code Referer} sees. */
  public SecretText page(String path, SecretText fragment) {
    return SecretText.of(address + path + "#" + fragment.expose());
  }

  /** The origin as browsers write it in {@code Origin}. */
  @Override
  public String toString() {
    return address.toString();
  }
}
