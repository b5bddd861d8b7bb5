package dev.authpipe.sdk.value;

import java.util.Map;
import java.util.Objects;

/**
 * A connection to be made from a secret that the application has, without the connect flow. Prints its secret masked.
 *
 * @param integration through which
 * @param endUser     whose it will be
 * @param credential  the secret
 * @param params      values of provider parameters that are not set on the integration
 * @param metadata    what the application notes about it
 */
public record NewConnection(IntegrationName integration, EndUser endUser, NewCredential credential, Map<String, String> params,
    Map<String, String> metadata) {

  /** Checks that nothing is missing, and copies. */
  public NewConnection {
    Objects.requireNonNull(integration, "integration");
    Objects.requireNonNull(endUser, "endUser");
    Objects.requireNonNull(credential, "credential");
    params = Map.copyOf(params);
    metadata = Map.copyOf(metadata);
  }

  /**
   * One without parameters and metadata.
   *
   * @param integration through which
   * @param endUser     whose it will be
   * @param credential  the secret
   * @return the connection to be made
   */
  public static NewConnection of(IntegrationName integration, EndUser endUser, NewCredential credential) {
    return new NewConnection(integration, endUser, credential, Map.of(), Map.of());
  }

  /**
   * The same with provider parameters.
   *
   * @param values by the names of the provider's profile
   * @return a new one
   */
  public NewConnection withParams(Map<String, String> values) {
    return new NewConnection(integration, endUser, credential, values, metadata);
  }

  /**
   * The same with metadata.
   *
   * @param values at most 50, keys of 1 to 64 and values of at most 512 characters
   * @return a new one
   */
  public NewConnection withMetadata(Map<String, String> values) {
    return new NewConnection(integration, endUser, credential, params, values);
  }
}
