package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An absolute HTTPS address of a provider in which {@code {name}} stands for a provider parameter or {@code {client_id}}. A value can never
 * change the structure of the address: what resolves is parsed again and compared (S21). Values must have matched their pattern before.
 */
public final class EndpointTemplate {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z][a-z0-9_]{0,39})\\}");
  private static final Pattern HOST_VALUE = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

  private final String text;
  private final Map<URI, URI> standIns;

  private EndpointTemplate(String text, Map<URI, URI> standIns) {
    this.text = text;
    this.standIns = standIns;
  }

  /**
   * Checks and keeps a template.
   *
   * @throws IllegalArgumentException if it is not HTTPS, has user information, a port, a fragment, or placeholders elsewhere than in host
   *           and path
   */
  public static EndpointTemplate of(String text) {
    return of(text, Map.of());
  }

  /** As {@link #of(String)}, with local origins in place of provider origins: for tests and the demo only. */
  static EndpointTemplate of(String text, Map<URI, URI> standIns) {
    URI plain = parse(PLACEHOLDER.matcher(text).replaceAll("x"));
    if (!"https".equals(plain.getScheme())) {
      throw new IllegalArgumentException("an endpoint begins with https://");
    }
    if (plain.getHost() == null || plain.getRawUserInfo() != null || plain.getPort() != -1 || plain.getRawFragment() != null) {
      throw new IllegalArgumentException("an endpoint has a host and no user information, port or fragment");
    }
    if (plain.getRawQuery() != null && PLACEHOLDER.matcher(text.substring(text.indexOf('?'))).find()) {
      throw new IllegalArgumentException("placeholders stand in the host or the path");
    }
    if (!plain.getHost().equals(plain.getHost().toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("the host is written in lower case");
    }
    return new EndpointTemplate(text, Map.copyOf(standIns));
  }

  /** Names of the placeholders in the host. */
  public Set<String> hostPlaceholders() {
    return placeholders(host());
  }

  /** Names of the placeholders in the path. */
  public Set<String> pathPlaceholders() {
    return placeholders(text.substring("https://".length() + host().length()));
  }

  /** The host as written, with placeholders. */
  public String host() {
    String rest = text.substring("https://".length());
    int end = 0;
    while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
      end++;
    }
    return rest.substring(0, end);
  }

  /**
   * The address for these values.
   *
   * @throws IllegalArgumentException if a value is missing or would change the structure of the address
   */
  public URI resolve(Map<String, String> values) {
    String host = fill(host(), values, true);
    String rest = fill(text.substring("https://".length() + host().length()), values, false);
    URI resolved = parse("https://" + host + rest);
    if (!host.equals(resolved.getRawAuthority()) || !host.equals(resolved.getHost())) {
      throw new IllegalArgumentException("a parameter does not fit its place in the address");
    }
    URI origin = parse("https://" + host);
    URI local = standIns.get(origin);
    return local == null ? resolved : parse(local + rest);
  }

  /** Scheme, host and port of an address, as an origin without a trailing slash (RFC 6454). */
  public static String originOf(URI address) {
    int port = address.getPort();
    boolean usual = port == -1 || (port == 443 && "https".equals(address.getScheme()));
    return address.getScheme() + "://" + address.getHost().toLowerCase(Locale.ROOT) + (usual ? "" : ":" + port);
  }

  private static String fill(String part, Map<String, String> values, boolean inHost) {
    return PLACEHOLDER.matcher(part).replaceAll(found -> {
      String value = values.get(found.group(1));
      if (value == null) {
        throw new IllegalArgumentException("parameter " + found.group(1) + " is missing");
      }
      if (inHost) {
        if (!HOST_VALUE.matcher(value).matches() || value.contains("..")) {
          throw new IllegalArgumentException("parameter " + found.group(1) + " does not fit a host");
        }
        return Matcher.quoteReplacement(value.toLowerCase(Locale.ROOT));
      }
      if (value.isEmpty() || ".".equals(value) || "..".equals(value)) {
        throw new IllegalArgumentException("parameter " + found.group(1) + " does not fit a path");
      }
      return Matcher.quoteReplacement(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
    });
  }

  private static Set<String> placeholders(String part) {
    Set<String> names = new LinkedHashSet<>();
    PLACEHOLDER.matcher(part).results().forEach(found -> names.add(found.group(1)));
    return names;
  }

  private static URI parse(String address) {
    try {
      return new URI(address);
    } catch (URISyntaxException wrong) {
      throw new IllegalArgumentException("not an address: " + wrong.getReason(), wrong);
    }
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof EndpointTemplate that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The template as written. */
  @Override
  public String toString() {
    return text;
  }
}
