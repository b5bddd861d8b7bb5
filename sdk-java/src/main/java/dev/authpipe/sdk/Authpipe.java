package dev.authpipe.sdk;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
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

  private final ConnectSessions connectSessions;
  private final Connections connections;
  private final ProviderCalls providerCalls;
  private final EndUsers endUsers;

  private Authpipe(Builder builder) {
    Transport transport = builder.transport == null ? JdkTransport.create(builder.connectTimeout) : builder.transport;
    Exchange exchange = new Exchange(
        builder.proxy, builder.apiKey, transport, builder.retries, builder.timeout, builder.pause);
    this.connectSessions = new ConnectSessions(exchange, builder.random);
    this.connections = new Connections(exchange);
    this.providerCalls = new ProviderCalls(exchange);
    this.endUsers = new EndUsers(exchange);
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
    return new Builder(proxy, apiKey);
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
   * Reading, refreshing and ending connections.
   *
   * @return the calls
   */
  public Connections connections() {
    return connections;
  }

  /**
   * Calling a provider's API through the proxy.
   *
   * @return the calls
   */
  public ProviderCalls providerCalls() {
    return providerCalls;
  }

  /**
   * Erasing people.
   *
   * @return the calls
   */
  public EndUsers endUsers() {
    return endUsers;
  }

  /** Collects the settings of an {@link Authpipe}. Not for use by several threads at once. */
  public static final class Builder {
    private final URI proxy;
    private final ApiKey apiKey;
    private final SecureRandom random = new SecureRandom();
    private Duration timeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private RetryPolicy retries = RetryPolicy.upTo(3, Duration.ofSeconds(5), random);
    private Exchange.Pause pause = Authpipe::sleep;
    private @Nullable Transport transport;

    private Builder(URI proxy, ApiKey apiKey) {
      this.proxy = withoutTrailingSlash(Objects.requireNonNull(proxy, "proxy"));
      this.apiKey = Objects.requireNonNull(apiKey, "apiKey");
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
