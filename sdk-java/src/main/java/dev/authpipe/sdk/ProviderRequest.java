package dev.authpipe.sdk;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.authpipe.sdk.transport.RequestBody;
import dev.authpipe.sdk.value.EndUserId;

/**
 * A call to a provider's API, without its credential: that is added by the proxy, which is why this refuses an
 * {@code Authorization} header.
 */
public final class ProviderRequest {

  private static final Duration DEFAULT_RESPONSE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration DEFAULT_TOTAL_TIMEOUT = Duration.ofMinutes(5);
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final Set<String> NOT_THE_CALLERS = Set.of(
      "authorization", "connection", "content-length", "expect", "forwarded", "host", "te", "trailer",
      "transfer-encoding", "upgrade");

  private final String method;
  private final String pathAndQuery;
  private final EndUserId endUser;
  private final Map<String, List<String>> headers;
  private final RequestBody body;
  private final Duration responseTimeout;
  private final Duration totalTimeout;

  private ProviderRequest(Builder builder) {
    this.method = builder.method;
    this.pathAndQuery = builder.query.appendTo(builder.path);
    this.endUser = builder.endUser;
    this.headers = Map.copyOf(builder.headers);
    this.body = builder.body;
    this.responseTimeout = builder.responseTimeout;
    this.totalTimeout = builder.totalTimeout;
  }

  /**
   * A GET.
   *
   * @param endUser whose connection it must be; the proxy answers 404 when it is somebody else's
   * @param pathAndQuery path below the provider's API address, with a query if need be; sent byte for byte, so already
   *     percent-encoded; starts with {@code /}
   * @return a builder
   */
  public static Builder get(EndUserId endUser, String pathAndQuery) {
    return of("GET", endUser, pathAndQuery);
  }

  /**
   * A POST.
   *
   * @param endUser whose connection it must be; the proxy answers 404 when it is somebody else's
   * @param pathAndQuery as for {@link #get}
   * @param body what to send
   * @return a builder
   */
  public static Builder post(EndUserId endUser, String pathAndQuery, RequestBody body) {
    return of("POST", endUser, pathAndQuery).body(body);
  }

  /**
   * Any method the proxy forwards.
   *
   * @param method GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
   * @param endUser whose connection it must be; the proxy answers 404 when it is somebody else's
   * @param pathAndQuery as for {@link #get}
   * @return a builder
   */
  public static Builder of(String method, EndUserId endUser, String pathAndQuery) {
    return new Builder(method, endUser, pathAndQuery);
  }

  /** Whether a caller may set a header, by its name in lower case. */
  static boolean isTheCallers(String lower) {
    return !NOT_THE_CALLERS.contains(lower) && !lower.startsWith("authpipe-") && !lower.startsWith("proxy-");
  }

  /** A header must carry the end user's id unchanged: the query belongs to the provider. */
  static EndUserId nameable(EndUserId endUser) {
    if (!Headers.carries(endUser.value())) {
      throw new IllegalArgumentException(
          "a proxied call names the end user in a header, which carries visible ASCII characters only");
    }
    return endUser;
  }

  static boolean isProviderPath(String path) {
    return path.startsWith("/") && path.indexOf('#') < 0 && Builder.isUri(path);
  }

  String method() {
    return method;
  }

  String pathAndQuery() {
    return pathAndQuery;
  }

  EndUserId endUser() {
    return endUser;
  }

  HttpHeaders headersWith(Map<String, String> own) {
    Map<String, List<String>> all = new LinkedHashMap<>(headers);
    own.forEach((name, value) -> all.put(name, List.of(value)));
    return HttpHeaders.of(all, (name, value) -> true);
  }

  RequestBody body() {
    return body;
  }

  Duration responseTimeout() {
    return responseTimeout;
  }

  Duration totalTimeout() {
    return totalTimeout;
  }

  @Override
  public String toString() {
    int query = pathAndQuery.indexOf('?');
    return method + " " + (query < 0 ? pathAndQuery : pathAndQuery.substring(0, query));
  }

  /** Collects a {@link ProviderRequest}. Not for use by several threads at once. */
  public static final class Builder {
    private final String method;
    private final String path;
    private final Query query = new Query();
    private final EndUserId endUser;
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private RequestBody body = RequestBody.none();
    private Duration responseTimeout = DEFAULT_RESPONSE_TIMEOUT;
    private Duration totalTimeout = DEFAULT_TOTAL_TIMEOUT;

    private Builder(String method, EndUserId endUser, String pathAndQuery) {
      this.method = Objects.requireNonNull(method, "method");
      this.endUser = nameable(endUser);
      this.path = Objects.requireNonNull(pathAndQuery, "pathAndQuery");
      if (!METHODS.contains(method)) {
        throw new IllegalArgumentException("the proxy does not forward this method");
      }
      if (!isProviderPath(path)) {
        throw new IllegalArgumentException("the path must start with / and be percent-encoded, without a fragment");
      }
    }

    private static boolean isUri(String pathAndQuery) {
      try {
        URI.create("https://provider.invalid" + pathAndQuery);
        return true;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }

    /**
     * Adds a query parameter, percent-encoded here.
     *
     * @param name as the provider names it
     * @param value any text
     * @return this builder
     */
    public Builder query(String name, String value) {
      query.add(name, value);
      return this;
    }

    /**
     * Adds a header for the provider.
     *
     * @param name any but those that the proxy or HTTP itself decides
     * @param value its value
     * @return this builder
     * @throws IllegalArgumentException for {@code Authorization}, {@code Host}, {@code Authpipe-*} and framing headers
     */
    public Builder header(String name, String value) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!isTheCallers(lower)) {
        throw new IllegalArgumentException("the header " + lower + " is not the caller's to set");
      }
      if (value.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f)) {
        throw new IllegalArgumentException("a header value has no control characters");
      }
      headers.merge(lower, List.of(value), Builder::joined);
      return this;
    }

    private static List<String> joined(List<String> before, List<String> added) {
      List<String> all = new ArrayList<>(before);
      all.addAll(added);
      return List.copyOf(all);
    }

    /**
     * What to send.
     *
     * @param content streamed as fast as the provider takes it
     * @return this builder
     */
    public Builder body(RequestBody content) {
      body = Objects.requireNonNull(content, "content");
      return this;
    }

    /**
     * Longest wait for the provider's headers; a minute unless set.
     *
     * @param limit more than zero
     * @return this builder
     */
    public Builder responseTimeout(Duration limit) {
      responseTimeout = Limits.positive(limit);
      return this;
    }

    /**
     * Longest time until the last byte of the answer; five minutes unless set.
     *
     * @param limit more than zero
     * @return this builder
     */
    public Builder totalTimeout(Duration limit) {
      totalTimeout = Limits.positive(limit);
      return this;
    }

    /**
     * The finished request.
     *
     * @return the request
     */
    public ProviderRequest build() {
      return new ProviderRequest(this);
    }
  }
}
