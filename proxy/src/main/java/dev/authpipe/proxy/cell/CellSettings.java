package dev.authpipe.proxy.cell;

import java.util.Map;

import javax.sql.DataSource;

import dev.authpipe.proxy.db.StoreSettings;

/** The databases of both stores. Must never be kept where nothing is moved: it leads to the owner roles. */
public final class CellSettings {
  private final Databases vault;
  private final Databases clientSecrets;

  /**
   * Both stores, each with the same places; the first database has the empty name.
   *
   * @param vaultOwners  databases of the vault as their owner role, past any pooler
   * @param vault        the same as the application role
   * @param secretOwners databases of the client secrets as their owner role
   * @param secrets      the same as the application role
   */
  public CellSettings(Map<String, DataSource> vaultOwners, Map<String, StoreSettings> vault, Map<String, DataSource> secretOwners,
      Map<String, StoreSettings> secrets) {
    this.vault = new Databases(vaultOwners, vault);
    this.clientSecrets = new Databases(secretOwners, secrets);
  }

  Databases vault() {
    return vault;
  }

  Databases clientSecrets() {
    return clientSecrets;
  }
}
