package dev.authpipe.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.NoAnswerException;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.error.UnexpectedAnswerException;
import dev.authpipe.sdk.transport.TransportResponse;

/**
 * The provider's answer as it came, streaming. Must be closed; never read by two threads at once.
 */
public final class ProviderResponse implements AutoCloseable {

  private final TransportResponse response;

  ProviderResponse(TransportResponse response) {
    this.response = response;
  }

  /**
   * The provider's HTTP status.
   *
   * @return the status, which may well say that the provider refused
   */
  public int status() {
    return response.status();
  }

  /**
   * The provider's headers, and the proxy's {@code Authpipe-Request-Id}.
   *
   * @return the headers
   */
  public HttpHeaders headers() {
    return response.headers();
  }

  /**
   * The proxy's id of this call.
   *
   * @return the id; empty when the answer named none
   */
  public Optional<String> requestId() {
    return response.headers().firstValue(Headers.REQUEST_ID);
  }

  /**
   * The body's bytes as they arrive.
   *
   * @return the stream; a read fails with {@link java.net.http.HttpTimeoutException} when the request's total time is over
   */
  public InputStream body() {
    return response.body();
  }

  /**
   * Reads the whole body as UTF-8 text.
   *
   * @param mostBytes the longest body to accept
   * @return the text
   * @throws UnexpectedAnswerException when the body is longer
   * @throws NoAnswerException when the body broke off
   */
  public String text(int mostBytes) {
    try {
      byte[] bytes = response.body().readNBytes(mostBytes);
      if (bytes.length == mostBytes && response.body().read() >= 0) {
        throw new UnexpectedAnswerException(
            problem(status(), ErrorCode.UNEXPECTED_ANSWER, "the body is longer than " + mostBytes + " bytes"),
            null);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new NoAnswerException(problem(0, ErrorCode.NO_ANSWER, "the provider's answer broke off"), e);
    }
  }

  private Problem problem(int status, ErrorCode code, String detail) {
    return new Problem(status, code, detail, requestId().orElse(null), null);
  }

  /** Gives up what is left of the body. */
  @Override
  public void close() {
    try {
      response.close();
    } catch (IOException e) {
      // Nobody waits for the rest any more, so there is nobody to tell.
    }
  }

  @Override
  public String toString() {
    return response.toString();
  }
}
