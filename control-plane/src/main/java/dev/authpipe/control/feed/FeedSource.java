package dev.authpipe.control.feed;

import dev.authpipe.control.db.Tx;

/**
 * A room whose part of a workspace's configuration proxies are told. Must never add a secret, an endpoint or an address of a proxy; the feed has no
 * member for one. Whoever changes what it adds raises the version of the workspace's configuration in the same transaction.
 */
@FunctionalInterface
public interface FeedSource {
  /**
   * Adds what this room has.
   *
   * @param tx bound to the workspace
   */
  void add(Tx tx, FeedDraft draft);
}
