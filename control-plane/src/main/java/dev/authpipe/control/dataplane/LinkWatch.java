package dev.authpipe.control.dataplane;

import java.time.Duration;

import io.micronaut.context.annotation.Bean;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Notifications;
import dev.authpipe.control.db.StoreUnavailableException;
import dev.authpipe.control.http.LinkIdentity;
import dev.authpipe.control.http.LinkListener;

/** Ends the connections of identities that are no data plane's any more, within 5 s of the change. Never ends others. */
@Singleton
@Bean(preDestroy = "close")
public final class LinkWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final Database database;
  private final Notifications notifications;
  private final LinkListener listener;
  private volatile boolean stopped;

  LinkWatch(Database database, Notifications notifications, LinkListener listener) {
    this.database = database;
    this.notifications = notifications;
    this.listener = listener;
  }

  /** Begins, on a virtual thread; returns at once. */
  public void start() {
    Thread.ofVirtual().name("link-watch").start(() -> {
      while (!stopped) {
        long round = notifications.round();
        look();
        boolean woken = notifications.await(round, LONGEST);
        stopped |= !woken && notifications.isStopped();
      }
    });
  }

  private void look() {
    try {
      for (LinkIdentity identity : listener.known()) {
        if (database.lookUp(dsl -> DataPlaneStore.owner(dsl, identity)).isEmpty()) {
          listener.end(identity);
        }
      }
    } catch (StoreUnavailableException away) {
      LOG.debug("who is revoked could not be looked up: the store is not available");
    }
  }

  @Override
  public void close() {
    stopped = true;
  }
}
