package dev.authpipe.proxy.link;

import java.time.Duration;

/**
 * How often the proxy speaks with the control plane: never more often, whatever the other side says. All together under 120 requests a minute.
 *
 * @param hold      how long the other side may hold a poll
 * @param deadline  of a whole exchange
 * @param poll      pause between polls of the feed, and of commands
 * @param reports   pause between batches of reports
 * @param checkpoints pause between batches of checkpoints
 * @param heartbeat pause between heartbeats
 * @param look      how often a replica looks whether what is in force was changed elsewhere
 * @param least     shortest pause after a failure
 * @param most      longest pause after a failure
 */
public record LinkTimes(Duration hold, Duration deadline, Duration poll, Duration reports, Duration checkpoints,
    Duration heartbeat, Duration look, Duration least, Duration most) {
  /** The times of docs/link-format.md. */
  public static LinkTimes usual() {
    return new LinkTimes(Duration.ofSeconds(30), Duration.ofSeconds(35), Duration.ofSeconds(2), Duration.ofMillis(1_200),
        Duration.ofSeconds(12), Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(60));
  }

  /** Full jitter between the least and twice as much for each failure in a row, at most the most. */
  Duration afterFailure(int failures, double fraction) {
    long ceiling = Math.min(most.toMillis(), least.toMillis() << Math.min(failures, 10));
    return Duration.ofMillis(least.toMillis() + (long) (fraction * (ceiling - least.toMillis())));
  }
}
