package dev.authpipe.control.http;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Ends a request with a problem (RFC 9457). The detail goes to the caller: it must never hold a secret, a name or the message of
 * another exception. Carries no stack trace, for it is an answer and not a fault.
 */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ErrorCode code;
  private final @Nullable Duration retryAfter;

  /** A problem whose title says enough. */
  public ProblemException(ErrorCode code) {
    this(code, code.meaning(), null);
  }

  /** @param detail a sentence about this occurrence that helps the caller */
  public ProblemException(ErrorCode code, String detail) {
    this(code, detail, null);
  }

  /** @param retryAfter when to come again, told in {@code Retry-After}, whole seconds rounded up */
  public ProblemException(ErrorCode code, String detail, @Nullable Duration retryAfter) {
    super(detail, null, false, false);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** The stable code. */
  public ErrorCode code() {
    return code;
  }

  /** The sentence for the caller. */
  public String detail() {
    String message = getMessage();
    return message == null ? code.meaning() : message;
  }

  /** When to come again, if that is known. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
