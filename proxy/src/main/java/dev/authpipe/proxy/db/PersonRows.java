package dev.authpipe.proxy.db;

import java.util.UUID;

/** What one room keeps of a person in the vault beside their connections, for their erasure. Must never touch another person's rows. */
public interface PersonRows {
  /**
   * Deletes it; answers how many rows.
   *
   * @param endUser the person's random id
   */
  int erase(Tx tx, UUID endUser);
}
