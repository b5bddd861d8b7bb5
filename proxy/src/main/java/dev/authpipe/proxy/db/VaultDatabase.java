package dev.authpipe.proxy.db;

/** The vault store. Never joined with another store. */
public final class VaultDatabase extends Database {
  public VaultDatabase(StoreSettings settings) {
    super(settings, "vault");
  }
}
