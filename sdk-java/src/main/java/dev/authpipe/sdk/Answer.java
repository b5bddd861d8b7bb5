package dev.authpipe.sdk;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.error.UnexpectedAnswerException;
import dev.authpipe.sdk.transport.TransportResponse;

/** A whole answer of the proxy in memory, at most {@link Limits#ANSWER_BYTES}. */
final class Answer {

  private static final long MOST_RETRY_AFTER_SECONDS = Duration.ofDays(1).toSeconds();

  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;

  private Answer(int status, HttpHeaders headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  static Answer read(TransportResponse response) {
    try (response) {
      byte[] body = response.body().readNBytes(Limits.ANSWER_BYTES + 1);
      Answer answer = new Answer(response.status(), response.headers(), body);
      if (body.length > Limits.ANSWER_BYTES) {
        throw new UnexpectedAnswerException(
            answer.problem("the answer is longer than " + Limits.ANSWER_BYTES + " bytes"), null);
      }
      return answer;
    } catch (IOException e) {
      throw Exchange.noAnswer("the proxy's answer broke off", e);
    }
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  JsonObject json() {
    try {
      return Json.read(body);
    } catch (IOException e) {
      // The parser's message may quote the answer, which may hold a secret: it goes nowhere.
      throw new UnexpectedAnswerException(problem("the answer is not the JSON of the contract"), null);
    }
  }

  /** The refusal that this answer is; an answer without problem+json still ends in the right place by its status. */
  Problem problem() {
    String type = headers.firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    if (type.startsWith("application/problem+json")) {
      try {
        JsonObject json = Json.read(body);
        String detail = json.optionalText("detail");
        String requestId = json.optionalText("request_id");
        return new Problem(
            status,
            json.convert("code", ErrorCode::new),
            detail == null ? "" : detail,
            requestId == null ? requestId() : requestId,
            retryAfter(),
            rows(json));
      } catch (IOException | UnexpectedAnswerException e) {
        return problem("the refusal is not in the shape of the contract");
      }
    }
    String header = headers.firstValue(Headers.ERROR).orElse("");
    return header.isBlank()
        ? problem("the refusal is not in the shape of the contract")
        : new Problem(status, new ErrorCode(header), "", requestId(), retryAfter());
  }

  private static List<Problem.Row> rows(JsonObject json) {
    return json.has("errors")
        ? json.objects("errors").stream()
            .map(row -> new Problem.Row(row.text("pointer"), row.convert("code", ErrorCode::new), row.text("detail")))
            .toList()
        : List.of();
  }

  Problem problem(String detail) {
    return new Problem(status, ErrorCode.UNEXPECTED_ANSWER, detail, requestId(), retryAfter());
  }

  private @Nullable String requestId() {
    return headers.firstValue(Headers.REQUEST_ID).orElse(null);
  }

  /** The proxy sends seconds (RFC 9110, section 10.2.3); a date would need a clock in step with the proxy's. */
  private @Nullable Duration retryAfter() {
    String text = headers.firstValue("Retry-After").orElse("").trim();
    boolean seconds = !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return seconds ? Duration.ofSeconds(Math.min(Long.parseLong(text), MOST_RETRY_AFTER_SECONDS)) : null;
  }
}
