package dev.authpipe.control.feed;

import static dev.authpipe.db.control.Tables.FEED_CHANGE;

import dev.authpipe.control.db.Tx;

/** SQL of the counts of changes; a trigger counts those of the workspace itself. Never lowers one. */
final class FeedChangeStore {
  private FeedChangeStore() {}

  static void count(Tx tx) {
    tx.dsl().insertInto(FEED_CHANGE).set(FEED_CHANGE.WORKSPACE_ID, tx.workspace().value()).set(FEED_CHANGE.CHANGES, 1L)
        .onConflict(FEED_CHANGE.WORKSPACE_ID).doUpdate().set(FEED_CHANGE.CHANGES, FEED_CHANGE.CHANGES.plus(1)).execute();
  }
}
