package dev.authpipe.proxy.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * Writes problems as {@code application/problem+json} (RFC 9457) for controllers and hot routes alike, so that there is one shape. The
 * detail must never hold a secret, provider text or an exception's message.
 */
public final class Problems {
  /** The media type of every error. */
  public static final String MEDIA_TYPE = "application/problem+json";
  private static final MediaType TYPE = MediaType.of(MEDIA_TYPE);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Problems() {}

  /** The body of a problem. */
  public static byte[] body(ErrorCode code, String detail, String requestId) {
    return body(code, detail, requestId, List.of());
  }

  /** As {@link #body(ErrorCode, String, String)}, with the rows that are wrong in {@code errors}, where there are any. */
  static byte[] body(ErrorCode code, String detail, String requestId, List<RowFault> faults) {
    ByteArrayOutputStream json = new ByteArrayOutputStream(320);
    field(json, '{', "type", code.type());
    field(json, ',', "title", code.title());
    raw(json, ",\"status\":" + code.status());
    field(json, ',', "detail", detail);
    field(json, ',', "code", code.code());
    field(json, ',', "request_id", requestId);
    char before = '[';
    for (RowFault fault : faults) {
      raw(json, before == '[' ? ",\"errors\":[" : ",");
      field(json, '{', "pointer", fault.pointer());
      field(json, ',', "code", fault.code().code());
      field(json, ',', "detail", fault.detail());
      json.write('}');
      before = ',';
    }
    raw(json, faults.isEmpty() ? "}" : "]}");
    return json.toByteArray();
  }

  /** The answer of a controller. */
  public static MutableHttpResponse<byte[]> response(ErrorCode code, String detail, @Nullable Duration retryAfter,
      String requestId) {
    MutableHttpResponse<byte[]> response = HttpResponse.status(code.status(), code.title());
    response.contentType(TYPE).body(body(code, detail, requestId));
    if (retryAfter != null) {
      response.header("Retry-After", retryAfterSeconds(retryAfter));
    }
    if (code.status() == 401) {
      response.header("WWW-Authenticate", "Bearer"); // RFC 6750 section 3
    }
    return response;
  }

  /** Whole seconds, rounded up, at least one: {@code Retry-After} (RFC 9110 section 10.2.3). */
  public static String retryAfterSeconds(Duration wait) {
    return Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()));
  }

  /** The answer to a problem. */
  static MutableHttpResponse<byte[]> response(ProblemException problem, String requestId) {
    return response(problem.code(), problem.detail(), problem.retryAfter(), requestId)
        .body(body(problem.code(), problem.detail(), requestId, problem.faults()));
  }

  private static void field(ByteArrayOutputStream json, char before, String name, String value) {
    json.write(before);
    json.write('"');
    raw(json, name);
    raw(json, "\":\"");
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      if (b == '"' || b == '\\') {
        json.write('\\');
        json.write(b);
      } else if (b >= 0 && b < 0x20) {
        raw(json, "\\u00");
        json.write(HEX[b >> 4]);
        json.write(HEX[b & 15]);
      } else {
        json.write(b);
      }
    }
    json.write('"');
  }

  private static void raw(ByteArrayOutputStream json, String ascii) {
    json.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
