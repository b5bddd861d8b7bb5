package dev.authpipe.testkit.link;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;

/** The document that a scripted control plane offers. Thread-safe. */
final class OfferedFeed {
  private final String dataPlane;
  private final InstantSource clock;
  private String document = "";
  private long version;
  private long asked;

  OfferedFeed(String dataPlane, InstantSource clock) {
    this.dataPlane = dataPlane;
    this.clock = clock;
  }

  /** Offers a document above every version that was offered or asked after; the workspaces are JSON. */
  synchronized long offer(String workspaces) {
    return offer(Math.max(version, asked) + 1, workspaces);
  }

  synchronized long offer(long which, String workspaces) {
    version = which;
    document = document(which, workspaces);
    return which;
  }

  synchronized long version() {
    return version;
  }

  /** A document as the link has it. */
  String document(long which, String workspaces) {
    return "{\"v\":1,\"data_plane\":\"" + dataPlane + "\",\"version\":" + which + ",\"issued_at\":\""
        + CommandQueue.time(clock.instant().truncatedTo(ChronoUnit.MILLIS)) + "\",\"workspaces\":" + workspaces + "}";
  }

  /** Remembers what the other side has seen: as after a restore, versions go on above it. */
  synchronized void askedAfter(long seen) {
    asked = Math.max(asked, seen);
  }

  /** What the link answers to a poll. */
  synchronized Answer answer(Exchange exchange) {
    String tag = "\"" + version + "\"";
    if (document.isEmpty() || exchange.request().header("If-None-Match").filter(tag::equals).isPresent()) {
      return Answer.of(304);
    }
    return Answer.json(200, document).with("ETag", tag);
  }
}
