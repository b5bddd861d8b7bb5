package dev.authpipe.proxy.oauth;

import java.time.Duration;
import java.util.Optional;

import dev.authpipe.proxy.secret.ProofAnswer;

/** What asking a provider to revoke came to. Never carries a provider's own error text. */
public sealed interface RevocationOutcome extends ProofAnswer {
  /** Also by the status alone: some revocation endpoints answer without a code, and revoking twice does no harm. */
  @Override
  default boolean refusesProof() {
    return this instanceof Refused(String code, int httpStatus) && (code.equals("invalid_client") || httpStatus == 401);
  }

  @Override
  default boolean takesProof() {
    return this instanceof Confirmed;
  }

  /** The provider confirmed, or says that it never knew the token or knows it no more. */
  record Confirmed(int httpStatus) implements RevocationOutcome {}

  /** The provider offers no revocation: nothing was sent. */
  record NotSupported() implements RevocationOutcome {}

  /** The provider refused in a way that a repetition does not change until somebody acts. */
  record Refused(String code, int httpStatus) implements RevocationOutcome {}

  /** Not reached, no answer, or asked to come back: repeat later; revoking twice does no harm. Status 0: there was no answer. */
  record Retry(String reason, int httpStatus, Optional<Duration> retryAfter) implements RevocationOutcome {}
}
