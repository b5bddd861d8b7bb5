package dev.authpipe.proxy.link;

import java.time.Duration;

/** The times of the link, each with what it is by docs/link-format.md. */
public enum LinkTime {
  /** How long the other side may hold a poll. */
  HOLD(Duration.ofSeconds(30)),
  /** Of a whole exchange. */
  DEADLINE(Duration.ofSeconds(35)),
  /** Pause between polls of the feed, and of commands. */
  POLL(Duration.ofSeconds(2)),
  /** Pause between batches of reports. */
  REPORTS(Duration.ofMillis(1_200)),
  /** Pause between batches of checkpoints. */
  CHECKPOINTS(Duration.ofSeconds(12)),
  /** Pause between heartbeats. */
  HEARTBEAT(Duration.ofSeconds(15)),
  /** How often a replica looks whether what is in force was changed elsewhere. */
  LOOK(Duration.ofSeconds(1)),
  /** How often a replica goes on with deletions. */
  STEPS(Duration.ofSeconds(5)),
  /** Longest rest after work that took long. */
  MOST_REST(Duration.ofMinutes(10)),
  /** Shortest pause after a failure. */
  LEAST_PAUSE(Duration.ofSeconds(1)),
  /** Longest pause after a failure. */
  MOST_PAUSE(Duration.ofSeconds(60)),
  /** How long a stop waits for what is under way before it breaks it off. */
  STOP(Duration.ofSeconds(5));

  private final Duration usual;

  LinkTime(Duration usual) {
    this.usual = usual;
  }

  Duration usual() {
    return usual;
  }
}
