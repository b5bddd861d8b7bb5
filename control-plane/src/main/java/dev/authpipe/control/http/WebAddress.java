package dev.authpipe.control.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Rules for addresses that a body names. Judges what is written and never resolves a name: whoever connects to one looks again at where it
 * leads.
 */
public final class WebAddress {
  private static final int LONGEST = 2048;
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.0\\.0\\.1|\\[::1]");
  private static final Pattern NAME = Pattern.compile("([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]([a-z0-9-]*[a-z0-9])?");
  private static final Pattern INSIDE = Pattern.compile(
      "(.*\\.)?(local|localhost|internal|intranet|lan|home|corp|private|test|invalid|example|home\\.arpa|onion)");

  private WebAddress() {}

  /**
   * An exact address that a browser is sent to: https, or http on loopback; the same rule as at the proxy.
   *
   * @param field what the problem calls it
   * @throws ProblemException {@code invalid_request}
   */
  public static String returnUrl(String field, String text) {
    URI uri = parsed(text);
    boolean https = uri != null && "https".equals(uri.getScheme());
    boolean loopback = uri != null && "http".equals(uri.getScheme()) && LOOPBACK.matcher(uri.getHost()).matches();
    if (!https && !loopback) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, field
          + " is an exact https:// address (http:// on loopback) in normal form, without wildcard, user name or fragment.");
    }
    return text;
  }

  /**
   * A public https address: a name of the public internet, or a public address.
   *
   * @throws ProblemException {@code invalid_request}
   */
  public static String publicHttps(String field, String text) {
    URI uri = parsed(text);
    if (uri == null || !"https".equals(uri.getScheme()) || !isPublic(uri.getHost())) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          field + " is an https:// address on the public internet, without user name, wildcard or fragment.");
    }
    return text;
  }

  /**
   * An https origin: scheme, host and maybe a port, nothing behind it; http on loopback.
   *
   * @throws ProblemException {@code invalid_request}
   */
  public static String origin(String field, String text) {
    String path = URI.create(returnUrl(field, text)).getRawPath();
    if (!path.isEmpty() || text.indexOf('?') >= 0) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, field + " is an origin such as https://connect.example.com.");
    }
    return text;
  }

  private static @org.jspecify.annotations.Nullable URI parsed(String text) {
    try {
      URI uri = new URI(text);
      boolean plain = text.length() <= LONGEST && uri.getHost() != null && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null
          && text.indexOf('*') < 0 && text.chars().allMatch(c -> c > 0x20 && c < 0x7f) && uri.equals(uri.normalize())
          && uri.getHost().equals(uri.getHost().toLowerCase(Locale.ROOT)) && uri.getPort() != 0 && uri.getPort() < 65_536;
      return plain && uri.toString().equals(text) ? uri : null;
    } catch (URISyntaxException broken) {
      return null;
    }
  }

  private static boolean isPublic(String host) {
    if (NAME.matcher(host).matches()) {
      return !INSIDE.matcher(host).matches();
    }
    try {
      InetAddress address = InetAddress.ofLiteral(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
      byte[] bytes = address.getAddress();
      boolean special = bytes.length == 4
          ? bytes[0] == 0 || (bytes[0] == 100 && (bytes[1] & 0xc0) == 64) || (bytes[0] & 0xff) >= 240
          : (bytes[0] & 0xe0) != 0x20;
      return !special && !address.isLoopbackAddress() && !address.isSiteLocalAddress() && !address.isLinkLocalAddress()
          && !address.isAnyLocalAddress() && !address.isMulticastAddress();
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }
}
