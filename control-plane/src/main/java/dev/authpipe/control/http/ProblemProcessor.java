package dev.authpipe.control.http;

import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.micronaut.context.annotation.Primary;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Gives the server's own errors (unknown route, wrong method, unreadable body, missing parameter) the shape of all others. Never repeats
 * the server's or the parser's words, which may quote the request.
 */
@Singleton
@Primary
final class ProblemProcessor implements ErrorResponseProcessor<byte[]> {

  @Override
  public MutableHttpResponse<byte[]> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
    String requestId = RequestIds.of(context.getRequest());
    Throwable cause = context.getRootCause().orElse(null);
    Optional<UnrecognizedPropertyException> unknown = find(cause, UnrecognizedPropertyException.class);
    ErrorCode code = unknown.map(found -> code(found.getPropertyName())).orElseGet(() -> code(response.code(), cause));
    String detail = code == ErrorCode.UNKNOWN_FIELD
        ? "Unknown field " + printable(unknown.map(UnrecognizedPropertyException::getPropertyName).orElse(null)) + "."
        : code.meaning();
    return response.contentType(Problems.MEDIA_TYPE).body(Problems.body(code, detail, requestId)).status(code.status());
  }

  private static ErrorCode code(String unknownField) {
    return LikeSecrets.isName(unknownField) ? ErrorCode.SECRET_REFUSED : ErrorCode.UNKNOWN_FIELD;
  }

  private static ErrorCode code(int status, @Nullable Throwable cause) {
    if (status == 400 && find(cause, JsonProcessingException.class).isPresent()) {
      return ErrorCode.INVALID_JSON;
    }
    return switch (status) {
      case 401 -> ErrorCode.UNAUTHENTICATED;
      case 403 -> ErrorCode.ROLE_MISSING;
      case 404 -> ErrorCode.NOT_FOUND;
      case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
      case 406 -> ErrorCode.NOT_ACCEPTABLE;
      case 408 -> ErrorCode.REQUEST_TIMEOUT;
      case 413 -> ErrorCode.BODY_TOO_LARGE;
      case 414 -> ErrorCode.URI_TOO_LONG;
      case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
      case 422 -> ErrorCode.UNPROCESSABLE;
      case 429 -> ErrorCode.RATE_LIMITED;
      case 431 -> ErrorCode.HEADERS_TOO_LARGE;
      case 503 -> ErrorCode.OVERLOADED;
      default -> status < 500 ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL_ERROR;
    };
  }

  private static <T extends Throwable> Optional<T> find(@Nullable Throwable cause, Class<T> type) {
    return Stream.iterate(cause, at -> at != null, Throwable::getCause).limit(10).filter(type::isInstance).map(type::cast)
        .findFirst();
  }

  /** A field's name is the caller's text: shown only when it looks like one. */
  private static String printable(@Nullable String name) {
    return name != null && name.matches("[A-Za-z][A-Za-z0-9_.-]{0,39}") ? "'" + name + "'" : "with an odd name";
  }
}
