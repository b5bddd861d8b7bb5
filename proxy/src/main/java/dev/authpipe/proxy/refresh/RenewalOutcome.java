package dev.authpipe.proxy.refresh;

import java.time.Duration;

/** What one try to renew a credential ended in, as the rooms of this package tell each other. */
sealed interface RenewalOutcome {
  /** The credential has a newer generation: read it. */
  record Moved(long generation) implements RenewalOutcome {}

  /** Another process holds the lease. */
  record Busy() implements RenewalOutcome {}

  /** Worth another try at once, for this reason. */
  record Again(RefreshCause cause) implements RenewalOutcome {}

  /** The API's invalid-token answer stands: a refresh for it was made lately. */
  record NotDue() implements RenewalOutcome {}

  /** There is nothing to renew it with. */
  record Unrenewable() implements RenewalOutcome {}

  /** It did not work; the pause says when another try makes sense. */
  record Failed(FreshOutcome.Failure failure, Duration pause) implements RenewalOutcome {
    Failed(FreshOutcome.Failure failure) {
      this(failure, Duration.ofSeconds(1));
    }
  }
}
