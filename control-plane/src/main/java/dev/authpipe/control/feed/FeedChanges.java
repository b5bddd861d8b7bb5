package dev.authpipe.control.feed;

import jakarta.inject.Singleton;

import dev.authpipe.control.db.Notifications;
import dev.authpipe.control.db.Tx;

/** Hears from rooms that what proxies are told about a workspace changed. Never asks what. */
@Singleton
public final class FeedChanges {
  /** Counts a change of the transaction's workspace, and wakes the proxies that wait for one when the transaction commits. */
  public void changed(Tx tx) {
    FeedChangeStore.count(tx);
    Notifications.announce(tx);
  }
}
