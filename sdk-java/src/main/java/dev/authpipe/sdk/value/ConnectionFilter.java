package dev.authpipe.sdk.value;

import org.jspecify.annotations.Nullable;

/**
 * Which connections to list. It narrows only; it never reaches beyond the workspace and the integrations of the API key.
 *
 * @param integration only those of this integration; null for all
 * @param endUser only those of this end user; null for all
 * @param status only those in this status; null for all
 */
public record ConnectionFilter(
    @Nullable IntegrationName integration,
    @Nullable EndUserId endUser,
    @Nullable ConnectionStatus status) {

  /**
   * Everything the key may see.
   *
   * @return a filter that narrows nothing
   */
  public static ConnectionFilter all() {
    return new ConnectionFilter(null, null, null);
  }

  /**
   * The connections of one end user.
   *
   * @param endUser whose
   * @return the filter
   */
  public static ConnectionFilter of(EndUserId endUser) {
    return new ConnectionFilter(null, endUser, null);
  }

  /**
   * The same, narrowed to one integration.
   *
   * @param only that integration
   * @return a new filter
   */
  public ConnectionFilter withIntegration(IntegrationName only) {
    return new ConnectionFilter(only, endUser, status);
  }

  /**
   * The same, narrowed to one status.
   *
   * @param only that status
   * @return a new filter
   */
  public ConnectionFilter withStatus(ConnectionStatus only) {
    return new ConnectionFilter(integration, endUser, only);
  }
}
