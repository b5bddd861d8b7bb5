package dev.authpipe.proxy.db;

/**
 * What one room keeps of a workspace in one store, for the end of the workspace. Each table with tenant data is of exactly one of these, but
 * the audit log, reports on their way and the record of the deletion itself. Must never touch another workspace's rows.
 */
public interface TenantRows {
  /** Which store: {@code vault} or {@code client_secrets}. */
  String store();

  /** Rows that others refer to come later: a higher number. */
  int rank();

  /** Deletes every row of the transaction's workspace; answers how many, without those that went with others. */
  int erase(Tx tx);
}
