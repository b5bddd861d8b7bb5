package dev.authpipe.control.dataplane.command;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Hidden;

import dev.authpipe.control.db.Notifications;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.LinkJson;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.control.http.LinkWait;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.wire.SignedCommands;

/** Hands a data plane its commands, and waits for some on a virtual thread. Never marks one as taken: its number is for the proxy to keep. */
@Hidden
@Controller(value = "/link/v1", port = "${authpipe.link.port}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class LinkCommandController {
  private final Commands commands;
  private final Notifications notifications;
  private final Ticker ticker;

  LinkCommandController(Commands commands, Notifications notifications, Ticker ticker) {
    this.commands = commands;
    this.notifications = notifications;
    this.ticker = ticker;
  }

  @Get("/commands")
  @Needs(Permission.LINK)
  HttpResponse<byte[]> read(HttpRequest<?> request, LinkPeer peer, @QueryValue(defaultValue = "0") String after,
      @QueryValue(defaultValue = "0") String wait) {
    KnownParameters.only(request, "after", "wait");
    long seen = LinkWait.number(after);
    LinkWait end = LinkWait.of(wait, ticker);
    while (true) {
      long round = notifications.round();
      SignedCommands found = commands.after(peer.dataPlane(), seen);
      Duration left = end.left();
      if (!found.commands().isEmpty() || left.isZero() || (!notifications.await(round, left) && notifications.isStopped())) {
        return LinkJson.answer(found);
      }
    }
  }
}
