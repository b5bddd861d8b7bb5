package dev.authpipe.sdk.error;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What an answer said about a refusal (RFC 9457). It holds no secret and no text of a provider: the proxy sends none.
 *
 * @param status HTTP status; 0 when there was no answer
 * @param code who must do what, in one stable word
 * @param detail one sentence for a developer
 * @param requestId the proxy's id of this request, for its log and its operators; null when the answer had none
 * @param retryAfter how long to wait before asking again; null when the answer did not say
 * @param rows with {@link ErrorCode#BATCH_REFUSED}, which rows are wrong, 100 at most; empty otherwise
 */
public record Problem(
    int status,
    ErrorCode code,
    String detail,
    @Nullable String requestId,
    @Nullable Duration retryAfter,
    List<Row> rows) implements Serializable {

  /** Checks that nothing required is missing, and copies. */
  public Problem {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(detail, "detail");
    rows = List.copyOf(rows);
  }

  /**
   * A problem without rows.
   *
   * @param status HTTP status; 0 when there was no answer
   * @param code who must do what, in one stable word
   * @param detail one sentence for a developer
   * @param requestId the proxy's id of this request; null when the answer had none
   * @param retryAfter how long to wait before asking again; null when the answer did not say
   */
  public Problem(int status, ErrorCode code, String detail, @Nullable String requestId, @Nullable Duration retryAfter) {
    this(status, code, detail, requestId, retryAfter, List.of());
  }

  /**
   * One wrong row of a batch.
   *
   * @param pointer where in the request's body (RFC 6901), for instance {@code /connections/17}
   * @param code as a request of this row alone would meet it
   * @param detail one sentence for a developer, without a value of the row
   */
  public record Row(String pointer, ErrorCode code, String detail) implements Serializable {}

  String message() {
    return (status == 0 ? "" : status + " ")
        + code
        + (detail.isEmpty() ? "" : ": " + detail)
        + (requestId == null ? "" : " (request " + requestId + ")");
  }
}
