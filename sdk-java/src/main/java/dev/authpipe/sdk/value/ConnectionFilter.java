package dev.authpipe.sdk.value;

import org.jspecify.annotations.Nullable;

/**
 * Which connections to list. It narrows only; it never reaches beyond the workspace and the integrations of the API key.
 *
 * @param integration only those of this integration; null for all
 * @param endUser     only those of this end user; null for all
 * @param status      only {@link ConnectionStatus#ACTIVE} or only {@link ConnectionStatus#DISCONNECTED}; null for all
 * @param rotationDue only those whose secret is to be replaced within 30 days or is overdue
 */
public record ConnectionFilter(
    @Nullable IntegrationName integration,
    @Nullable EndUserId endUser,
    @Nullable ConnectionStatus status,
    boolean rotationDue) {

  /**
   * Everything the key may see.
   *
   * @return a filter that narrows nothing
   */
  public static ConnectionFilter all() {
    return new ConnectionFilter(null, null, null, false);
  }

  /**
   * The connections of one end user.
   *
   * @param endUser whose
   * @return the filter
   */
  public static ConnectionFilter of(EndUserId endUser) {
    return new ConnectionFilter(null, endUser, null, false);
  }

  /**
   * The same, narrowed to one integration.
   *
   * @param only that integration
   * @return a new filter
   */
  public ConnectionFilter withIntegration(IntegrationName only) {
    return new ConnectionFilter(only, endUser, status, rotationDue);
  }

  /**
   * The same, narrowed to one status.
   *
   * @param only active or disconnected
   * @return a new filter
   */
  public ConnectionFilter withStatus(ConnectionStatus only) {
    return new ConnectionFilter(integration, endUser, only, rotationDue);
  }

  /**
   * The same, narrowed to those whose secret is to be replaced within 30 days or is overdue.
   *
   * @return a new filter
   */
  public ConnectionFilter withRotationDue() {
    return new ConnectionFilter(integration, endUser, status, true);
  }
}
