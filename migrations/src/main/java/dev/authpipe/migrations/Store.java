package dev.authpipe.migrations;

/**
 * One of the three stores of a deployment. A store never shares a database, a role or a key with another.
 */
public enum Store {
  /** Connections, sealed credentials, keysets, audit: owned by the proxy. */
  VAULT("vault", true),
  /** OAuth client secrets: owned by the proxy under another role and another KEK. */
  CLIENT_SECRETS("client_secrets", false),
  /** The control plane's metadata. */
  CONTROL("control", true);

  private final String name;
  private final boolean lookups;

  Store(String name, boolean lookups) {
    this.name = name;
    this.lookups = lookups;
  }

  /** The database's name in development, and the prefix of its roles. */
  public String databaseName() {
    return name;
  }

  /** The role that owns the schema and runs migrations; it has no tenant's rows in sight. */
  public String ownerRole() {
    return name + "_owner";
  }

  /** The role the running program uses: no DDL, no BYPASSRLS, INSERT and SELECT only on audit events. */
  public String applicationRole() {
    return name + "_app";
  }

  /** The role without login that owns the look-up functions which start without a workspace (S34). */
  public String lookupRole() {
    return name + "_lookup";
  }

  /** The role that reads every row of the store for backups, and writes none. */
  public String backupRole() {
    return name + "_backup";
  }

  /** Whether the proxy makes backups of the store. */
  public boolean hasBackups() {
    return this != CONTROL;
  }

  /** Whether the store has look-up functions. */
  public boolean hasLookups() {
    return lookups;
  }

  String location() {
    return "classpath:db/" + name;
  }
}
