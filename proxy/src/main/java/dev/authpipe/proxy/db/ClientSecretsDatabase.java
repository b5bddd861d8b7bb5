package dev.authpipe.proxy.db;

/** The store of integration secrets, under its own role. Never joined with another store. */
public final class ClientSecretsDatabase extends Database {
  public ClientSecretsDatabase(StoreSettings settings) {
    super(settings, "client_secrets");
  }
}
