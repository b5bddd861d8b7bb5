package dev.authpipe.proxy.db;

import java.util.Map;

/** The store of integration secrets, under its own role. Never joined with another store. */
public final class ClientSecretsDatabase extends Database {
  /** A store without cells. */
  public ClientSecretsDatabase(StoreSettings settings) {
    this(settings, Map.of());
  }

  /**
   * A store with cells.
   *
   * @param cells by name
   */
  public ClientSecretsDatabase(StoreSettings first, Map<String, StoreSettings> cells) {
    this(first, cells, true);
  }

  private ClientSecretsDatabase(StoreSettings first, Map<String, StoreSettings> cells, boolean routed) {
    super(first, cells, "client_secrets", routed);
  }

  /** One database alone, whatever it says of where workspaces are: to look at a copy that is not in use. */
  public static ClientSecretsDatabase unrouted(StoreSettings settings) {
    return new ClientSecretsDatabase(settings, Map.of(), false);
  }
}
