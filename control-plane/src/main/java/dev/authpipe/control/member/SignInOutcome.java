package dev.authpipe.control.member;

import dev.authpipe.control.secret.SecretText;

/** What became of a sign-in whose first factor was right. */
sealed interface SignInOutcome {

  /** A session began; the secret is for its cookie. */
  record SignedIn(SecretText secret) implements SignInOutcome {}

  /** The second factor is awaited; the secret is for the cookie of that step. */
  record SecondStepAwaited(SecretText secret) implements SignInOutcome {}
}
