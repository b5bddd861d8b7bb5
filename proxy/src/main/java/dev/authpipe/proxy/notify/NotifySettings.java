package dev.authpipe.proxy.notify;

import java.time.Duration;

/**
 * The limits of telling the application.
 *
 * @param look          how often a replica looks for what is due
 * @param deadline      longest wait for an endpoint's answer, name look-up included
 * @param tryFor        how long one try keeps others off: longer than the deadline
 * @param retryLeast    upper bound of the first pause between two tries; doubled for each further one
 * @param retryMost     upper bound of any pause
 * @param giveUpAfter   an event is dead at this age
 * @param keepDelivered how long it is known what was delivered
 * @param keepDead      how long what is dead can be replayed
 * @param overlap       how long the former signing secret signs along
 * @param atOnce        most events on their way at a time from one replica
 * @param atOnceEach    most of those to one endpoint
 * @param mostEach      most events that wait for one endpoint, and most dead ones of it
 */
public record NotifySettings(Duration look, Duration deadline, Duration tryFor, Duration retryLeast, Duration retryMost,
    Duration giveUpAfter, Duration keepDelivered, Duration keepDead, Duration overlap, int atOnce, int atOnceEach, int mostEach) {
  /** Checks the limits. */
  public NotifySettings {
    if (!look.isPositive() || !retryLeast.isPositive() || retryLeast.compareTo(retryMost) > 0
        || tryFor.compareTo(deadline) <= 0) {
      throw new IllegalArgumentException("the least pause is positive and at most the most; a try is longer than its deadline");
    }
    if (atOnceEach < 1 || atOnce < atOnceEach || mostEach < 1) {
      throw new IllegalArgumentException("at least one event is on its way, and as many as to one endpoint");
    }
  }

  /** The same with another pause between two looks, for tests. */
  public NotifySettings looking(Duration every) {
    return new NotifySettings(every, deadline, tryFor, retryLeast, retryMost, giveUpAfter, keepDelivered, keepDead, overlap,
        atOnce,
        atOnceEach, mostEach);
  }

  /** What is right unless an operator knows better. */
  public static NotifySettings usual() {
    return new NotifySettings(Duration.ofSeconds(1), Duration.ofSeconds(15), Duration.ofSeconds(60), Duration.ofSeconds(10),
        Duration.ofHours(6), Duration.ofDays(3), Duration.ofDays(3), Duration.ofDays(30), Duration.ofHours(24), 64, 4, 10_000);
  }
}
