package dev.authpipe.proxy.oauth;

import java.net.URI;

import dev.authpipe.proxy.secret.ProofAnswer;

/** Where to send a browser for its authorization, or why that cannot be said. */
public sealed interface AuthorizationOutcome extends ProofAnswer {
  @Override
  default boolean refusesProof() {
    return this instanceof Refused(String code, int _) && code.equals("invalid_client");
  }

  @Override
  default boolean takesProof() {
    return this instanceof Ready;
  }

  /**
   * The address to navigate to. It carries the state: for the one browser only, never for a log.
   *
   * @param address absolute
   */
  record Ready(URI address) implements AuthorizationOutcome {
    @Override
    public String toString() {
      return "Ready[***]";
    }
  }

  /** The provider refused the pushed request (RFC 9126 section 2.3), with a registered code. */
  record Refused(String code, int httpStatus) implements AuthorizationOutcome {}

  /** The provider could not be reached for the pushed request, or its answer is not usable. */
  record Unavailable(String reason) implements AuthorizationOutcome {}
}
