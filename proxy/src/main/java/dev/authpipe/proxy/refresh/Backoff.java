package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.util.Optional;

/** The pause after a failure. Pure. */
final class Backoff {
  private static final int MOST_DOUBLINGS = 30;

  private Backoff() {}

  /**
   * Full jitter between the least pause and a cap that doubles with each failure; a provider's {@code Retry-After} counts when it is longer,
   * up to its own limit.
   *
   * @param failures the failures so far, this one included: at least 1
   * @param fraction uniformly random in [0, 1)
   */
  static Duration after(int failures, double fraction, Optional<Duration> retryAfter, RefreshSettings settings) {
    long least = settings.backoffLeast().toMillis();
    long cap = Math.min(settings.backoffMost().toMillis(), least << Math.min(failures, MOST_DOUBLINGS));
    Duration own = Duration.ofMillis(least + (long) (fraction * Math.max(0, cap - least)));
    Duration asked = retryAfter.filter(Duration::isPositive).orElse(Duration.ZERO);
    Duration bounded = asked.compareTo(settings.retryAfterMost()) > 0 ? settings.retryAfterMost() : asked;
    return bounded.compareTo(own) > 0 ? bounded : own;
  }
}
