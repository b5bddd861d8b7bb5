package dev.authpipe.sdk.config;

import java.util.List;

/**
 * The client keys of an integration.
 *
 * @param keys the oldest first
 * @param path where on the connect listener the provider reads them, as a JSON Web Key Set (RFC 7517)
 */
public record ClientKeys(List<ClientKey> keys, String path) {

  /** Copies. */
  public ClientKeys {
    keys = List.copyOf(keys);
  }
}
