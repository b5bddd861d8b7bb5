package dev.authpipe.proxy.oauth;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.authpipe.proxy.secret.ProofAnswer;

/**
 * What a trip to a token endpoint came to, in the classes that decide what happens next. Never carries a provider's own error text: codes
 * are registered OAuth codes (RFC 6749 section 5.2 and successors); any other counts as {@code invalid_request} (S63).
 */
public sealed interface TokenOutcome extends ProofAnswer {
  /**
   * Only {@code invalid_client}: authentication comes before the grant (RFC 6749 section 3.2.1), so that none was used. {@code
   * unauthorized_client} is about a client that was known.
   */
  @Override
  default boolean refusesProof() {
    return this instanceof Misconfigured(String code, int _) && code.equals("invalid_client");
  }

  @Override
  default boolean takesProof() {
    return this instanceof Granted;
  }

  /** A valid answer. The receiver closes the grant. */
  record Granted(TokenGrant grant) implements TokenOutcome {}

  /** The provider refused this grant for good ({@code invalid_grant}) or this request ({@code invalid_scope} and the like). */
  record Refused(String code, int httpStatus) implements TokenOutcome {}

  /** The provider refused the integration's client registration: {@code invalid_client}, {@code unauthorized_client}. */
  record Misconfigured(String code, int httpStatus) implements TokenOutcome {}

  /** The provider asks to come back: 408, 425, 429, 5xx, {@code temporarily_unavailable}, {@code slow_down}. */
  record Transient(String code, int httpStatus, Optional<Duration> retryAfter) implements TokenOutcome {}

  /** Nothing reached the provider: the request may be repeated freely. The reason is one of ours, not the provider's. */
  record NotSent(String reason) implements TokenOutcome {}

  /** Bytes left and no answer came: the grant may have been used. */
  record Unknown(String reason) implements TokenOutcome {}

  /**
   * An answer that cannot be accepted. Tokens that could be read from it were issued and are owed a revocation; the receiver closes them.
   * An answer with a key twice may hold more than one.
   */
  record Malformed(String reason, int httpStatus, List<TokenGrant> received) implements TokenOutcome {}
}
