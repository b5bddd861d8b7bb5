package dev.authpipe.proxy.caller;

import java.time.Duration;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;

/** Who is calling, or why that is not known. Never says more to a stranger than its code. */
public sealed interface CallerOutcome {
  /** The API key is good. */
  record Authenticated(Caller caller) implements CallerOutcome {}

  /** The API key is missing, not good, or not good from there; 401 or 403. */
  record Refused(ErrorCode code) implements CallerOutcome {}

  /** The API key is good but used up for now; 429. */
  record Limited(Duration retryAfter, ErrorCode code) implements CallerOutcome {}

  /** Nobody can tell right now; 503. */
  record Unavailable(ErrorCode code) implements CallerOutcome {}

  /** The caller, for those who answer in exceptions. */
  default Caller orProblem() {
    return switch (this) {
      case Authenticated(Caller caller) -> caller;
      case Refused(ErrorCode code) -> throw new ProblemException(code);
      case Limited(Duration retryAfter, ErrorCode code) -> throw new ProblemException(code, code.meaning(), retryAfter);
      case Unavailable(ErrorCode code) -> throw new ProblemException(code);
    };
  }
}
