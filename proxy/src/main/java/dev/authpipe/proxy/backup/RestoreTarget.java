package dev.authpipe.proxy.backup;

import javax.sql.DataSource;

/** A database to restore to, as its owner. Must never be kept where nothing is restored: it leads to the owner role. */
public interface RestoreTarget {
  /** Connections as the owner of the database, past any pooler. */
  DataSource owner();

  /** The role by which proxies use it. */
  String applicationRole();

  /** The version of its newest migration; 0: it is empty. */
  int schema();

  /** The newest version that this program knows. */
  int newestSchema();

  /** Brings an empty database to a version. */
  void migrate(int version);
}
