package dev.authpipe.proxy.egress;

import java.net.URI;
import java.util.Locale;

/**
 * Scheme, host and port of a provider (RFC 6454). Never holds userinfo or a path.
 *
 * @param secure whether TLS is spoken
 * @param host   lower case, an IPv6 literal without brackets
 * @param port   1 to 65535
 */
public record Origin(boolean secure, String host, int port) {

  /**
   * The origin of an address.
   *
   * @throws IllegalArgumentException if it is not http or https with a host, or has userinfo
   */
  public static Origin of(URI uri) {
    String scheme = uri.getScheme();
    String host = uri.getHost();
    boolean secure = "https".equalsIgnoreCase(scheme);
    if (host == null || uri.getRawUserInfo() != null || (!secure && !"http".equalsIgnoreCase(scheme))) {
      throw new IllegalArgumentException("not an http origin");
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new Origin(secure, bare.toLowerCase(Locale.ROOT), uri.getPort() >= 0 ? uri.getPort() : (secure ? 443 : 80));
  }

  /** The value of the Host header: the port only when it is not the scheme's. */
  public String authority() {
    String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (secure ? 443 : 80) ? bracketed : bracketed + ":" + port;
  }
}
