package dev.authpipe.sdk.value;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a connect session shall offer. It names no end user: that comes from the login session alone
 * ({@code SignedInUser}), so that a request parameter can never decide whose connection is made.
 */
public final class ConnectRequest {

  private final URI returnUrl;
  private final List<IntegrationName> integrations;
  private final List<String> scopes;
  private final Map<String, String> params;
  private final @Nullable ConnectionId reconnect;
  private final boolean accountMayChange;

  private ConnectRequest(Builder builder) {
    this.returnUrl = builder.returnUrl;
    this.integrations = List.copyOf(builder.integrations);
    this.scopes = List.copyOf(builder.scopes);
    this.params = Map.copyOf(builder.params);
    this.reconnect = builder.reconnect;
    this.accountMayChange = builder.accountMayChange;
    if (integrations.isEmpty()) {
      throw new IllegalArgumentException("a connect session offers at least one integration");
    }
  }

  /**
   * A request that comes back to this address.
   *
   * @param returnUrl a page of the application's own origin, exactly as it stands in the integration's allowlist
   * @return a builder
   */
  public static Builder returningTo(URI returnUrl) {
    return new Builder(returnUrl);
  }

  /**
   * Where the browser comes back to.
   *
   * @return the address
   */
  public URI returnUrl() {
    return returnUrl;
  }

  /**
   * What the end user may choose from.
   *
   * @return at least one integration
   */
  public List<IntegrationName> integrations() {
    return integrations;
  }

  /**
   * Scopes to ask for instead of the integration's own.
   *
   * @return the scopes; empty for the integration's own
   */
  public List<String> scopes() {
    return scopes;
  }

  /**
   * Provider parameters that the application already knows.
   *
   * @return name to value
   */
  public Map<String, String> params() {
    return params;
  }

  /**
   * The connection to renew.
   *
   * @return its id; null when a new one is made
   */
  public @Nullable ConnectionId reconnect() {
    return reconnect;
  }

  /**
   * Whether a reconnect may come back with another provider account.
   *
   * @return false unless the application said so
   */
  public boolean accountMayChange() {
    return accountMayChange;
  }

  /** Collects a {@link ConnectRequest}. Not for use by several threads at once. */
  public static final class Builder {
    private final URI returnUrl;
    private final List<IntegrationName> integrations = new ArrayList<>();
    private final List<String> scopes = new ArrayList<>();
    private final Map<String, String> params = new LinkedHashMap<>();
    private @Nullable ConnectionId reconnect;
    private boolean accountMayChange;

    private Builder(URI returnUrl) {
      this.returnUrl = Objects.requireNonNull(returnUrl, "returnUrl");
      if (!returnUrl.isAbsolute() || returnUrl.getRawFragment() != null || returnUrl.getRawUserInfo() != null) {
        throw new IllegalArgumentException("a return URL is absolute, without fragment or user information");
      }
    }

    /**
     * Offers one more integration.
     *
     * @param name slug or id
     * @return this builder
     */
    public Builder integration(String name) {
      integrations.add(new IntegrationName(name));
      return this;
    }

    /**
     * Asks for one more scope, instead of the integration's own.
     *
     * @param scope one scope
     * @return this builder
     */
    public Builder scope(String scope) {
      scopes.add(scope);
      return this;
    }

    /**
     * Sets a provider parameter, for instance the site name of a Zendesk account.
     *
     * @param name as the provider's profile names it
     * @param value checked by the proxy against the profile's pattern
     * @return this builder
     */
    public Builder param(String name, String value) {
      params.put(name, value);
      return this;
    }

    /**
     * Renews this connection instead of making a new one; the provider account must be the same. With {@link #scope} it asks for more than
     * the connection has: what it was granted is asked for too.
     *
     * @param connection which one
     * @return this builder
     */
    public Builder reconnect(ConnectionId connection) {
      reconnect = connection;
      return this;
    }

    /**
     * Lets a reconnect come back with another provider account, which is refused otherwise.
     *
     * @return this builder
     */
    public Builder allowAccountChange() {
      accountMayChange = true;
      return this;
    }

    /**
     * The finished request.
     *
     * @return the request
     * @throws IllegalArgumentException when no integration was named
     */
    public ConnectRequest build() {
      return new ConnectRequest(this);
    }
  }
}
