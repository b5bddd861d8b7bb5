package dev.authpipe.proxy.db;

import java.util.Map;

/** The vault store. Never joined with another store. */
public class VaultDatabase extends Database {
  /** A store without cells. */
  public VaultDatabase(StoreSettings settings) {
    this(settings, Map.of());
  }

  /**
   * A store with cells.
   *
   * @param cells by name
   */
  public VaultDatabase(StoreSettings first, Map<String, StoreSettings> cells) {
    this(first, cells, true);
  }

  private VaultDatabase(StoreSettings first, Map<String, StoreSettings> cells, boolean routed) {
    super(first, cells, "vault", routed);
  }

  /** One database alone, whatever it says of where workspaces are: to look at a copy that is not in use. */
  public static VaultDatabase unrouted(StoreSettings settings) {
    return new VaultDatabase(settings, Map.of(), false);
  }
}
