package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.HttpOffer;

/**
 * How a provider's API is called on behalf of a connection (S20, S21, S24, S27). Never lets a caller choose where a credential goes.
 *
 * @param base             scheme, host, port and base path; proxied paths are appended byte for byte
 * @param hosts            hosts an API base learned from an answer, or set on an integration, may have: exact names, or suffixes that begin
 *                         with a dot
 * @param injection        how the credential is put into the request
 * @param headers          fixed request headers, sent unless the caller sends its own
 * @param forwardedHeaders caller headers that are passed on though they normally are not, such as {@code cookie}; lower case
 * @param forbiddenPaths   path prefixes, after the origin, that are never reachable: the provider's OAuth endpoints on this host. A prefix
 *                         matches whole segments
 * @param paths            what a proxied path may contain beyond the plain
 * @param timeouts         deadlines
 * @param streams          what may stay open for long
 * @param limits           how many calls it takes, and when one is made again
 * @param http             the versions of HTTP that it is offered
 * @param verification     a cheap request that shows whether a credential is alive; null: none known
 */
public record ApiProfile(EndpointTemplate base, List<String> hosts, Injection injection, Map<String, String> headers,
    Set<String> forwardedHeaders, List<String> forbiddenPaths, PathAllowances paths, Timeouts timeouts, Streams streams,
    CallLimits limits, HttpOffer http, @Nullable Verification verification) {

  /** Copies the collections. */
  public ApiProfile {
    hosts = List.copyOf(hosts);
    headers = Map.copyOf(headers);
    forwardedHeaders = Set.copyOf(forwardedHeaders);
    forbiddenPaths = List.copyOf(forbiddenPaths);
  }

  /** Whether an API base may have this host. Compares in lower case; a suffix needs at least one character before its dot. */
  public boolean allowsHost(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return hosts.stream().anyMatch(allowed -> allowed.startsWith(".")
        ? lower.endsWith(allowed) && lower.length() > allowed.length()
        : lower.equals(allowed));
  }

  /** Whether a URI may be an API base: HTTPS (or a stand-in), an allowed host, no user information, query or fragment. */
  public boolean allowsBase(URI candidate) {
    return "https".equals(candidate.getScheme()) && candidate.getHost() != null && allowsHost(candidate.getHost())
        && candidate.getPort() == -1 && candidate.getRawUserInfo() == null && candidate.getRawQuery() == null
        && candidate.getRawFragment() == null;
  }

  /**
   * How the credential is put into a request.
   *
   * @param header name of the header
   * @param form   its value, in which {@code {credential}} stands for the access token or key; {@code basic} credentials ignore it
   */
  public record Injection(String header, String form) {
    /** What comes before the credential in the header's value. */
    public String before() {
      return form.substring(0, form.indexOf("{credential}"));
    }

    /** What comes after the credential in the header's value. */
    public String after() {
      return form.substring(form.indexOf("{credential}") + "{credential}".length());
    }
  }

  /**
   * What a proxied path may contain; without an allowance it is answered with 400.
   *
   * @param encodedSlash  {@code %2F} inside a segment
   * @param encodedDot    {@code %2E} inside a segment; dot segments are never allowed
   * @param emptySegments {@code //}
   */
  public record PathAllowances(boolean encodedSlash, boolean encodedDot, boolean emptySegments) {
    /** Nothing beyond the plain. */
    public static final PathAllowances NONE = new PathAllowances(false, false, false);
  }

  /**
   * Deadlines of one proxied call.
   *
   * @param connect   TCP and TLS
   * @param firstByte from the end of the request to the first byte of the answer
   * @param idle      longest silence in either direction
   * @param total     the whole exchange
   */
  public record Timeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {
    /** Connect 5 s, first byte 60 s, idle 60 s, total 300 s. */
    public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60),
        Duration.ofSeconds(300));
  }

  /**
   * What may stay open for long: answers of type {@code text/event-stream}, and WebSockets. These deadlines take the place of the usual ones.
   *
   * @param webSockets whether callers may ask for a WebSocket; otherwise their wish is not passed on
   * @param idle       longest silence in both directions
   * @param total      the whole exchange
   */
  public record Streams(boolean webSockets, Duration idle, Duration total) {
    /** No WebSockets, idle 5 min, total 1 h. */
    public static final Streams DEFAULT = new Streams(false, Duration.ofMinutes(5), Duration.ofHours(1));
  }

  /**
   * A cheap request that shows whether a credential is alive.
   *
   * @param method         {@code GET}, or {@code POST} without body
   * @param path           appended to the API base
   * @param statuses       what means alive
   * @param successPointer a value that must be {@code true}; null: the status decides
   */
  public record Verification(String method, String path, Set<Integer> statuses, @Nullable String successPointer) {
    /** Copies the set. */
    public Verification {
      statuses = Set.copyOf(statuses);
    }
  }
}
