package dev.authpipe.proxy.http;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Ends a request with a problem (RFC 9457). The detail goes to the caller: it must never hold a secret, provider text or the message of
 * another exception. Carries no stack trace, for it is an answer and not a fault.
 */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ErrorCode code;
  private final @Nullable Duration retryAfter;
  @SuppressWarnings("serial") // never serialised
  private final List<RowFault> faults;

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
    this(code, detail, retryAfter, List.of());
  }

  private ProblemException(ErrorCode code, String detail, @Nullable Duration retryAfter, List<RowFault> faults) {
    super(detail, null, false, false);
    this.code = code;
    this.retryAfter = retryAfter;
    this.faults = List.copyOf(faults);
  }

  /** A request of many rows of which some are wrong. */
  public static ProblemException ofRows(String detail, List<RowFault> faults) {
    return new ProblemException(ErrorCode.BATCH_REFUSED, detail, null, faults);
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

  /** The rows that are wrong; empty where the request is not one of rows. */
  public List<RowFault> faults() {
    return faults;
  }

  /** When to come again, if that is known. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
