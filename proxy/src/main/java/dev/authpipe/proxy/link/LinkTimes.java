package dev.authpipe.proxy.link;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How often the proxy speaks with the control plane: never more often, whatever the other side says. As they usually are, all together under
 * 120 requests a minute. Immutable.
 */
public final class LinkTimes {
  private static final int MOST_DOUBLINGS = 10;
  private static final int IDLE_SHARE = 9;

  private final Map<LinkTime, Duration> changed;

  private LinkTimes(Map<LinkTime, Duration> changed) {
    this.changed = changed;
  }

  /** The times of docs/link-format.md. */
  public static LinkTimes usual() {
    return new LinkTimes(Map.of());
  }

  /** These times with another one. */
  public LinkTimes with(LinkTime which, Duration time) {
    Map<LinkTime, Duration> more = new EnumMap<>(LinkTime.class);
    more.putAll(changed);
    more.put(which, time);
    return new LinkTimes(more);
  }

  Duration of(LinkTime which) {
    return changed.getOrDefault(which, which.usual());
  }

  /** The usual pause, or nine times as long as the work took, so that big answers cannot take a core; at most the longest rest. */
  Duration afterWork(Duration pause, Duration work) {
    Duration rest = work.multipliedBy(IDLE_SHARE);
    Duration most = of(LinkTime.MOST_REST);
    Duration bounded = rest.compareTo(most) > 0 ? most : rest;
    return bounded.compareTo(pause) > 0 ? bounded : pause;
  }

  /** Full jitter between the least and twice as much for each failure in a row, at most the most. */
  Duration afterFailure(int failures, double fraction) {
    long least = of(LinkTime.LEAST_PAUSE).toMillis();
    long ceiling = Math.min(of(LinkTime.MOST_PAUSE).toMillis(), least << Math.min(failures, MOST_DOUBLINGS));
    return Duration.ofMillis(least + (long) (fraction * (ceiling - least)));
  }
}
