package dev.authpipe.proxy.connection;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.refresh.FreshOutcome;

/** Turns an end without a credential into a problem. Adds nothing of the provider's. */
final class Failures {
  private Failures() {}

  static ProblemException problem(FreshOutcome.Failure failure) {
    ErrorCode code = ErrorCode.of(failure.code()).orElse(ErrorCode.INTERNAL_ERROR);
    return new ProblemException(code, code.meaning(), failure.retryIn().orElse(null));
  }
}
