package dev.authpipe.sdk;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.transport.JdkTransport;
import dev.authpipe.sdk.transport.RetryPolicy;
import dev.authpipe.sdk.transport.Transport;
import dev.authpipe.sdk.value.ApiKey;

/**
 * The client of one workspace at one proxy. Make one and share it: it is safe for use by many threads and blocks the calling
 * one. It belongs on a server, never where an end user could read the API key.
 *
 * <pre>{@code
 * Authpipe authpipe = Authpipe.at(URI.create("https://authpipe.internal:8400"), apiKey).build();
 * ConnectSession session = authpipe.connectSessions().start(signedInUser, request);
 * }</pre>
 *
 * <p>Every call may throw a {@link dev.authpipe.sdk.error.AuthpipeException}, whose subtype says who must act.
 */
public final class Authpipe {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Exchange exchange;
  private final ConnectSessions connectSessions;
  private final AccessTokens accessTokens;

  private Authpipe(Builder builder) {
    Transport transport = builder.transport == null ? JdkTransport.create(builder.connectTimeout) : builder.transport;
    Replicas replicas = new Replicas(builder.replicas, builder.random.nextInt(builder.replicas.size()));
    this.exchange = new Exchange(replicas, builder.apiKey, transport, builder.retries, builder.timeout, builder.pause);
    this.connectSessions = new ConnectSessions(exchange, builder.random);
    this.accessTokens = new AccessTokens(connections(), builder.caching, builder.clock, builder.random);
  }

  /**
   * A client for a proxy's API listener.
   *
   * @param proxy its address, {@code https}, or {@code http} on loopback
   * @param apiKey the workspace's key
   * @return a builder
   * @throws IllegalArgumentException when the address would send the API key in the clear
   */
  public static Builder at(URI proxy, ApiKey apiKey) {
    return at(List.of(proxy), apiKey);
  }

  /**
   * A client for several replicas of one proxy that no load balancer stands before. Calls go to one of them until it does not answer, then to
   * the next: at once when nothing was sent, and otherwise only what is safe to send twice.
   *
   * @param replicas the addresses of their API listeners, each {@code https}, or {@code http} on loopback
   * @param apiKey the workspace's key
   * @return a builder
   * @throws IllegalArgumentException when there is none, or one would send the API key in the clear
   */
  public static Builder at(List<URI> replicas, ApiKey apiKey) {
    return new Builder(replicas, apiKey);
  }

  /**
   * Starting and finishing connect sessions.
   *
   * @return the calls
   */
  public ConnectSessions connectSessions() {
    return connectSessions;
  }

  /**
   * Listing, reading, importing, refreshing and ending connections.
   *
   * @return the calls
   */
  public Connections connections() {
    return new Connections(exchange);
  }

  /**
   * Access tokens, kept in memory for a short while.
   *
   * @return the one cache of this client
   */
  public AccessTokens accessTokens() {
    return accessTokens;
  }

  /**
   * Calling a provider's API through the proxy.
   *
   * @return the calls
   */
  public ProviderCalls providerCalls() {
    return new ProviderCalls(exchange);
  }

  /**
   * Erasing and exporting people.
   *
   * @return the calls
   */
  public EndUsers endUsers() {
    return new EndUsers(exchange);
  }

  /**
   * Integrations, their client secrets and client keys.
   *
   * @return the calls
   */
  public Integrations integrations() {
    return new Integrations(exchange);
  }

  /**
   * The catalog of providers.
   *
   * @return the calls
   */
  public Providers providers() {
    return new Providers(exchange);
  }

  /**
   * The audit log.
   *
   * @return the calls
   */
  public Audit audit() {
    return new Audit(exchange);
  }

  /**
   * Ending or renewing every connection at once.
   *
   * @return the calls
   */
  public Incidents incidents() {
    return new Incidents(exchange);
  }

  /**
   * What became of events to webhook endpoints.
   *
   * @return the calls
   */
  public WebhookDeliveries webhookDeliveries() {
    return new WebhookDeliveries(exchange);
  }

  /** Collects the settings of an {@link Authpipe}. Not for use by several threads at once. */
  public static final class Builder {
    private final List<URI> replicas;
    private final ApiKey apiKey;
    private final SecureRandom random = new SecureRandom();
    private Duration timeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private RetryPolicy retries = RetryPolicy.upTo(3, Duration.ofSeconds(5), random);
    private Exchange.Pause pause = Authpipe::sleep;
    private AccessTokenCaching caching = AccessTokenCaching.usual();
    private InstantSource clock = InstantSource.system();
    private @Nullable Transport transport;

    private Builder(List<URI> replicas, ApiKey apiKey) {
      this.apiKey = Objects.requireNonNull(apiKey, "apiKey");
      this.replicas = replicas.stream().map(Builder::checked).toList();
      if (replicas.isEmpty()) {
        throw new IllegalArgumentException("the address of the proxy is missing");
      }
    }

    private static URI checked(URI proxy) {
      String host = proxy.getHost() == null ? "" : proxy.getHost().toLowerCase(Locale.ROOT);
      boolean safe = "https".equals(proxy.getScheme()) || ("http".equals(proxy.getScheme()) && LOOPBACK.contains(host));
      boolean plain = !host.isEmpty()
          && proxy.getRawUserInfo() == null
          && proxy.getRawQuery() == null
          && proxy.getRawFragment() == null;
      if (!safe || !plain) {
        throw new IllegalArgumentException(
            "the proxy's address must be https, or http on loopback, without user information, query or fragment");
      }
      return withoutTrailingSlash(proxy);
    }

    private static URI withoutTrailingSlash(URI address) {
      String text = address.toString();
      return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : address;
    }

    /**
     * Longest time of one attempt of an API call, its answer's body included; 30 seconds unless set. Provider calls have
     * their own limits.
     *
     * @param limit more than zero
     * @return this builder
     */
    public Builder timeout(Duration limit) {
      timeout = Limits.positive(limit);
      return this;
    }

    /**
     * Longest wait for a connection to the proxy; 5 seconds unless set. A transport of the application's own decides for
     * itself.
     *
     * @param limit more than zero
     * @return this builder
     */
    public Builder connectTimeout(Duration limit) {
      connectTimeout = Limits.positive(limit);
      return this;
    }

    /**
     * What to send again; three attempts with waits of at most 5 seconds unless set.
     *
     * @param policy the rule
     * @return this builder
     */
    public Builder retries(RetryPolicy policy) {
      retries = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * How bytes reach the proxy; the JDK's client unless set.
     *
     * @param own the application's transport
     * @return this builder
     */
    public Builder transport(Transport own) {
      transport = Objects.requireNonNull(own, "own");
      return this;
    }

    /**
     * How long {@link AccessTokens} keeps what it has read; {@link AccessTokenCaching#usual()} unless set.
     *
     * @param rule the rule
     * @return this builder
     */
    public Builder accessTokenCaching(AccessTokenCaching rule) {
      caching = Objects.requireNonNull(rule, "rule");
      return this;
    }

    /**
     * By which clock access tokens grow old; the system's unless set.
     *
     * @param source the clock
     * @return this builder
     */
    public Builder clock(InstantSource source) {
      clock = Objects.requireNonNull(source, "source");
      return this;
    }

    Builder pause(Exchange.Pause own) {
      pause = own;
      return this;
    }

    /**
     * The finished client.
     *
     * @return the client
     */
    public Authpipe build() {
      return new Authpipe(this);
    }
  }

  private static void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration.toMillis());
  }
}
