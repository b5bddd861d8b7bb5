package dev.authpipe.sdk.error;

import java.io.Serializable;
import java.time.Duration;
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
 */
public record Problem(
    int status,
    ErrorCode code,
    String detail,
    @Nullable String requestId,
    @Nullable Duration retryAfter) implements Serializable {

  /** Checks that nothing required is missing. */
  public Problem {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(detail, "detail");
  }

  String message() {
    return (status == 0 ? "" : status + " ")
        + code
        + (detail.isEmpty() ? "" : ": " + detail)
        + (requestId == null ? "" : " (request " + requestId + ")");
  }
}
