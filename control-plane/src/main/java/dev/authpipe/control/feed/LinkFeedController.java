package dev.authpipe.control.feed;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Hidden;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Notifications;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.control.http.LinkWait;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;

/** Serves the feed, and waits for another one on a virtual thread, without a connection to the store. Never serves one to another proxy. */
@Hidden
@Controller(value = "/link/v1", port = "${authpipe.link.port}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class LinkFeedController {
  /** What a proxy says that reads {@code branding}. */
  private static final String FULL = "2";

  private final Feeds feeds;
  private final Notifications notifications;
  private final Ticker ticker;

  LinkFeedController(Feeds feeds, Notifications notifications, Ticker ticker) {
    this.feeds = feeds;
    this.notifications = notifications;
    this.ticker = ticker;
  }

  @Get("/feed")
  @Needs(Permission.LINK)
  HttpResponse<byte[]> read(HttpRequest<?> request, LinkPeer peer, @QueryValue(defaultValue = "0") String after,
      @QueryValue(defaultValue = "0") String wait) {
    KnownParameters.only(request, "after", "wait");
    long seen = LinkWait.number(after);
    LinkWait end = LinkWait.of(wait, ticker);
    boolean branded = FULL.equals(request.getHeaders().get("Authpipe-Feed"));
    String known = request.getHeaders().get("If-None-Match");
    while (true) {
      long round = notifications.round();
      PublishedFeed feed = feeds.of(peer, seen);
      if (!isKnown(feed, branded, known, seen)) {
        return HttpResponse.ok(feed.document(branded)).contentType(MediaType.APPLICATION_JSON_TYPE)
            .header("ETag", feed.entityTag(branded));
      }
      Duration left = end.left();
      if (left.isZero() || (!notifications.await(round, left) && notifications.isStopped())) {
        return HttpResponse.<byte[]>notModified().header("ETag", feed.entityTag(branded));
      }
    }
  }

  /** A proxy that has just learnt to read more may have seen this version without it. */
  private static boolean isKnown(PublishedFeed feed, boolean branded, @Nullable String known, long seen) {
    return known == null ? !branded && feed.version() <= seen : known.equals(feed.entityTag(branded));
  }
}
