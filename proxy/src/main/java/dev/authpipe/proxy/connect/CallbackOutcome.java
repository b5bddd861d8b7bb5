package dev.authpipe.proxy.connect;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ErrorCode;

/** What became of an authorization answer. */
sealed interface CallbackOutcome {
  /** The code is sealed; the browser returns to the application. */
  record Authorized(URI returnAddress) implements CallbackOutcome {
    @Override
    public String toString() {
      return "Authorized[***]";
    }
  }

  /**
   * The answer was refused.
   *
   * @param giveUp where the browser may go back to the application; null when nobody knows whose it is
   * @param again  whether the session allows another attempt
   */
  record Refused(ErrorCode code, @Nullable URI giveUp, boolean again) implements CallbackOutcome {}
}
